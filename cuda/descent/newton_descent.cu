// Newton's method on the gradient of L(a, b) = (1 - ab)^2. With p = ab it multiplies both a and b
// by m = 2p / (3p - 1), so that p' = p m^2 = 4 p^3 / (3p - 1)^2, which also works over complex p.
#include "boundary.h"
#include "complex.h"
#include "descent.h"

namespace divergence {

struct NewtonDescentParameters {
    double tolerance, bound;
    FIELDS(tolerance, bound)
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
    struct State {
        Complex<R> p;
        FIELDS(p)
    };
    enum End : int32_t { minimum = 1, origin, diverged };

    T tolerance_square, bound_square;

    explicit ComplexNewtonDescent(const Parameters& p)
        : tolerance_square(T(p.tolerance * p.tolerance)), bound_square(T(p.bound * p.bound)) {}
    HOST_DEVICE State start(R x, R y) const { return {{x, y}}; }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        const R small = broadcast<R>(tolerance_square), square = squared_length(s.p);
        return bits(squared_length(s.p - one()) < small) | bits(square < small) |
               exceeds(square, broadcast<R>(bound_square));
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const Complex<R> twice = s.p + s.p;
        s.p = s.p * square(twice / (twice + s.p - one()));
    }
    HOST_DEVICE int32_t fate(const State& s) const {
        if (squared_length(s.p - one()) < tolerance_square) return minimum;
        return squared_length(s.p) < tolerance_square ? origin : diverged;
    }

private:
    static HOST_DEVICE ALWAYS_INLINE Complex<R> one() { return {broadcast<R>(1), R{}}; }
};

}  // namespace divergence

EXPORT_DESCENT(newton_descent, NewtonDescent)
EXPORT_MAP(complex_newton_descent, ComplexNewtonDescent)
