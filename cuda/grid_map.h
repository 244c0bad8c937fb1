// The grid map: Euler steps of dx/dt = a cos y, dy/dt = b sin x.
#pragma once

#include "planar.h"
#include "trigonometric_difference.h"

namespace divergence {

struct GridMapParameters {
    double a, b;
};

template <class R>
struct GridMap {
    using Parameters = GridMapParameters;
    static constexpr int packs = 2;
    Scalar<R> a, b;

    explicit GridMap(const Parameters& p) : a(Scalar<R>(p.a)), b(Scalar<R>(p.b)) {}

    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        return {a * cos(p.y), b * sin(p.x)};
    }
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>& p, const Point<R>& d) const {
        return {a * cosine_difference(p.y, d.y), b * sine_difference(p.x, d.x)};
    }
};

}  // namespace divergence
