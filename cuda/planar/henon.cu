// The map of Henon (1976): x' = 1 - a x^2 + y, y' = b x.
#include "planar_boundary.h"
#include "plane_jump.h"

namespace divergence {

struct HenonParameters {
    double a, b;
    FIELDS(a, b)
};

template <class R>
struct Henon : HenonParameters {
    using Parameters = HenonParameters;
    static constexpr int packs = 4;

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

EXPORT_PLANAR(henon, Henon)
EXPORT_PLANES(henon, Henon)
