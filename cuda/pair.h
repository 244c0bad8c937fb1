// Double-double arithmetic: numbers of nearly twice the precision of R, each the sum of two, high
// and low, where low is at most about a unit in the last place of high. A kernel for R works for
// Pair<R> too, at seven times the cost.
#pragma once

#include "fields.h"
#include "inverse_root.h"

namespace divergence {

template <class R>
struct Pair {
    R high, low;

    Pair() = default;
    HOST_DEVICE ALWAYS_INLINE Pair(R high, R low) : high(high), low(low) {}
    // Of a scalar pair; a number that R has exactly leaves low at 0.
    HOST_DEVICE ALWAYS_INLINE explicit Pair(double value)
        : high(R(value)), low(R(value - double(high))) {}
    HOST_DEVICE ALWAYS_INLINE explicit operator double() const {
        return double(high) + double(low);
    }
};

template <class R>
struct Member<Pair<R>> : Member<R[2]> {};

template <class R>
struct Number<Pair<R>> {
    using scalar = Pair<Scalar<R>>;
    using mask = Mask<R>;
    static constexpr int lanes = Number<R>::lanes;
    static HOST_DEVICE ALWAYS_INLINE Pair<R> broadcast(scalar value) {
        return {Number<R>::broadcast(value.high), Number<R>::broadcast(value.low)};
    }
};

// a + b with |a| >= |b|, and a + b, each with the error of the sum.
template <class R>
HOST_DEVICE ALWAYS_INLINE Pair<R> fast_two_sum(R a, R b) {
    const R sum = a + b;
    return {sum, b - (sum - a)};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Pair<R> two_sum(R a, R b) {
    const R sum = a + b, b_part = sum - a;
    return {sum, (a - (sum - b_part)) + (b - b_part)};
}

template <class R>
HOST_DEVICE ALWAYS_INLINE Pair<R> operator-(const Pair<R>& a) {
    return {-a.high, -a.low};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Pair<R> operator+(const Pair<R>& a, const Pair<R>& b) {
    const Pair<R> sum = two_sum(a.high, b.high);
    return fast_two_sum(sum.high, sum.low + (a.low + b.low));
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Pair<R> operator-(const Pair<R>& a, const Pair<R>& b) {
    return a + -b;
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Pair<R> operator*(const Pair<R>& a, const Pair<R>& b) {
    const R high = a.high * b.high, error = fma(a.high, b.high, -high);
    return {high, fma(a.high, b.low, fma(a.low, b.high, error))};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Pair<R> operator/(const Pair<R>& a, const Pair<R>& b) {
    const R high = a.high / b.high, rest = fma(-high, b.high, a.high);
    return fast_two_sum(high, (fma(-high, b.low, rest) + a.low) / b.high);
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Pair<R> fma(const Pair<R>& a, const Pair<R>& b, const Pair<R>& c) {
    return a * b + c;
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Pair<R> select(Mask<R> chosen, const Pair<R>& a, const Pair<R>& b) {
    return {chosen ? a.high : b.high, chosen ? a.low : b.low};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Mask<R> operator<(const Pair<R>& a, const Pair<R>& b) {
    return (a - b).high < R{};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Mask<R> operator>(const Pair<R>& a, const Pair<R>& b) {
    return b < a;
}
template <class R>
HOST_DEVICE ALWAYS_INLINE uint32_t exceeds(const Pair<R>& a, const Pair<R>& b) {
    return exceeds((a - b).high, R{});
}

// R's own, and one step of Newton's method, in which a y^2 - 1 is so small that its rounding does
// not matter.
template <class R>
HOST_DEVICE ALWAYS_INLINE Pair<R> inverse_root(const Pair<R>& a) {
    const R y = inverse_root(a.high), square = y * y, error = fma(y, y, -square);
    const R e = fma(a.high, square, broadcast<R>(-1)) + fma(a.high, error, a.low * square);
    return fast_two_sum(y, broadcast<R>(Scalar<R>(-0.5)) * e * y);
}

}  // namespace divergence
