// Numbers with an exponent of their own, mantissa * 2^exponent, whose sums, products and quotients
// round as those of double do but never leave its range: what a formula is worth where double
// would overflow or underflow on the way. One number at a time, and slow.
#pragma once

#include "complex.h"
#include "elementary.h"

namespace divergence {

struct Wide {
    double mantissa;  // of a size from 1 to 2; or 0, infinite, not a number
    int64_t exponent;

    Wide() = default;
    HOST_DEVICE explicit Wide(double value) : Wide(value, 0) {}
    // Of value * 2^exponent.
    HOST_DEVICE Wide(double value, int64_t exponent) : mantissa(value), exponent(exponent) {
        if (absolute(value) < 0x1p-1022) {
            mantissa *= 0x1p54;
            this->exponent -= 54;
        }
        const int64_t bits = bit_cast<int64_t>(mantissa), biased = bits >> 52 & 0x7FF;
        if (biased == 0 || biased == 0x7FF) {
            this->exponent = 0;
            return;
        }
        mantissa = bit_cast<double>(bits - shift_left(biased - 1023, 52));
        this->exponent += biased - 1023;
    }
    // Rounded once, to a subnormal number, too.
    HOST_DEVICE explicit operator double() const {
        const int64_t bounded = exponent > 2000 ? 2000 : exponent < -2000 ? -2000 : exponent;
        const int64_t half = bounded / 2;
        return mantissa * power_of_two(double(half)) * power_of_two(double(bounded - half));
    }
};

template <>
struct Number<Wide> {
    using scalar = double;
    using mask = bool;
    static constexpr int lanes = 1;
    static HOST_DEVICE Wide broadcast(double value) { return Wide(value); }
};

HOST_DEVICE inline Wide operator-(const Wide& a) { return {-a.mantissa, a.exponent}; }
HOST_DEVICE inline Wide operator*(const Wide& a, const Wide& b) {
    return {a.mantissa * b.mantissa, a.exponent + b.exponent};
}
HOST_DEVICE inline Wide operator/(const Wide& a, const Wide& b) {
    return {a.mantissa / b.mantissa, a.exponent - b.exponent};
}
// a b + c, rounded once. What is 2^1000 times smaller than the rest rounds it as if it were smaller
// still.
HOST_DEVICE inline Wide fma(const Wide& a, const Wide& b, const Wide& c) {
    if (a.mantissa == 0 || b.mantissa == 0) return c;
    if (c.mantissa == 0) return a * b;
    const int64_t product = a.exponent + b.exponent, above = c.exponent - product;
    const int64_t shift = above > 1000 ? 1000 : above < -1000 ? -1000 : above;
    const double aligned = c.mantissa * power_of_two(double(shift));
    return {fma(a.mantissa, b.mantissa, aligned), above > 1000 ? c.exponent - 1000 : product};
}
HOST_DEVICE inline Wide operator+(const Wide& a, const Wide& b) { return fma(Wide(1), a, b); }
HOST_DEVICE inline Wide operator-(const Wide& a, const Wide& b) { return a + -b; }

// Nothing needs to be scaled before a square.
HOST_DEVICE inline Wide unit_for(const Wide&, const Wide&) { return Wide(1); }

HOST_DEVICE inline bool is_zero(const Complex<Wide>& a) {
    return a.re.mantissa == 0 && a.im.mantissa == 0;
}
HOST_DEVICE inline Complex<Wide> widen(const Complex<double>& a) {
    return {Wide(a.re), Wide(a.im)};
}
HOST_DEVICE inline Complex<double> narrow(const Complex<Wide>& a) {
    return {double(a.re), double(a.im)};
}

// exp(z), for parts of z below 2^20 in size.
HOST_DEVICE inline Complex<Wide> wide_exp(const Complex<double>& z) {
    const Exponential<double> length = exponential(z.re);
    const SineCosine<double> direction = sine_cosine(z.im);
    const int64_t k = int64_t(length.octaves);
    return {Wide(length.mantissa * direction.cosine, k), Wide(length.mantissa * direction.sine, k)};
}

}  // namespace divergence
