// Complex numbers of any number type. Products are written out, so that a plain loop over two
// doubles takes the same roundings.
#pragma once

#include "fields.h"

namespace divergence {

template <class R>
struct Complex {
    R re, im;
};
template <class R>
struct Member<Complex<R>> {
    static std::string type() { return "complex"; }
    static std::string sizes() { return ""; }
};

template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> operator+(const Complex<R>& a, const Complex<R>& b) {
    return {a.re + b.re, a.im + b.im};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> operator-(const Complex<R>& a, const Complex<R>& b) {
    return {a.re - b.re, a.im - b.im};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> operator*(const Complex<R>& a, const Complex<R>& b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> operator*(R s, const Complex<R>& a) {
    return {s * a.re, s * a.im};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> conjugate(const Complex<R>& a) {
    return {a.re, -a.im};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE R squared_length(const Complex<R>& a) {
    return a.re * a.re + a.im * a.im;
}
// A power of two that brings the larger of two sizes to between 1/4 and 1/2, or, at the ends of
// the range, to where its square is a number that divides.
template <class R>
HOST_DEVICE ALWAYS_INLINE R unit_for(R a, R b) {
    using Integer = typename Bits<R>::type;
    const R larger = minimum(maximum(absolute(a), absolute(b)), broadcast<R>(0x1p1020));
    const Integer exponent = bit_cast<Integer>(larger) & shift_left(Integer{} + 0x7FF, 52);
    return bit_cast<R>(shift_left(Integer{} + 2044, 52) - exponent);
}
// By powers of two, which are exact, the divisor is brought near 1, as its square may be no number.
template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> operator/(const Complex<R>& a, const Complex<R>& b) {
    const R unit = unit_for(b.re, b.im);
    const Complex<R> over = unit * a, under = unit * b;
    const R inverse = broadcast<R>(1) / squared_length(under);
    return inverse * (over * conjugate(under));
}
// s a + b, rounded once in each component.
template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> fma(R s, const Complex<R>& a, const Complex<R>& b) {
    return {fma(s, a.re, b.re), fma(s, a.im, b.im)};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> square(const Complex<R>& a) {
    const R product = a.re * a.im;
    return {a.re * a.re - a.im * a.im, product + product};
}
// a^2 + c. Doubling is exact, so the fma rounds as often as 2 (a.re a.im) + c.im does.
template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> square_plus(const Complex<R>& a, const Complex<R>& c) {
    return {a.re * a.re - a.im * a.im + c.re, fma(broadcast<R>(2), a.re * a.im, c.im)};
}

template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<Scalar<R>> lane_of(const Complex<R>& a, int l) {
    return {get_lane(a.re, l), get_lane(a.im, l)};
}
// Whether both parts are finite.
HOST_DEVICE inline bool is_number(const Complex<double>& a) {
    return absolute(a.re) < HUGE_VAL && absolute(a.im) < HUGE_VAL;
}

// The same complex number in every lane.
template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> broadcast(const Complex<Scalar<R>>& value) {
    return {broadcast<R>(value.re), broadcast<R>(value.im)};
}

}  // namespace divergence
