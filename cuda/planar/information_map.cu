// The information map x' = -a (x log2 x + (1 - x) log2 (1 - x)), a times the entropy in bits of a
// choice of probability x; y stays.
#include "elementary.h"
#include "planar_boundary.h"

namespace divergence {

struct InformationMapParameters {
    double a;
    FIELDS(a)
};

template <class R>
struct InformationMap {
    using Parameters = InformationMapParameters;
    static constexpr int packs = 2;
    Scalar<R> scale;  // -a / log 2

    explicit InformationMap(const Parameters& p) : scale(Scalar<R>(-p.a * 0x1.71547652b82fep+0)) {}

    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        return {scale * (product(p.x) + product(broadcast<R>(1) - p.x)), p.y};
    }

    // With x' = x + d: x' log x' - x log x = d log x' + x log(x' / x).
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>& p, const Point<R>& d) const {
        return {scale * (change(p.x, d.x) + change(broadcast<R>(1) - p.x, -d.x)), d.y};
    }

private:
    static HOST_DEVICE ALWAYS_INLINE R change(R x, R d) {
        return d * log(x + d) + x * log_ratio(d / x);
    }
    // log(1 + f) = 2 (s + s^3 / 3 + s^5 / 5 + ...) with s = f / (2 + f), where f is small.
    static HOST_DEVICE ALWAYS_INLINE R log_ratio(R f) {
        const R s = f / (broadcast<R>(2) + f);
        const auto near = absolute(f) < broadcast<R>(0.25);
        const R series = s * polynomial(s * s, 2.0, 2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11,
                                        2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19);
        return near ? series : log(broadcast<R>(1) + f);
    }
    // x log x, which is 0 at 0.
    static HOST_DEVICE ALWAYS_INLINE R product(R x) {
        const auto nothing = x == R{};
        return nothing ? R{} : x * log(x);
    }
};

}  // namespace divergence

EXPORT_PLANAR(information_map, InformationMap)
