#include "input_descent.h"

#include "boundary.h"

EXPORT_MAP(input_descent, InputDescent)
