// The map of Henon (1976): x' = 1 - a x^2 + y, y' = b x.
#pragma once

#include "planar.h"

namespace divergence {

struct HenonParameters {
    double a, b;
};

template <class R>
struct Henon {
    using Parameters = HenonParameters;
    static constexpr int packs = 4;
    Scalar<R> a, b;

    explicit Henon(const Parameters& p) : a(Scalar<R>(p.a)), b(Scalar<R>(p.b)) {}

    // Rounded as it stands: ((1 - (a (x x))) + y, b x).
    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        return {broadcast<R>(1) - a * (p.x * p.x) + p.y, b * p.x};
    }
    // (x + d)^2 - x^2 = d (2 x + d)
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>& p, const Point<R>& d) const {
        return {d.y - a * (d.x * (p.x + p.x + d.x)), b * d.x};
    }
};

}  // namespace divergence
