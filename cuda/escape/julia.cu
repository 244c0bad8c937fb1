#include "julia.h"

EXPORT_POWER_MAP(julia, Julia)
