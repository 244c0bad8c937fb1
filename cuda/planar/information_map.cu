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
        return {scale * information(p.x, broadcast<R>(1) - p.x), p.y};
    }

    // With x' = x + d and g(f) = log(1 + f) - f, the difference is, over the scale,
    //     d log(x' / (1 - x')) + x g(d / x) + (1 - x) g(-d / (1 - x)),
    // in which nothing cancels; where a probability is 0 the map is 0, and nothing does either.
    HOST_DEVICE ALWAYS_INLINE Point<R> difference(const Point<R>& p, const Point<R>& d) const {
        const R one = broadcast<R>(1), x = p.x, rest = one - x, to = x + d.x, rest_to = rest - d.x;
        const R odds = (x + x - one + d.x + d.x) / rest_to;
        const R inside = d.x * select<R>(absolute(odds) < broadcast<R>(0.25), log_ratio(odds),
                                         log(to / rest_to)) +
                         x * log_rest(d.x / x) + rest * log_rest(-d.x / rest);
        const Mask<R> at_edge = (x * rest == R{}) | (to * rest_to == R{});
        const R edge = information(to, rest_to) - information(x, rest);
        return {scale * select<R>(at_edge, edge, inside), d.y};
    }

private:
    // log(1 + f) = 2 (s + s^3 / 3 + s^5 / 5 + ...) with s = f / (2 + f), for |f| < 1/4.
    static HOST_DEVICE ALWAYS_INLINE R log_ratio(R f) {
        const R s = f / (broadcast<R>(2) + f);
        return s * polynomial(s * s, 2.0, 2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13,
                              2.0 / 15, 2.0 / 17, 2.0 / 19);
    }
    // log(1 + f) - f, where f - 2 s = s f.
    static HOST_DEVICE ALWAYS_INLINE R log_rest(R f) {
        const R s = f / (broadcast<R>(2) + f), z = s * s;
        const R near = s * (z * polynomial(z, 2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11,
                                           2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19) -
                            f);
        return select<R>(absolute(f) < broadcast<R>(0.25), near, log(broadcast<R>(1) + f) - f);
    }
    // p log p + q log q, where p + q = 1, either is 0 or more, and 0 log 0 is 0. A probability near
    // 1 has its logarithm from the other, which knows more digits of it.
    static HOST_DEVICE ALWAYS_INLINE R information(R p, R q) {
        return product(p, q) + product(q, p);
    }
    static HOST_DEVICE ALWAYS_INLINE R product(R p, R q) {
        const R logarithm = select<R>(absolute(q) < broadcast<R>(0.25), log_ratio(-q), log(p));
        return select<R>(p == R{}, R{}, p * logarithm);
    }
};

}  // namespace divergence

EXPORT_PLANAR(information_map, InformationMap)
