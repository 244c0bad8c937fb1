// What a formula's own source, written by pysrc/divergence/maps/formula/header.py, is made with.
#pragma once

#ifdef __CUDACC__
#define OUT_OF_LINE __noinline__
#else
#define OUT_OF_LINE __attribute__((noinline))
#endif
// A formula of many calls defines it: each function is then compiled once, and not in every place.
#ifdef MANY_CALLS
#define CALL OUT_OF_LINE
#else
#define CALL ALWAYS_INLINE
#endif

#include "boundary.cu"  // a formula's library is this one source
#include "escape.h"
#include "hyperbolic.h"
#include "planar_boundary.h"
#include "series.h"

#ifdef __CUDACC__
#define INLINE_ON_GPU ALWAYS_INLINE
#else
#define INLINE_ON_GPU OUT_OF_LINE
#endif

namespace divergence::calls {

#define CALL_OF_ONE(NAME)           \
    template <class R>              \
    HOST_DEVICE CALL R NAME(R x) {  \
        return divergence::NAME(x); \
    }
CALL_OF_ONE(cosh)
CALL_OF_ONE(exp)
CALL_OF_ONE(expm1)
CALL_OF_ONE(log)
CALL_OF_ONE(log1p)
CALL_OF_ONE(sinh)
CALL_OF_ONE(tanh)
template <class R>
HOST_DEVICE CALL SineCosine<R> sine_cosine(R x) {
    return divergence::sine_cosine(x);
}
template <class R>
HOST_DEVICE CALL R atan2(R y, R x) {
    return divergence::atan2(y, x);
}

}  // namespace divergence::calls
