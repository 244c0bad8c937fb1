// exp, log, sin, cos and atan2 in double precision, from + - * / fma and the bits of a number
// alone: the same bits on every machine, and within 1 unit in the last place of the true value (the
// tests find 0.85 at most), subnormal numbers, infinities and what is not a number included.
//
// Each brings its argument so close to 0 that a power series does the rest. The coefficients are
// the textbook's; the terms left out come to less than 0.02 units in the last place. Lanes choose
// by ?: and never by a branch, except where sin or cos meets an argument over 2^30.
#pragma once

#include "quarter_turns.h"

namespace divergence {

// 2^k for a whole number -1022 <= k <= 1023.
template <class R>
HOST_DEVICE ALWAYS_INLINE R power_of_two(R k) {
    using Integer = typename Bits<R>::type;
    return bit_cast<R>(shift_left(bit_cast<Integer>(k + broadcast<R>(round_shift + 1023)), 52));
}

// exp(x) = 2^k exp(r), r = x - k log 2.
template <class R>
struct Exponential {
    R mantissa, octaves;
};
template <class R>
HOST_DEVICE ALWAYS_INLINE Exponential<R> exponential(R x) {
    const R k = round(x * broadcast<R>(0x1.71547652b82fep+0));
    const R high = fma(k, broadcast<R>(-0x1.62e42fefa39efp-1), x);  // without an error
    const R low = k * broadcast<R>(-0x1.abc9e3b39803fp-56);
    const R r = high + low, error = (high - r) + low;
    const R series =
        polynomial(r, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320,
                   1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800);
    const R one = broadcast<R>(1), sum = one + r;
    return {sum + (((one - sum) + r) + fma(r * r, series, error)), k};
}
// The power of two comes in two factors, since the result may lie in range where it does not; only
// the second product rounds.
template <class R>
HOST_DEVICE ALWAYS_INLINE R exp(R x) {
    const R bounded = maximum(minimum(x, broadcast<R>(710)), broadcast<R>(-746));
    const auto [mantissa, k] = exponential(bounded);
    const R half = round(k * broadcast<R>(0.5));
    return mantissa * power_of_two(half) * power_of_two(k - half);
}

// log(2^k (1 + f)) = k log 2 + log(1 + f), where sqrt(1/2) < 1 + f < sqrt(2), and with
// s = f / (2 + f), log(1 + f) = 2 s + 2/3 s^3 + ... and 2 s = f - f^2/2 + s f^2/2.
template <class R>
HOST_DEVICE ALWAYS_INLINE R log(R x) {
    using Integer = typename Bits<R>::type;
    const R size = absolute(x);
    const auto subnormal = size < broadcast<R>(0x1p-1022);
    const Integer bits = bit_cast<Integer>(subnormal ? size * broadcast<R>(0x1p54) : size);
    const Integer k_bits = (bits - bit_cast<Integer>(broadcast<R>(0x1.6a09e667f3bcdp-1))) >> 52;
    const R shift = broadcast<R>(round_shift);
    const R k = (bit_cast<R>(bit_cast<Integer>(shift) + k_bits) - shift) -
                (subnormal ? broadcast<R>(54) : R{});

    const R f = bit_cast<R>(bits - shift_left(k_bits, 52)) - broadcast<R>(1);
    const R s = f / (broadcast<R>(2) + f), z = s * s, half_square = broadcast<R>(0.5) * f * f;
    const R series = z * polynomial(z, 2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13,
                                    2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21);
    const R low = fma(s, half_square + series, k * broadcast<R>(0x1.ef35793c76730p-45));
    const R high = k * broadcast<R>(0x1.62e42fefa3800p-1);  // without an error
    const R sum = high + f, error = (high - sum) + f;
    const R logarithm = sum + (error - (half_square - low));

    const R infinity = broadcast<R>(HUGE_VAL), zero{};
    const R special = x == zero ? -infinity : x > zero ? x : broadcast<R>(NAN);
    return x > zero ? (x < infinity ? logarithm : special) : special;
}

template <class R>
struct SineCosine {
    R sine, cosine;
};

// Of the rest after whole quarter turns, which then change places and signs.
template <class R>
HOST_DEVICE ALWAYS_INLINE SineCosine<R> sine_cosine(R x) {
    using Integer = typename Bits<R>::type;
    const R positive = absolute(x);
    const auto [count, r, low] = quarter_turns(positive);
    const R z = r * r, half = broadcast<R>(0.5) * z, one = broadcast<R>(1);
    const R sine_series =
        polynomial(z, -1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800,
                   1.0 / 6227020800, -1.0 / 1307674368000, 1.0 / 355687428096000);
    const R cosine_series = polynomial(z, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800,
                                       1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000);
    const R sine = r + fma(r * z, sine_series, fma(-half, low, low));
    const R top = one - half;
    const R cosine = top + (((one - top) - half) + fma(z * z, cosine_series, -r * low));

    const auto odd = (count & 1) != 0;
    const Integer sign = bit_cast<Integer>(x) ^ bit_cast<Integer>(positive);
    const Integer sine_sign = sign ^ shift_left(count & 2, 62);
    const Integer cosine_sign = shift_left((count + 1) & 2, 62);
    return {bit_cast<R>(bit_cast<Integer>(odd ? cosine : sine) ^ sine_sign),
            bit_cast<R>(bit_cast<Integer>(odd ? sine : cosine) ^ cosine_sign)};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE R sin(R x) {
    return sine_cosine(x).sine;
}
template <class R>
HOST_DEVICE ALWAYS_INLINE R cos(R x) {
    return sine_cosine(x).cosine;
}

// In the octant beside the nearest axis, with v/u = tan(t), t = atan(c) + atan(w) for the c of 0,
// 1/2 and 1 that leaves |w| < 1/4, w = (v - c u) / (u + c v): the numerator is without an error.
// The other octants are turned and mirrored: whole quarter turns + or - t.
template <class R>
HOST_DEVICE ALWAYS_INLINE R atan2(R y, R x) {
    using Integer = typename Bits<R>::type;
    const R zero{}, one = broadcast<R>(1);
    const R across = absolute(x), up = absolute(y);
    const auto steep = up > across;
    R u = steep ? up : across, v = steep ? across : up;
    const auto endless = u == broadcast<R>(HUGE_VAL);
    v = endless ? (v == u ? one : v - v) : v;
    u = endless | (u == zero) ? one : u;
    const R scale = broadcast<R>(0x1p-60), rescue = broadcast<R>(0x1p60);
    const R unit = u > broadcast<R>(0x1p960) ? scale : u < broadcast<R>(0x1p-900) ? rescue : one;
    u = u * unit, v = v * unit;

    const auto half = v > broadcast<R>(0.25) * u, whole = v > broadcast<R>(0.6875) * u;
    const R c = whole ? one : half ? broadcast<R>(0.5) : zero;
    const R numerator = v - c * u, denominator = u + c * v;
    const R inverse = one / denominator, w = numerator * inverse, z = w * w;
    const R denominator_error = (u - denominator) + c * v;
    const R w_error = fma(-w, denominator_error, fma(-w, denominator, numerator)) * inverse;
    const R series = polynomial(z, -1.0 / 3, 1.0 / 5, -1.0 / 7, 1.0 / 9, -1.0 / 11, 1.0 / 13,
                                -1.0 / 15, 1.0 / 17, -1.0 / 19, 1.0 / 21, -1.0 / 23, 1.0 / 25);
    const R atan_c = whole  ? broadcast<R>(0x1.921fb54442d18p-1)
                     : half ? broadcast<R>(0x1.dac670561bb4fp-2)
                            : zero;
    const R atan_c_error = whole  ? broadcast<R>(0x1.1a62633145c07p-55)
                           : half ? broadcast<R>(0x1.a2b7f222f65e2p-56)
                                  : zero;

    const Integer x_sign = bit_cast<Integer>(x) ^ bit_cast<Integer>(across);
    const Integer y_sign = bit_cast<Integer>(y) ^ bit_cast<Integer>(up);
    const auto left = x_sign != Integer{};
    const R turns = steep ? one : left ? broadcast<R>(2) : zero;
    const R sense = steep != left ? -one : one;
    const R axis = turns * broadcast<R>(half_pi_1), mid = axis + sense * atan_c;
    const R mid_error = (axis - mid) + sense * atan_c;
    const R rest = fma(w * z, series, w_error + atan_c_error);
    const R angle = mid + fma(sense, w + rest, fma(turns, broadcast<R>(half_pi_2), mid_error));
    return bit_cast<R>(bit_cast<Integer>(angle) ^ y_sign);
}

}  // namespace divergence
