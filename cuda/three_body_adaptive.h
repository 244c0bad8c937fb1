// The true map of three bodies and their twin: the equations, the start and the stop of
// three_body.h, solved to a tolerance by Taylor series with a step of each pixel's own, and the
// moment of separation found within its step.
//
// With a shift of 0 the twin is the limit of a near one: its difference follows the variational
// equation, starts as (1, 1, 1) for body 1, and has separated when it has grown by a factor.
#pragma once

#include "gravity_series.h"

namespace divergence {

template <class R>
struct ThreeBodyAdaptive : MapDefaults {
    using T = Scalar<R>;
    using Parameters = ThreeBodyParameters;
    static constexpr bool keeps_time = true;

    // The system, and the twin less the system times `fineness`, which falls as they part.
    struct State {
        Phase<R> now;
        R fineness;
        R clock, work;  // the time, in units of dt, and the steps it took
        R ended;        // 0, or the fate
        FIELDS(now, fineness, clock, work, ended)
    };

    Parameters p;
    typename GravitySeries<R>::Masses masses;  // times dt^2 G
    // The difference of body 1 is drift - weight2 d2 - weight3 d3, and has separated at `critical`.
    T drift, weight2, weight3, critical;
    T shift, first_fineness, square_tolerance;
    bool variational;
    int order;

    explicit ThreeBodyAdaptive(const Parameters& parameters) : p(parameters) {
        const double g = p.gravity * p.dt * p.dt, total = p.masses[0] + p.masses[1] + p.masses[2];
        variational = p.shift == 0;
        shift = T(variational ? 1 : p.shift);
        first_fineness = T(std::ldexp(1.0, -std::ilogb(shift)));
        masses = {T(g * p.masses[0]), T(g * p.masses[1]), T(g * p.masses[2])};
        drift = T(p.masses[0] / total * shift);
        weight2 = T(p.masses[1] / total);
        weight3 = T(p.masses[2] / total);
        critical = T(variational ? p.growth * std::sqrt(3.0) : p.critical_distance);
        square_tolerance = T(p.tolerance * p.tolerance);
        // The order that costs least: 1 - log(tolerance) / 2 (Jorba and Zou, section 3.2).
        order = 1 + int(std::ceil(-0.34657359 * std::ilogb(p.tolerance)));
    }

    HOST_DEVICE State start(double x, double y) const {
        State first{};
        first.now.system = start_of<R>(p, x, y);
        const R d = R(-shift * first_fineness);
        first.now.twin.r2 = first.now.twin.r3 = {d, d, d};
        first.fineness = R(first_fineness);
        if (shift / critical * (shift / critical) * 3 > 1) first.ended = R(separated);
        return first;
    }

    HOST_DEVICE ALWAYS_INLINE Mask<R> stopped(const State& s) const { return s.ended != R{}; }
    HOST_DEVICE ALWAYS_INLINE R time(const State& s) const { return s.clock; }
    HOST_DEVICE int32_t fate(const State& s) const { return int32_t(s.ended); }
    HOST_DEVICE double fraction(const State& s) const { return s.clock - double(int64_t(s.clock)); }

    HOST_DEVICE void wake(State& s) const { s.ended = R{}; }

    // A pixel is lost where a step no longer moves its clock, or where it has taken 10 000 steps
    // and one more for every dt.
    HOST_DEVICE void step(State& s) const {
        const R unit = broadcast<R>(1) / s.fineness;
        const GravitySeries<R> series(masses, order, s.now.system, s.now.twin,
                                      variational ? R{} : unit);
        R h = step_size(series);
        const R landing = next_landing(s.clock);
        h = smaller(h, landing - s.clock);
        const Mask<R> lands = h == landing - s.clock;
        const Mask<R> lost = (!(s.clock + h > s.clock)) | (s.work > s.clock + broadcast<R>(10000));
        h = lost | stopped(s) ? R{} : h;

        const Vector<R> still{};
        const R start = broadcast<R>(drift) * s.fineness;
        const auto apart = [&](int n) {
            return fma(broadcast<R>(-weight2), series.d2(n),
                       fma(broadcast<R>(-weight3), series.d3(n),
                           n == 0 ? Vector<R>{start, start, start} : still));
        };
        const auto end = first_departure(h, broadcast<R>(critical) * s.fineness, order, apart);
        h = lost ? broadcast<R>(T(NAN)) : end.moment;  // whose bodies are nowhere then
        move(s.now.system.r2, s.now.system.u2, h, [&](int n) { return series.r2(n); });
        move(s.now.system.r3, s.now.system.u3, h, [&](int n) { return series.r3(n); });
        move(s.now.twin.r2, s.now.twin.u2, h, [&](int n) { return series.d2(n); });
        move(s.now.twin.r3, s.now.twin.u3, h, [&](int n) { return series.d3(n); });
        coarsen(s);
        s.clock = lost ? s.clock : lands & !end.found ? landing : s.clock + h;
        s.work = s.work + broadcast<R>(1);
        s.ended = lost ? broadcast<R>(unresolved) : end.found ? broadcast<R>(separated) : s.ended;
    }

private:
    HOST_DEVICE ALWAYS_INLINE R next_landing(R clock) const {
        if (p.landing == 0) return broadcast<R>(T(INFINITY));
        const R period = broadcast<R>(T(p.landing));
        return period * (floor(clock / period) + broadcast<R>(1));
    }

    // The longest step that keeps the last two terms within the tolerance of the first; 0 where
    // the series is out of range.
    HOST_DEVICE ALWAYS_INLINE R step_size(const GravitySeries<R>& series) const {
        const auto step = [&](int n) {
            const R share = broadcast<R>(square_tolerance) / series.decay(n);
            return share > R{} ? rough_root(share, T(0.5) / T(n)) : R{};
        };
        return smaller(step(order), step(order - 1));
    }

    template <class Coefficient>
    HOST_DEVICE ALWAYS_INLINE void move(Vector<R>& r, Vector<R>& u, R h,
                                        const Coefficient& coefficient) const {
        const Moment<R> moment = sum_series(h, order, coefficient);
        r = moment.value;
        u = moment.rate;
    }

    // Keeps the squares of a difference that has grown much within the range of numbers.
    HOST_DEVICE ALWAYS_INLINE void coarsen(State& s) const {
        const Mask<R> large =
            dot(s.now.twin.r2, s.now.twin.r2) + dot(s.now.twin.r3, s.now.twin.r3) >
            broadcast<R>(T(0x1p200));
        if (!UNLIKELY(any(large))) return;
        const R factor = large ? broadcast<R>(T(0x1p-100)) : broadcast<R>(1);
        s.now.twin = {factor * s.now.twin.r2, factor * s.now.twin.r3, factor * s.now.twin.u2,
                      factor * s.now.twin.u3};
        s.fineness = s.fineness * factor;
    }
};

}  // namespace divergence
