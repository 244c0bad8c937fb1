// What a formula's own source, written by pysrc/divergence/maps/formula/header.py, is made with.
#pragma once

#include "boundary.cu"  // a formula's library is this one source
#include "escape.h"
#include "hyperbolic.h"
#include "planar_boundary.h"
#include "series.h"

#ifdef __CUDACC__
#define INLINE_ON_GPU ALWAYS_INLINE
#else
#define INLINE_ON_GPU __attribute__((noinline))
#endif
