// 1 / sqrt(a) from + - * and fma alone: no hardware estimate, which differs from chip to chip, and
// no divider, which is slow.
#pragma once

#include "portability.h"

namespace divergence {

// The exponent halved and a line through the mantissa, read off the bits: within 3.5 % of
// 1/sqrt(a). A quadratic in e = a y^2 - 1, minimax over the e that the line leaves, makes
// it 2.5e-5.
template <class R>
HOST_DEVICE ALWAYS_INLINE R inverse_root_estimate(R a) {
    using T = Scalar<R>;
    using Integer = typename Bits<R>::type;
    const Integer line =
        Integer{} + Scalar<Integer>(sizeof(T) == 8 ? 0x5FE6EB50C7B537A9 : 0x5F375A86);
    const R y = bit_cast<R>(line - (bit_cast<Integer>(a) >> 1));
    const R e = fma(a, y * y, broadcast<R>(-1));
    return y * polynomial(e, T(1.00000024), T(-0.50109608), T(0.37549763));
}

// The estimate and the binomial series of (1 + e)^(-1/2), as far as the number's precision asks:
// within 1.5 units in the last place for every normal a.
template <class R>
HOST_DEVICE ALWAYS_INLINE R inverse_root(R a) {
    using T = Scalar<R>;
    const R y = inverse_root_estimate(a);
    const R e = fma(a, y * y, broadcast<R>(-1));
    if constexpr (sizeof(T) == 8)
        return fma(y * e, polynomial(e, T(-1.0 / 2), T(3.0 / 8), T(-5.0 / 16)), y);
    else
        return fma(y * e, broadcast<R>(T(-1.0 / 2)), y);
}

}  // namespace divergence
