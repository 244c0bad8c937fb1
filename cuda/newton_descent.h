// Newton's method on the gradient of L(a, b) = (1 - ab)^2. With p = ab it multiplies both a and b
// by m = 2p / (3p - 1), so that p' = p m^2 = 4 p^3 / (3p - 1)^2, which also works over complex p.
#pragma once

#include "descent.h"

namespace divergence {

struct NewtonDescentParameters {
    double tolerance, bound;
};

template <class R>
struct NewtonDescent {
    using Parameters = NewtonDescentParameters;
    static constexpr bool origin_attracts = true;

    explicit NewtonDescent(const Parameters&) {}

    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& s) const {
        const R p = s.x * s.y, twice = p + p, m = twice / (twice + p - broadcast<R>(1));
        return {s.x * m, s.y * m};
    }
};

// Over complex p there is one minimum, p = 1, and the origin.
template <class R>
struct ComplexNewtonDescent : MapDefaults {
    using T = Scalar<R>;
    using Parameters = NewtonDescentParameters;
    using State = Point<R>;
    enum End : int32_t { minimum = 1, origin, diverged };

    T tolerance_square, bound_square;

    explicit ComplexNewtonDescent(const Parameters& p)
        : tolerance_square(T(p.tolerance * p.tolerance)), bound_square(T(p.bound * p.bound)) {}
    HOST_DEVICE State start(double x, double y) const { return {R(x), R(y)}; }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& p) const {
        const R small = broadcast<R>(tolerance_square), square = length_square(p);
        return bits(length_square(above_one(p)) < small) | bits(square < small) |
               exceeds(square, broadcast<R>(bound_square));
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& p) const {
        const State twice{p.x + p.x, p.y + p.y};
        const State q = above_one({twice.x + p.x, twice.y + p.y});
        const R square = length_square(q);
        const State m{(twice.x * q.x + twice.y * q.y) / square,
                      (twice.y * q.x - twice.x * q.y) / square};
        p = times(times(p, m), m);
    }
    HOST_DEVICE int32_t fate(const State& p) const {
        if (length_square(above_one(p)) < tolerance_square) return minimum;
        return length_square(p) < tolerance_square ? origin : diverged;
    }

private:
    static HOST_DEVICE ALWAYS_INLINE R length_square(const State& p) {
        return p.x * p.x + p.y * p.y;
    }
    static HOST_DEVICE ALWAYS_INLINE State above_one(const State& p) {
        return {p.x - broadcast<R>(1), p.y};
    }
    static HOST_DEVICE ALWAYS_INLINE State times(const State& a, const State& b) {
        return {a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x};
    }
};

}  // namespace divergence
