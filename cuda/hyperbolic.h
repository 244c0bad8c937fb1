// exp(x) - 1, log(1 + x), sinh, cosh and tanh, made from exp and log and as exact on every machine:
// within 4 units in the last place, small arguments, infinities and what is not a number included.
#pragma once

#include "elementary.h"

namespace divergence {

// By its series where exp(x) would lose digits to the 1: |x| < 0.375.
template <class R>
HOST_DEVICE ALWAYS_INLINE R expm1(R x) {
    const R small = minimum(maximum(x, broadcast<R>(-0.375)), broadcast<R>(0.375));
    const R series =
        polynomial(small, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320,
                   1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800);
    const R far = exp(x) - broadcast<R>(1);
    return absolute(x) < broadcast<R>(0.375) ? fma(x * x, series, x) : far;
}

// The rounding of 1 + x is made up for by a factor (Kahan).
template <class R>
HOST_DEVICE ALWAYS_INLINE R log1p(R x) {
    const R one = broadcast<R>(1), sum = one + x;
    const R factor = x / (sum - one);
    const R result = log(sum) * factor;
    return sum == one ? x : sum == broadcast<R>(HUGE_VAL) ? sum : result;
}

// With e = exp(|x|) - 1: sinh = (e + e/(e + 1)) / 2; far out half of exp(|x|/2) squared.
template <class R>
HOST_DEVICE ALWAYS_INLINE R sinh(R x) {
    using Integer = typename Bits<R>::type;
    const R size = absolute(x), half = broadcast<R>(0.5), one = broadcast<R>(1);
    const R e = expm1(size), near = half * (e + e / (e + one));
    const R root = exp(half * size), far = half * root * root;
    const R result = size < broadcast<R>(22) ? near : far;
    const Integer sign = bit_cast<Integer>(x) ^ bit_cast<Integer>(size);
    return bit_cast<R>(bit_cast<Integer>(result) ^ sign);
}
template <class R>
HOST_DEVICE ALWAYS_INLINE R cosh(R x) {
    const R size = absolute(x), half = broadcast<R>(0.5);
    const R e = exp(size), near = half * e + half / e;
    const R root = exp(half * size), far = half * root * root;
    return size < broadcast<R>(22) ? near : far;
}

// With e = exp(2|x|) - 1: tanh = e/(e + 2).
template <class R>
HOST_DEVICE ALWAYS_INLINE R tanh(R x) {
    using Integer = typename Bits<R>::type;
    const R size = absolute(x), one = broadcast<R>(1);
    const R e = expm1(size + size), near = e / (e + broadcast<R>(2));
    const R result = size > broadcast<R>(22) ? one : near;
    const Integer sign = bit_cast<Integer>(x) ^ bit_cast<Integer>(size);
    return bit_cast<R>(bit_cast<Integer>(result) ^ sign);
}

}  // namespace divergence
