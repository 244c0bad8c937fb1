#include "logistic.h"

EXPORT_MAP(logistic_z, LogisticZ)
EXPORT_MAP(logistic_r, LogisticR)
