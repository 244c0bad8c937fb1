// The linear swirl dx/dt = -a y, dy/dt = x - b y.
#pragma once

#include "planar.h"

namespace divergence {

struct LinearSwirlParameters {
    double a, b;
};

template <class R>
struct LinearSwirl {
    using Parameters = LinearSwirlParameters;
    static constexpr int packs = 4;
    Scalar<R> a, b;

    explicit LinearSwirl(const Parameters& p) : a(Scalar<R>(p.a)), b(Scalar<R>(p.b)) {}

    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        return {-a * p.y, p.x - b * p.y};
    }
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>&, const Point<R>& d) const {
        return (*this)(d);
    }
};

}  // namespace divergence
