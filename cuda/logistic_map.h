// The logistic map x' = r x (1 - x) of real numbers (May 1976); y stays.
#pragma once

#include "planar.h"

namespace divergence {

struct LogisticMapParameters {
    double r;
};

template <class R>
struct LogisticMap {
    using Parameters = LogisticMapParameters;
    static constexpr int packs = 4;
    Scalar<R> r;

    explicit LogisticMap(const Parameters& p) : r(Scalar<R>(p.r)) {}

    // Rounded as it stands: (r x) (1 - x).
    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        return {r * p.x * (broadcast<R>(1) - p.x), p.y};
    }
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>& p, const Point<R>& d) const {
        return {r * d.x * (broadcast<R>(1) - (p.x + p.x + d.x)), d.y};
    }
};

}  // namespace divergence
