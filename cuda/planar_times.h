// What the time of a planar map's starting point can mean: how long until it escapes, arrives, or
// loses its twin.
#pragma once

#include "planar.h"

namespace divergence {

template <template <class> class F>
struct EscapeParameters {
    PlanarParameters<F> step;
    double radius;
    FIELDS(step, radius)
};

// Steps until a point is further than `radius` from the origin (or no longer a number).
template <template <class> class F, class R>
struct Escape : MapDefaults {
    static constexpr int packs = F<R>::packs;
    using Parameters = EscapeParameters<F>;
    using State = Point<R>;

    PlanarStep<F, R> move;
    Scalar<R> radius_square;

    explicit Escape(const Parameters& p)
        : move(p.step), radius_square(Scalar<R>(p.radius * p.radius)) {}
    HOST_DEVICE State start(R x, R y) const { return {x, y}; }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& p) const {
        return exceeds(p.x * p.x + p.y * p.y, broadcast<R>(radius_square));
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& p) const { p = move(p); }
};

template <template <class> class F>
struct ArrivalParameters {
    PlanarParameters<F> step;
    double center[2], radius;
    FIELDS(step, center, radius)
};

// Steps until a point is inside the diamond |x - cx| + |y - cy| < radius.
template <template <class> class F, class R>
struct Arrival : MapDefaults {
    static constexpr int packs = F<R>::packs;
    using Parameters = ArrivalParameters<F>;
    using State = Point<R>;

    PlanarStep<F, R> move;
    Point<Scalar<R>> center;
    Scalar<R> radius;

    explicit Arrival(const Parameters& p)
        : move(p.step),
          center{Scalar<R>(p.center[0]), Scalar<R>(p.center[1])},
          radius(Scalar<R>(p.radius)) {}
    HOST_DEVICE State start(R x, R y) const { return {x, y}; }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& p) const {
        return bits(absolute(p.x - center.x) + absolute(p.y - center.y) < broadcast<R>(radius));
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& p) const { p = move(p); }
};

template <template <class> class F>
struct TwinsParameters {
    PlanarParameters<F> step;
    double shift, critical_distance;
    FIELDS(step, shift, critical_distance)
};

// Steps until a point and its twin, which starts `shift` to the right of it, are further apart than
// the critical distance. The twin is carried as what it differs by, so that no shift is too small.
template <template <class> class F, class R>
struct Twins : MapDefaults {
    static constexpr int packs = F<R>::packs;
    using Parameters = TwinsParameters<F>;
    struct State {
        Point<R> point, difference;
        FIELDS(point, difference)
    };

    PlanarStep<F, R> move;
    Scalar<R> shift, critical_square;

    explicit Twins(const Parameters& p)
        : move(p.step),
          shift(Scalar<R>(p.shift)),
          critical_square(Scalar<R>(p.critical_distance * p.critical_distance)) {}
    HOST_DEVICE State start(R x, R y) const { return {{x, y}, {broadcast<R>(shift), R{}}}; }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        const Point<R>& d = s.difference;
        return exceeds(d.x * d.x + d.y * d.y, broadcast<R>(critical_square));
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const Point<R> difference = move.difference(s.point, s.difference);
        s.point = move(s.point);
        s.difference = difference;
    }
};

}  // namespace divergence
