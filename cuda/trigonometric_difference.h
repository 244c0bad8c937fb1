// How much the sine and the cosine change when their argument does, as a product in which nothing
// cancels.
#pragma once

#include "elementary.h"

namespace divergence {

// sin(x + h) - sin(x)
template <class R>
HOST_DEVICE ALWAYS_INLINE R sine_difference(R x, R h) {
    const R half = broadcast<R>(0.5) * h;
    return broadcast<R>(2) * sin(half) * cos(x + half);
}
// cos(x + h) - cos(x)
template <class R>
HOST_DEVICE ALWAYS_INLINE R cosine_difference(R x, R h) {
    const R half = broadcast<R>(0.5) * h;
    return broadcast<R>(-2) * sin(half) * sin(x + half);
}

}  // namespace divergence
