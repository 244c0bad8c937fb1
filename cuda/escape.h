// What the maps that escape to infinity have in common.
#pragma once

#include "boundary.h"
#include "power.h"

namespace divergence {

// The time of a point is the number of the step, from 0, that took it further than the radius from
// the origin: so a state is tested after its step, and start() already takes step 0.
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
    for (; steps < most_steps && scale_square * squared_length(s.z) < far_square; ++steps)
        map.step(s);
    const double length = log(scale_square * squared_length(s.z));
    const double ratio = length / log(scale_square * map.radius_square);
    return ratio > 0 && length > 0 ? steps + 1 - log(ratio) / log(degree) : 0;
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
