// The quadratic map x' = x^2 + c of real numbers; y stays.
#include "planar_boundary.h"

namespace divergence {

struct QuadraticMapParameters {
    double c;
    FIELDS(c)
};

template <class R>
struct QuadraticMap : QuadraticMapParameters {
    using Parameters = QuadraticMapParameters;
    static constexpr int packs = 4;

    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        return {p.x * p.x + c, p.y};
    }
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>& p, const Point<R>& d) const {
        return {d.x * (p.x + p.x + d.x), d.y};
    }
};

}  // namespace divergence

EXPORT_PLANAR(quadratic_map, QuadraticMap)
