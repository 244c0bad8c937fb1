// Complex numbers of any number type. Products are written out, so that a plain loop over two
// doubles takes the same roundings.
#pragma once

#include "portability.h"

namespace divergence {

template <class R>
struct Complex {
    R re, im;
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
HOST_DEVICE ALWAYS_INLINE R squared_length(const Complex<R>& a) {
    return a.re * a.re + a.im * a.im;
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> operator/(const Complex<R>& a, const Complex<R>& b) {
    const R inverse = broadcast<R>(1) / squared_length(b);
    return inverse * (a * Complex<R>{b.re, -b.im});
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

// The same complex number in every lane.
template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> broadcast(const Complex<Scalar<R>>& value) {
    return {broadcast<R>(value.re), broadcast<R>(value.im)};
}

}  // namespace divergence
