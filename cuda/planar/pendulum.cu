// The damped pendulum, of angle x: dx/dt = y, dy/dt = -a y - b sin x.
#include "planar_boundary.h"
#include "trigonometric_difference.h"

namespace divergence {

struct PendulumParameters {
    double a, b;
    FIELDS(a, b)
};

template <class R>
struct Pendulum : PendulumParameters {
    using Parameters = PendulumParameters;
    static constexpr int packs = 2;

    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        return {p.y, -a * p.y - b * sin(p.x)};
    }
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>& p, const Point<R>& d) const {
        return {d.y, -a * d.y - b * sine_difference(p.x, d.x)};
    }
};

}  // namespace divergence

EXPORT_PLANAR(pendulum, Pendulum)
