#include "mandelbrot.h"

EXPORT_POWER_MAP(mandelbrot, Mandelbrot)
