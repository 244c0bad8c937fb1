// Ikeda's map of light going round in a ring: z' = 1 + u z exp(i t), t = a - b / (1 + |z|^2).
#include "planar_boundary.h"
#include "trigonometric_difference.h"

namespace divergence {

struct IkedaParameters {
    double u, a, b;
    FIELDS(u, a, b)
};

template <class R>
struct Ikeda : IkedaParameters {
    using Parameters = IkedaParameters;
    static constexpr int packs = 2;

    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        const SineCosine<R> turn = sine_cosine(a - b / size(p));
        return {broadcast<R>(1) + u * (p.x * turn.cosine - p.y * turn.sine),
                u * (p.x * turn.sine + p.y * turn.cosine)};
    }
    // With q = p + d and t' = t + h: q exp(i t') - p exp(i t) = d exp(i t') + p (exp(i t') - exp(i
    // t)).
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>& p, const Point<R>& d) const {
        const R before = size(p), after = size({p.x + d.x, p.y + d.y});
        const R growth = d.x * (p.x + p.x + d.x) + d.y * (p.y + p.y + d.y);
        const R t = a - b / before, h = b * (growth / (before * after));
        const R sine = sine_difference(t, h), cosine = cosine_difference(t, h);
        const SineCosine<R> turn = sine_cosine(t + h);
        return {u * ((d.x * turn.cosine - d.y * turn.sine) + (p.x * cosine - p.y * sine)),
                u * ((d.x * turn.sine + d.y * turn.cosine) + (p.x * sine + p.y * cosine))};
    }

private:
    static HOST_DEVICE ALWAYS_INLINE R size(const Point<R>& p) {
        return broadcast<R>(1) + (p.x * p.x + p.y * p.y);
    }
};

}  // namespace divergence

EXPORT_PLANAR(ikeda, Ikeda)
