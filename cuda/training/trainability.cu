#include "trainability.h"

#include "boundary.h"

EXPORT_MAP(trainability, Trainability)
