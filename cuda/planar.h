// Maps of the plane. A map is its right-hand side f and no more, so that basins, twins, orbits and
// densities are drawn from one header each:
//   Parameters        doubles, from which f is made; it may be made by inheriting them
//   f(p)              where a discrete map sends p, or the velocity at p of a continuous system
//   difference(p, d)  f(p + d) - f(p), by a formula in which nothing cancels (optional: a map
//   without
//                     it has no twins)
//   packs             as of every map (see engine.h)
#pragma once

#include "engine.h"
#include "fields.h"

namespace divergence {

template <class R>
struct Point {
    R x, y;
    FIELDS(x, y)
};

template <template <class> class F>
struct PlanarParameters {
    typename F<double>::Parameters map;
    double dt;  // 0: discrete
    FIELDS(map, dt)
};

// Moves a point p to f(p) or, semi-continuously, by an Euler step to p + dt f(p).
template <template <class> class F, class R>
struct PlanarStep {
    F<R> f;
    Scalar<R> dt;

    explicit PlanarStep(const PlanarParameters<F>& p) : f{p.map}, dt(Scalar<R>(p.dt)) {}

    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        return dt == 0 ? f(p) : euler(p, f(p));
    }
    // How far apart the step leaves two points that were d apart.
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>& p, const Point<R>& d) const {
        return dt == 0 ? f.difference(p, d) : euler(d, f.difference(p, d));
    }

private:
    HOST_DEVICE ALWAYS_INLINE Point<R> euler(const Point<R>& p, const Point<R>& velocity) const {
        return {p.x + dt * velocity.x, p.y + dt * velocity.y};
    }
};

}  // namespace divergence
