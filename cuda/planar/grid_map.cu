// The grid map: Euler steps of dx/dt = a cos y, dy/dt = b sin x.
#include "planar_boundary.h"
#include "trigonometric_difference.h"

namespace divergence {

struct GridMapParameters {
    double a, b;
    FIELDS(a, b)
};

template <class R>
struct GridMap : GridMapParameters {
    using Parameters = GridMapParameters;
    static constexpr int packs = 2;

    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        return {a * cos(p.y), b * sin(p.x)};
    }
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>& p, const Point<R>& d) const {
        return {a * cosine_difference(p.y, d.y), b * sine_difference(p.x, d.x)};
    }
};

}  // namespace divergence

EXPORT_PLANAR(grid_map, GridMap)
