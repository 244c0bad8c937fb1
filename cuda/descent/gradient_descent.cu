// Gradient descent on L(a, b) = (1 - ab)^2, and on the square of the norm of its gradient.
#include "descent.h"

namespace divergence {

struct GradientDescentParameters {
    double eta, tolerance, bound;
    FIELDS(eta, tolerance, bound)
};

// a' = a + 2 eta b (1 - ab), b' = b + 2 eta a (1 - ab)
template <class R>
struct GradientDescent {
    using Parameters = GradientDescentParameters;
    static constexpr bool origin_attracts = false;
    Scalar<R> eta;

    explicit GradientDescent(const Parameters& p) : eta(Scalar<R>(p.eta)) {}

    // Rounded as it stands: a + ((2 eta) b) (1 - ab).
    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& s) const {
        const R rest = broadcast<R>(1) - s.x * s.y;
        return {s.x + 2 * eta * s.y * rest, s.y + 2 * eta * s.x * rest};
    }
};

// With p = ab and s = a^2 + b^2: a' = a + 4 eta (1 - p) (b s - (1 - p) a), and b' likewise. This is
// descent on |grad L|^2 / 2 = 2 (1 - p)^2 s, to which the saddle is as good as a minimum.
template <class R>
struct GradientNormDescent {
    using Parameters = GradientDescentParameters;
    static constexpr bool origin_attracts = true;
    Scalar<R> eta;

    explicit GradientNormDescent(const Parameters& p) : eta(Scalar<R>(p.eta)) {}

    // Rounded as it stands: a + ((4 eta) (1 - p)) (b s - (1 - p) a).
    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& s) const {
        const R rest = broadcast<R>(1) - s.x * s.y;
        const R square = s.x * s.x + s.y * s.y, rate = 4 * eta * rest;
        return {s.x + rate * (s.y * square - rest * s.x), s.y + rate * (s.x * square - rest * s.y)};
    }
};

}  // namespace divergence

EXPORT_DESCENT(gradient_descent, GradientDescent)
EXPORT_DESCENT(gradient_norm_descent, GradientNormDescent)
