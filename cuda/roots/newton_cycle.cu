#include "newton_cycle.h"

EXPORT_METHOD(newton_cycle, NewtonCycle)
