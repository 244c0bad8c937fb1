// Newton's method on the gradient of L(a, b) = (1 - ab)^2. With p = ab it multiplies both a and b
// by m = 2p / (3p - 1), so that p' = p m^2 = 4 p^3 / (3p - 1)^2, which also works over complex p.
#pragma once

#include "complex.h"
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
    using State = Complex<R>;
    enum End : int32_t { minimum = 1, origin, diverged };

    T tolerance_square, bound_square;

    explicit ComplexNewtonDescent(const Parameters& p)
        : tolerance_square(T(p.tolerance * p.tolerance)), bound_square(T(p.bound * p.bound)) {}
    HOST_DEVICE State start(R x, R y) const { return {x, y}; }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& p) const {
        const R small = broadcast<R>(tolerance_square), square = squared_length(p);
        return bits(squared_length(p - one()) < small) | bits(square < small) |
               exceeds(square, broadcast<R>(bound_square));
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& p) const {
        const State twice = p + p;
        p = p * square(twice / (twice + p - one()));
    }
    HOST_DEVICE int32_t fate(const State& p) const {
        if (squared_length(p - one()) < tolerance_square) return minimum;
        return squared_length(p) < tolerance_square ? origin : diverged;
    }

private:
    static HOST_DEVICE ALWAYS_INLINE State one() { return {broadcast<R>(1), R{}}; }
};

}  // namespace divergence
