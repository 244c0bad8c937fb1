// The linear swirl dx/dt = -a y, dy/dt = x - b y.
#include "planar_boundary.h"

namespace divergence {

struct LinearSwirlParameters {
    double a, b;
    FIELDS(a, b)
};

template <class R>
struct LinearSwirl : LinearSwirlParameters {
    using Parameters = LinearSwirlParameters;
    static constexpr int packs = 4;

    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        return {-a * p.y, p.x - b * p.y};
    }
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>&, const Point<R>& d) const {
        return (*this)(d);
    }
};

}  // namespace divergence

EXPORT_PLANAR(linear_swirl, LinearSwirl)
