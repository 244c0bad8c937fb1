// What a formula's own source, written by pysrc/divergence/maps/formula/header.py, is made with.
#pragma once

#include "boundary.h"
#include "escape.h"
#include "hyperbolic.h"
#include "orbits_boundary.h"

#ifdef __CUDACC__
#define INLINE_ON_GPU ALWAYS_INLINE
#else
#define INLINE_ON_GPU __attribute__((noinline))
#endif
