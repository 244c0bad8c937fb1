// The logistic map x' = r x (1 - x) of real numbers (May 1976); y stays.
#include "planar_boundary.h"

namespace divergence {

struct LogisticMapParameters {
    double r;
    FIELDS(r)
};

template <class R>
struct LogisticMap : LogisticMapParameters {
    using Parameters = LogisticMapParameters;
    static constexpr int packs = 4;

    // Rounded as it stands: (r x) (1 - x).
    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        return {r * p.x * (broadcast<R>(1) - p.x), p.y};
    }
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>& p, const Point<R>& d) const {
        return {r * d.x * (broadcast<R>(1) - (p.x + p.x + d.x)), d.y};
    }
};

}  // namespace divergence

EXPORT_PLANAR(logistic_map, LogisticMap)
