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
    // r d (1 - 2 x - d), where 1 less what is near it has no error.
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>& p, const Point<R>& d) const {
        const R twice = p.x + p.x;
        const R slope = broadcast<R>(1) - maximum(twice, d.x) - minimum(twice, d.x);
        return {r * d.x * slope, d.y};
    }
};

}  // namespace divergence

EXPORT_PLANAR(logistic_map, LogisticMap)
