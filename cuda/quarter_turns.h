// An angle as a number of quarter turns and a rest: count pi/2 + high + low, where the rest is an
// eighth of a turn at most and is known to 2^-66 of itself, so close to a whole number of turns the
// angle may come.
#pragma once

#include "portability.h"

namespace divergence {

template <class R>
struct QuarterTurns {
    typename Bits<R>::type count;  // only its last two bits mean something
    R high, low;
};

constexpr double half_pi_1 = 0x1.921fb54442d18p+0;  // their sum is pi/2 to 160 bits
constexpr double half_pi_2 = 0x1.1a62633145c07p-54;
constexpr double half_pi_3 = -0x1.f1976b7ed8fbcp-110;

// Cody and Waite's reduction, for 0 <= x <= near_limit: the first product is subtracted without an
// error, of the second the error is kept, of the third it is too small to matter.
constexpr double near_limit = 0x1p30;
template <class R>
HOST_DEVICE ALWAYS_INLINE QuarterTurns<R> near_quarter_turns(R x) {
    const R shift = broadcast<R>(round_shift);
    const R shifted = fma(x, broadcast<R>(0x1.45f306dc9c883p-1), shift), k = shifted - shift;
    const R first = fma(-k, broadcast<R>(half_pi_1), x);
    const R second = k * broadcast<R>(half_pi_2);
    const R second_error = fma(k, broadcast<R>(half_pi_2), -second);
    const R high = first - second, taken = first - high;
    const R high_error = (first - (high + taken)) - (second - taken);
    const R low = fma(-k, broadcast<R>(half_pi_3), high_error - second_error);
    return {bit_cast<typename Bits<R>::type>(shifted), high, low};
}

// 64 bits of 64 zeros and then 2/pi, from some bit on.
HOST_DEVICE inline uint64_t bits_of_two_over_pi(int64_t from) {
    static constexpr uint64_t words[] = {
        0x0000000000000000, 0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041,
        0xFE5163ABDEBBC561, 0xB7246E3A424DD2E0, 0x06492EEA09D1921C, 0xFE1DEB1CB129A73E,
        0xE88235F52EBB4484, 0xE99C7026B45F7E41, 0x3991D639835339F4, 0x9C845F8BBDF9283B,
        0x1FF897FFDE05980F, 0xEF2F118B5A0A6D1F, 0x6D367ECF27CB09B7, 0x4F463F669E5FEA2D,
        0x7527BAC7EBE5F17B, 0x3D0739F78A5292EA, 0x6BFB5FB11F8D5D08, 0x56033046FC7B6BAB};
    const int64_t word = from / 64, bit = from % 64;
    return words[word] << bit | (bit ? words[word + 1] >> (64 - bit) : 0);
}

// Payne and Hanek's reduction, for near_limit <= x: the product with 2/pi modulo 4, whose bits
// depend on no more than 192 of those of 2/pi. Not a number for infinity.
HOST_DEVICE inline QuarterTurns<double> far_quarter_turns(double x) {
    if (!(x < HUGE_VAL)) return {0, NAN, NAN};
    const uint64_t bits = bit_cast<uint64_t>(x);
    const uint64_t mantissa = (bits & 0xFFFFFFFFFFFFF) | 0x10000000000000;
    const int64_t exponent = int64_t(bits >> 52) - 1075;  // x = mantissa 2^exponent
    const int64_t from = exponent + 62;                   // 2^exponent 2/pi has the bit of 2 there

    // The product, in which the last bit of low stands for 2^-190.
    using Wide = unsigned __int128;
    const Wide low = Wide(mantissa) * bits_of_two_over_pi(from + 128);
    const Wide middle = Wide(mantissa) * bits_of_two_over_pi(from + 64) + uint64_t(low >> 64);
    const uint64_t high = mantissa * bits_of_two_over_pi(from) + uint64_t(middle >> 64);

    // Its fraction in units of 2^-128, and less 1 if it is over 1/2.
    Wide fraction = Wide(high << 2 | uint64_t(middle) >> 62) << 64 |
                    (uint64_t(middle) << 2 | uint64_t(low) >> 62);
    const bool over_half = fraction >> 127;
    double unit = over_half ? -0x1p-128 : 0x1p-128;
    if (over_half) fraction = -fraction;
    for (; !(fraction >> 127); fraction <<= 1) unit *= 0.5;  // no double brings it to 0

    // Two numbers of 53 bits, times pi/2.
    const double a = double(uint64_t(fraction >> 75)) * 0x1p75 * unit;
    const double b = double(uint64_t(fraction >> 22) & 0x1FFFFFFFFFFFFF) * 0x1p22 * unit;
    const double product = a * half_pi_1, error = fma(a, half_pi_1, -product);
    return {int64_t(high >> 62) + over_half, product, error + fma(a, half_pi_2, b * half_pi_1)};
}

// For any x >= 0.
template <class R>
HOST_DEVICE ALWAYS_INLINE QuarterTurns<R> quarter_turns(R x) {
    QuarterTurns<R> turns = near_quarter_turns(x);
    const auto far = x > broadcast<R>(near_limit);
    if (UNLIKELY(any(far))) {
        if constexpr (Number<R>::lanes == 1) {
            turns = far_quarter_turns(x);
        } else {
            for (int l = 0; l < Number<R>::lanes; ++l) {
                if (!lane(far, l)) continue;
                const QuarterTurns<double> one = far_quarter_turns(x[l]);
                turns.count[l] = one.count;
                turns.high[l] = one.high;
                turns.low[l] = one.low;
            }
        }
    }
    return turns;
}

}  // namespace divergence
