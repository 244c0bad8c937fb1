// The map of Henon run backwards: x' = y / b, y' = a (y / b)^2 + x - 1.
#include "planar_boundary.h"
#include "plane_jump.h"

namespace divergence {

struct ReversedHenonParameters {
    double a, b;
    FIELDS(a, b)
};

template <class R>
struct ReversedHenon : ReversedHenonParameters {
    using Parameters = ReversedHenonParameters;
    static constexpr int packs = 4;

    // Rounded as it stands, with u = y / b: (u, ((a (u u)) + x) - 1).
    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        const R u = p.y / b;
        return {u, a * (u * u) + p.x - broadcast<R>(1)};
    }
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>& p, const Point<R>& d) const {
        const R u = p.y / b, du = d.y / b;
        return {du, a * (du * (u + u + du)) + d.x};
    }
};

}  // namespace divergence

EXPORT_PLANAR(reversed_henon, ReversedHenon)
EXPORT_PLANES(reversed_henon, ReversedHenon)
