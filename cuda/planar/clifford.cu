// Clifford's map: x' = sin(a y) + c cos(a x), y' = sin(b x) + d cos(b y).
#include "planar_boundary.h"
#include "plane_jump.h"
#include "trigonometric_difference.h"

namespace divergence {

struct CliffordParameters {
    double a, b, c, d;
    FIELDS(a, b, c, d)
};

template <class R>
struct Clifford : CliffordParameters {
    using Parameters = CliffordParameters;
    static constexpr int packs = 2;

    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        return {sin(a * p.y) + c * cos(a * p.x), sin(b * p.x) + d * cos(b * p.y)};
    }
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>& p, const Point<R>& apart) const {
        return {
            sine_difference(a * p.y, a * apart.y) + c * cosine_difference(a * p.x, a * apart.x),
            sine_difference(b * p.x, b * apart.x) + d * cosine_difference(b * p.y, b * apart.y)};
    }
};

}  // namespace divergence

EXPORT_PLANAR(clifford, Clifford)
EXPORT_PLANES(clifford, Clifford)
EXPORT_ARRIVAL(clifford_basin, Clifford)
EXPORT_PLANE(clifford_basin, CliffordArrival)
