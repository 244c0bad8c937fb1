// The functions that squash the inputs of a network's units.
#pragma once

#include "elementary.h"

namespace divergence {

// To within 2^-52 (of 1, not of the value, which is enough for a unit of a network).
template <class R>
HOST_DEVICE ALWAYS_INLINE R tanh(R x) {
    const R one = broadcast<R>(1), size = absolute(x), e = exp(-(size + size));
    const R value = (one - e) / (one + e);
    return select<R>(x < R{}, -value, value);
}

// 1 / (1 + exp(-x)), to within a few units in the last place.
template <class R>
HOST_DEVICE ALWAYS_INLINE R logistic_function(R x) {
    const R one = broadcast<R>(1);
    return one / (one + exp(-x));
}

}  // namespace divergence
