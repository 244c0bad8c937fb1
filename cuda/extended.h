// Doubles with exponents of their own, for what is smaller than 2^-1000 or larger than 2^1000.
#pragma once

#include "portability.h"

namespace divergence {

// value 2^exponent with 1 <= |value| < 2, or 0.
struct Extended {
    static constexpr int64_t zero_exponent = INT64_MIN / 4;
    double value = 0;
    int64_t exponent = zero_exponent;

    Extended() = default;
    HOST_DEVICE ALWAYS_INLINE Extended(double value) : Extended(value, 0) {}
    HOST_DEVICE ALWAYS_INLINE Extended(double part, int64_t shift) {
        const int64_t bits = bit_cast<int64_t>(part), biased = bits >> 52 & 0x7ff;
        if (biased == 0) return;  // 0, or so small that it never matters
        value = bit_cast<double>((bits & ~(int64_t(0x7ff) << 52)) | int64_t(0x3ff) << 52);
        exponent = shift + biased - 0x3ff;
    }
    HOST_DEVICE ALWAYS_INLINE explicit operator double() const {
        if (exponent < -1022) return 0;
        if (exponent > 1023) return value < 0 ? -HUGE_VAL : HUGE_VAL;
        return value * power_of_two(exponent);
    }
    static HOST_DEVICE ALWAYS_INLINE double power_of_two(int64_t n) {
        return bit_cast<double>((n + 0x3ff) << 52);
    }
};

template <>
struct Number<Extended> : OneLane<Extended> {};

HOST_DEVICE ALWAYS_INLINE Extended operator-(Extended a) {
    a.value = -a.value;
    return a;
}
HOST_DEVICE ALWAYS_INLINE Extended operator*(const Extended& a, const Extended& b) {
    return {a.value * b.value, a.exponent + b.exponent};
}
HOST_DEVICE ALWAYS_INLINE Extended operator/(const Extended& a, const Extended& b) {
    return {a.value / b.value, a.exponent - b.exponent};
}
HOST_DEVICE ALWAYS_INLINE Extended operator+(const Extended& a, const Extended& b) {
    const bool swapped = b.exponent > a.exponent;
    const Extended &large = swapped ? b : a, &small = swapped ? a : b;
    const int64_t less = small.exponent - large.exponent;
    if (less < -64) return large;
    return {large.value + small.value * Extended::power_of_two(less), large.exponent};
}
HOST_DEVICE ALWAYS_INLINE Extended operator-(const Extended& a, const Extended& b) {
    return a + -b;
}
HOST_DEVICE ALWAYS_INLINE Extended fma(const Extended& a, const Extended& b, const Extended& c) {
    return a * b + c;
}
HOST_DEVICE ALWAYS_INLINE Extended absolute(Extended a) {
    a.value = absolute(a.value);
    return a;
}
// a 2^n.
HOST_DEVICE ALWAYS_INLINE Extended scaled(Extended a, int64_t n) {
    if (a.value != 0) a.exponent += n;
    return a;
}
HOST_DEVICE ALWAYS_INLINE bool operator<(const Extended& a, const Extended& b) {
    return (a - b).value < 0;
}
HOST_DEVICE ALWAYS_INLINE bool operator>(const Extended& a, const Extended& b) { return b < a; }

HOST_DEVICE ALWAYS_INLINE uint32_t exceeds(const Extended& a, const Extended& b) {
    return !((a - b).value <= 0);
}

// Square roots of numbers that are not negative.
HOST_DEVICE ALWAYS_INLINE Extended sqrt(const Extended& a) {
    const int64_t odd = a.exponent & 1;
    return {sqrt(odd ? 2 * a.value : a.value), (a.exponent - odd) / 2};
}

}  // namespace divergence
