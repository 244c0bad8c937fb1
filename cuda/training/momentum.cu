#include "momentum.h"

#include "boundary.h"

EXPORT_MAP(quadratic_momentum, QuadraticMomentum)
EXPORT_MAP(momentum_descent, MomentumDescent)
