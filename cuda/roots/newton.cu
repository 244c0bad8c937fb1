#include "newton.h"

EXPORT_METHOD(newton, Newton)
