// What the maps that escape to infinity have in common.
#pragma once

#include "boundary.h"
#include "power.h"

namespace divergence {

// The time of a point is the number of the step, from 0, that took it further than the radius from
// the origin: so a state is tested after its step, and start() already takes step 0. The radius is
// no larger than farthest_radius() of maps/escape.py allows.
template <class R>
struct EscapeMap : MapDefaults {
    static constexpr int packs = 4;
    Scalar<R> radius_square;

    explicit EscapeMap(double radius) : radius_square(Scalar<R>(radius * radius)) {}

    template <class State>
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        return exceeds(squared_length(s.z), broadcast<R>(radius_square));
    }
};

// log(a b), where a b may be no number.
HOST_DEVICE inline double log_product(double a, double b) {
    return a * b < HUGE_VAL ? log(a * b) : log(a) + log(b);
}
// log(scale |z|^2); a z that is no number any more counts as 2^1024 long, where numbers end.
HOST_DEVICE inline double log_square(double scale, const Complex<double>& z) {
    const double square = squared_length(z);
    if (square < HUGE_VAL) return log_product(scale, square);
    if (!is_number(z)) return log(scale) + 0x1.62e42fefa39efp+10;  // 2048 log 2
    return log(scale) + (log(squared_length(0x1p-600 * z)) + 0x1.9fe3682cd3be4p+9);
}

// The continuous escape time less the time: 1 - log_d(log |z| / log radius), where far out
// z' = l z^d, once l is scaled to 1. So it is 1 for a point that just escapes, and 0 for one that
// lands on radius^d. Some steps more, to where the rest of the map no longer matters, make it
// smooth. Zero where d is not over 1, as nothing then escapes so fast, and where a point only went
// out of the radius and came back.
template <class Map, class State>
HOST_DEVICE double escape_fraction(const Map& map, State s, double degree, double scale_square) {
    constexpr int most_steps = 60;
    constexpr double far_square = 0x1p80;
    if (!(degree > 1)) return 0;
    int steps = 0;
    for (; steps < most_steps && scale_square * squared_length(s.z) < far_square; ++steps) {
        State next = s;
        map.step(next);
        if (!is_number(next.z)) break;
        s = next;
    }
    const double length = log_square(scale_square, s.z);
    const double ratio = length / log_product(scale_square, map.radius_square);
    const double fraction = steps + 1 - log(ratio) / log(degree);
    return ratio > 0 && length > 0 && absolute(fraction) < HUGE_VAL ? fraction : 0;
}

// A map z' = z^d + c by the fastest way to its power.
template <template <class, template <class> class> class PowerMap, template <class> class Power>
struct RaisedBy {
    template <class R>
    using Map = PowerMap<R, Power>;
    using Only = Choice<Map, double>;
};
template <template <class, template <class> class> class PowerMap, class Parameters, class Visit>
auto choose_power(const Parameters& p, const Visit& visit) {
    const double* d = p.exponent;
    if (!is_natural(d[0], d[1])) return visit(typename RaisedBy<PowerMap, AnyPower>::Only());
    if (d[0] != 2) return visit(typename RaisedBy<PowerMap, WholePower>::Only());
    return visit(typename RaisedBy<PowerMap, Square>::Only());
}

}  // namespace divergence

// Exports a MAP whose parameters are MAP##Parameters, with the exponent d among them.
#define EXPORT_POWER_MAP(NAME, MAP) EXPORT_CHOICE(NAME, MAP##Parameters, choose_power<MAP>)
