// What the maps that escape to infinity have in common.
#pragma once

#include "boundary.h"
#include "power.h"

namespace divergence {

// The time of a point is the number of the step, from 0, that took it further than the radius from
// the origin: so a state is tested after its step, and start() already takes step 0. A radius whose
// square is no number counts as 2^512, where the squares end.
template <class R>
struct EscapeMap : MapDefaults {
    static constexpr int packs = 4;
    Scalar<R> radius_square;

    explicit EscapeMap(double radius)
        : radius_square(Scalar<R>(std::min(radius * radius, 0x1.fffffffffffffp1023))) {}

    template <class State>
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        return exceeds(squared_length(s.z), broadcast<R>(radius_square));
    }
};

// log |z|
HOST_DEVICE inline double escape_length(const Complex<double>& z) {
    return is_number(z) ? log_length(z) : 0x1.62e42fefa39efp+9;
}

// The continuous escape time less the time: 1 - log_d(log |z| / log radius), where far out
// z' = l z^d, once l is scaled to 1. So it is 1 for a point that just escapes, and 0 for one that
// lands on radius^d. Some steps more, to where the rest of the map no longer matters to |z|^d, make
// it smooth. Zero where d is not over 1, as nothing then escapes so fast, and where a point only
// went out of the radius and came back. A point that is no number any more is at its limit, 2^1024.
template <class Map, class State>
HOST_DEVICE double escape_fraction(const Map& map, State s, double degree, double log_scale) {
    constexpr int most_steps = 60;
    constexpr double log_2 = 0x1.62e42fefa39efp-1;
    if (!(degree > 1)) return 0;
    const double far = (degree > 2 ? 80 / degree : 40) * log_2;
    int steps = 0;
    double length = log_scale + escape_length(s.z);
    for (; steps < most_steps && length < far; ++steps) {
        map.step(s);
        length = log_scale + escape_length(s.z);
    }
    const double ratio = length / (log_scale + 0.5 * log(map.radius_square));
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
