// The quadratic map x' = x^2 + c of real numbers; y stays.
#pragma once

#include "planar.h"

namespace divergence {

struct QuadraticMapParameters {
    double c;
};

template <class R>
struct QuadraticMap {
    using Parameters = QuadraticMapParameters;
    static constexpr int packs = 4;
    Scalar<R> c;

    explicit QuadraticMap(const Parameters& p) : c(Scalar<R>(p.c)) {}

    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        return {p.x * p.x + c, p.y};
    }
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>& p, const Point<R>& d) const {
        return {d.x * (p.x + p.x + d.x), d.y};
    }
};

}  // namespace divergence
