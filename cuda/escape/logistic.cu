#include "logistic.h"
#include "plane_jump.h"

EXPORT_MAP(logistic_z, LogisticZ)
EXPORT_MAP(logistic_r, LogisticR)
EXPORT_PLANE(logistic_z, LogisticZ)
