#include "softmax.h"

#include "boundary.h"

EXPORT_MAP(softmax, Softmax)
