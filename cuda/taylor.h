// What integrating by Taylor series needs, whatever the equations: the value of a series, the step
// that a tolerance allows, and the moment at which a series leaves a ball.
#pragma once

#include "vector.h"

namespace divergence {

// Integers as numbers, rounded to nearest, and numbers as integers, rounded towards zero.
HOST_DEVICE ALWAYS_INLINE double to_number(int64_t a) { return double(a); }
HOST_DEVICE ALWAYS_INLINE int64_t to_integer(double a) { return int64_t(a); }
#ifndef __CUDACC__
template <class I>
ALWAYS_INLINE std::enable_if_t<(Number<I>::lanes > 1), Pack<double>> to_number(I a) {
    return __builtin_convertvector(a, Pack<double>);
}
template <class R>
ALWAYS_INLINE std::enable_if_t<(Number<R>::lanes > 1), Mask<R>> to_integer(R a) {
    return __builtin_convertvector(a, Mask<R>);
}
#endif

template <class R>
HOST_DEVICE ALWAYS_INLINE R larger(R a, R b) {
    return a > b ? a : b;
}
template <class R>
HOST_DEVICE ALWAYS_INLINE R smaller(R a, R b) {
    return a < b ? a : b;
}

// The n-th root of a positive number to a few per cent, which is enough to choose a step by: the
// bits of a number, read as an integer, are nearly its logarithm. So it is continuous, it rises,
// and it has the same bits everywhere.
template <class R>
HOST_DEVICE ALWAYS_INLINE R rough_root(R a, Scalar<R> inverse_of_n) {
    const R one = to_number(bit_cast<typename Bits<R>::type>(broadcast<R>(1)));
    const R logarithm = to_number(bit_cast<typename Bits<R>::type>(a)) - one;
    return bit_cast<R>(to_integer(fma(logarithm, broadcast<R>(inverse_of_n), one)));
}

// The value at h of the series whose coefficients, up to that of h^order, coefficient(n) gives,
// and its rate of change there.
template <class R>
struct Moment {
    Vector<R> value, rate;
};
template <class R, class Coefficient>
HOST_DEVICE ALWAYS_INLINE Moment<R> sum_series(R h, int order, const Coefficient& coefficient) {
    Moment<R> sum{coefficient(order), {}};
    for (int n = order - 1; n >= 0; --n) {
        sum.rate = fma(h, sum.rate, sum.value);
        sum.value = fma(h, sum.value, Vector<R>(coefficient(n)));
    }
    return sum;
}

// The first moment in (0, h] at which a series is longer than `radius`, in those lanes that have
// one. It is sought by leaps that the series' greatest speed makes safe, but no shorter than a
// 1024th of h, and then by 30 halvings: to 1e-12 of h. (An excursion beyond the radius and back
// in less than such a shortest leap may pass unseen.)
template <class R>
struct Departure {
    Mask<R> found;
    R moment;
};
template <class R, class Coefficient>
HOST_DEVICE ALWAYS_INLINE Departure<R> first_departure(R h, R radius, int order,
                                                       const Coefficient& coefficient) {
    const auto bounds = sum_series(h, order, [&](int n) {
        const Vector<R> c = coefficient(n);
        return Vector<R>{absolute(c.x), absolute(c.y), absolute(c.z)};
    });
    Mask<R> searching = (h > R{}) & !(dot(bounds.value, bounds.value) <= radius * radius);
    Departure<R> departure{{}, h};
    if (!UNLIKELY(any(searching))) return departure;

    const auto distance = [&](R t) {
        const Vector<R> at = sum_series(t, order, coefficient).value;
        return sqrt(dot(at, at));
    };
    const R speed = sqrt(dot(bounds.rate, bounds.rate)), shortest = h * broadcast<R>(1.0 / 1024);
    R inside{}, now{};
    while (any(searching)) {
        const R reached = distance(now);
        const Mask<R> beyond = searching & (reached > radius);
        departure.found = departure.found | beyond;
        searching = searching & !beyond & (now < h);
        const R leap = larger((radius - reached) / speed, shortest);
        inside = searching ? now : inside;
        now = searching ? smaller(now + leap, h) : now;
    }
    for (int i = 0; i < 30; ++i) {
        const R middle = broadcast<R>(0.5) * (inside + now);
        const Mask<R> beyond = distance(middle) > radius;
        now = beyond ? middle : now;
        inside = beyond ? inside : middle;
    }
    departure.moment = departure.found ? now : h;
    return departure;
}

}  // namespace divergence
