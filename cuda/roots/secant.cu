#include "secant.h"

EXPORT_METHOD(secant, Secant)
