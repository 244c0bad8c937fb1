// Powers of a complex number: whole ones by multiplication, all others as exp(w log z).
#pragma once

#include "complex.h"
#include "elementary.h"

namespace divergence {

// log |z|, of any z that is not 0; the square of a large or a small one is no number, or a rough
// one.
template <class R>
HOST_DEVICE ALWAYS_INLINE R log_length(const Complex<R>& z) {
    const R half = broadcast<R>(0.5), square = squared_length(z);
    const R length = half * log(square);
    const auto plain = (square > broadcast<R>(0x1p-960)) & (square < broadcast<R>(0x1p960));
    if (!UNLIKELY(any(!plain))) return length;
    const R unit = unit_for(z.re, z.im);
    return plain ? length : half * log(squared_length(unit * z)) - log(unit);
}
// The principal branch: the imaginary part is from -pi to pi.
template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> log(const Complex<R>& z) {
    return {log_length(z), atan2(z.im, z.re)};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> exp(const Complex<R>& z) {
    const R length = exp(z.re);
    const SineCosine<R> direction = sine_cosine(z.im);
    return {length * direction.cosine, length * direction.sine};
}

// z^n by repeated squaring. The branches are the same for every lane.
template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> power(Complex<R> z, uint32_t n) {
    if (n == 0) return {broadcast<R>(1), R{}};
    for (; n % 2 == 0; n /= 2) z = square(z);
    Complex<R> result = z;
    while (n /= 2) {
        z = square(z);
        if (n % 2 == 1) result = result * z;
    }
    return result;
}

// z^w, given log z; 0 where z is 0.
template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> power_of_log(const Complex<R>& log_z, const Complex<R>& w) {
    const Complex<R> result = exp(w * log_z);
    const auto zero = log_z.re == broadcast<R>(-HUGE_VAL);
    return {zero ? R{} : result.re, zero ? R{} : result.im};
}

// What a map z' = z^d + c is made from: the fastest way to its power, known before the loop starts.
template <class R>
struct Square {
    explicit Square(const double*) {}
    HOST_DEVICE ALWAYS_INLINE Complex<R> plus(const Complex<R>& z, const Complex<R>& c) const {
        return square_plus(z, c);
    }
};
template <class R>
struct WholePower {
    uint32_t exponent;
    explicit WholePower(const double* exponent) : exponent(uint32_t(exponent[0])) {}
    HOST_DEVICE ALWAYS_INLINE Complex<R> plus(const Complex<R>& z, const Complex<R>& c) const {
        return power(z, exponent) + c;
    }
};
template <class R>
struct AnyPower {
    Complex<Scalar<R>> exponent;
    explicit AnyPower(const double* exponent)
        : exponent{Scalar<R>(exponent[0]), Scalar<R>(exponent[1])} {}
    HOST_DEVICE ALWAYS_INLINE Complex<R> plus(const Complex<R>& z, const Complex<R>& c) const {
        return power_of_log(log(z), broadcast<R>(exponent)) + c;
    }
};

// Whether an exponent is a natural number, small enough to multiply out.
inline bool is_natural(double re, double im) {
    return im == 0 && re >= 0 && re <= 1024 && re == double(int64_t(re));
}

}  // namespace divergence
