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

// Steps until a point is further than `radius` from the origin (or no longer a number); a radius
// whose square is no number counts as 2^512, where the squares end.
template <template <class> class F, class R>
struct Escape : MapDefaults {
    static constexpr int packs = F<R>::packs;
    using Parameters = EscapeParameters<F>;
    using State = Point<R>;

    PlanarStep<F, R> move;
    Scalar<R> radius_square;

    explicit Escape(const Parameters& p)
        : move(p.step),
          radius_square(Scalar<R>(std::min(p.radius * p.radius, 0x1.fffffffffffffp1023))) {}
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
    // Distances are compared in units of a power of two near the critical one: any has a square.
    Scalar<R> shift, per_unit, critical_square;

    explicit Twins(const Parameters& p)
        : move(p.step),
          shift(Scalar<R>(p.shift)),
          per_unit(Scalar<R>(std::ldexp(1.0, -std::ilogb(p.critical_distance)))),
          critical_square(square(per_unit * Scalar<R>(p.critical_distance))) {}
    HOST_DEVICE State start(R x, R y) const { return {{x, y}, {broadcast<R>(shift), R{}}}; }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        return exceeds(square_apart(s), broadcast<R>(critical_square));
    }
    // 2 where the points are no numbers any more, and nothing is known of their distance.
    HOST_DEVICE int32_t fate(const State& s) const {
        return square_apart(s) > critical_square ? 1 : 2;
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const Point<R> difference = move.difference(s.point, s.difference);
        s.point = move(s.point);
        s.difference = difference;
    }

private:
    static Scalar<R> square(const Scalar<R>& length) { return length * length; }
    HOST_DEVICE ALWAYS_INLINE R square_apart(const State& s) const {
        const R x = per_unit * s.difference.x, y = per_unit * s.difference.y;
        return x * x + y * y;
    }
};

}  // namespace divergence
