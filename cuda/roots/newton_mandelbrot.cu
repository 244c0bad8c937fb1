#include "newton.h"

EXPORT_METHOD(newton_mandelbrot, NewtonMandelbrot)
