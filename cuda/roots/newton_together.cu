#include "newton.h"

EXPORT_METHOD(newton_together, NewtonTogether)
