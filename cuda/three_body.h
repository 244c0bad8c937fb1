// Three bodies under Newton's gravity, and a twin of the system whose body 1 starts a small shift
// away: the step at which the two bodies 1 are further apart than the critical distance.
//
// Gravity knows only relative positions, so bodies 2 and 3 are followed as seen from body 1, and
// the centre of mass, which moves uniformly, gives body 1 back. The twin is carried as what it
// differs by, in units of a power of two near the shift, and stepped by a formula in which nothing
// cancels: every shift down to 1e-300 is as exact as any other.
#pragma once

#include "engine.h"
#include "fields.h"
#include "integrators.h"
#include "pull.h"

namespace divergence {

struct ThreeBodyParameters {
    double positions[9], velocities[9], masses[3];  // body by body: x, y, z
    double gravity, dt, shift, critical_distance;
    int64_t horizontal, vertical;  // the axes of body 1's start that a pixel's x and y replace
    int64_t integrator, precision;
    // Of the adaptive integrator alone: the error of a step; the growth that separates where there
    // is no shift; and, if it is not 0, the time in units of dt at whose multiples a step ends.
    double tolerance, growth, landing;
    FIELDS(positions, velocities, masses, gravity, dt, shift, critical_distance, horizontal,
           vertical, integrator, precision, tolerance, growth, landing)
};

// What becomes of a twin: it is apart, or bodies have collided, which no step resolves.
enum TwinFate : int32_t { separated = 1, unresolved };

// Bodies 2 and 3 as seen from body 1: positions r and displacements of one step u = dt v.
template <class R>
struct Motion {
    Vector<R> r2, r3, u2, u3;
    FIELDS(r2, r3, u2, u3)

    HOST_DEVICE ALWAYS_INLINE void drift() {
        r2 = r2 + u2;
        r3 = r3 + u3;
    }
};

// The unit in which what is near a length is carried.
inline double power_of_two_near(double length) {
    return length == 0 ? 1 : std::ldexp(1.0, std::ilogb(length));
}

// The system and, in units of a power of two near the shift, the twin less the system.
template <class R>
struct Phase {
    Motion<R> system, twin;
    FIELDS(system, twin)

    HOST_DEVICE ALWAYS_INLINE void drift() {
        system.drift();
        twin.drift();
    }
};

// The system of a pixel at time 0, found in numbers of type C.
template <class R, class C>
HOST_DEVICE Motion<R> start_of(const ThreeBodyParameters& p, const C& x, const C& y) {
    const auto chosen = [&](int64_t i) {  // by comparing, as a register cannot be indexed
        return i == p.horizontal ? x : i == p.vertical ? y : C(p.positions[i]);
    };
    const C p1[3] = {chosen(0), chosen(1), chosen(2)}, one = C(1.0), dt = C(p.dt);
    const auto from1 = [](const auto* first, const double* other, const C& scale) {
        const auto axis = [&](int i) { return R(Scalar<R>(scale * (C(other[i]) - C(first[i])))); };
        return Vector<R>{axis(0), axis(1), axis(2)};
    };
    const double *p2 = p.positions + 3, *p3 = p.positions + 6, *v = p.velocities;
    return {from1(p1, p2, one), from1(p1, p3, one), from1(v, v + 3, dt), from1(v, v + 6, dt)};
}

// The law of gravity for what is seen from body 1: dt^2 (a_2 - a_1) and dt^2 (a_3 - a_1), where
// a_1 = G (m2 f12 + m3 f13), a_2 = G (m3 f23 - m1 f12) and a_3 = -G (m1 f13 + m2 f23). Its
// constants are found in numbers of type C.
template <class R, class C = double>
struct Gravity {
    using T = Scalar<R>;
    T g3, minus_g2, minus_g12, minus_g13;  // dt^2 G m3, -dt^2 G m2, -dt^2 G (m1 + m2), ...

    explicit Gravity(const ThreeBodyParameters& p) {
        const C g = C(p.gravity) * C(p.dt) * C(p.dt);
        const C m[] = {C(p.masses[0]), C(p.masses[1]), C(p.masses[2])};
        g3 = T(g * m[2]);
        minus_g2 = T(-g * m[1]);
        minus_g12 = T(-g * (m[0] + m[1]));
        minus_g13 = T(-g * (m[0] + m[2]));
    }
    // Adds them to the displacements, given the pulls.
    HOST_DEVICE ALWAYS_INLINE void add(Motion<R>& onto, const Vector<R>& f12, const Vector<R>& f13,
                                       const Vector<R>& f23) const {
        onto.u2 = fma(broadcast<R>(minus_g12), f12, fma(broadcast<R>(g3), f23 - f13, onto.u2));
        onto.u3 =
            fma(broadcast<R>(minus_g13), f13, fma(broadcast<R>(minus_g2), f23 + f12, onto.u3));
    }
};

template <class R>
HOST_DEVICE ALWAYS_INLINE Motion<R> fma(R s, const Motion<R>& a, const Motion<R>& b) {
    return {fma(s, a.r2, b.r2), fma(s, a.r3, b.r3), fma(s, a.u2, b.u2), fma(s, a.u3, b.u3)};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Phase<R> fma(R s, const Phase<R>& a, const Phase<R>& b) {
    return {fma(s, a.system, b.system), fma(s, a.twin, b.twin)};
}

// PullsOf<R> finds the pulls: Pulls, or what stands in for it.
template <class R, class Integrator, template <class> class PullsOf = Pulls>
struct ThreeBody : MapDefaults {
    using T = Scalar<R>;
    using Parameters = ThreeBodyParameters;
    using State = typename Integrator::template State<R, Phase<R>>;

    Parameters p;
    PullsOf<R> pulls;
    Gravity<R> gravity;
    T shift;  // in units of `unit`
    // In units of a power of two near the critical distance, body 1 differs from its twin by
    // apart + weight2 d2 + weight3 d3, since the centres of mass stay as far apart as they start.
    T apart, weight2, weight3, critical_square;

    explicit ThreeBody(const Parameters& parameters)
        : p(parameters), pulls(power_of_two_near(p.shift)), gravity(p) {
        const double* m = p.masses;
        const double total = m[0] + m[1] + m[2];
        const double unit = power_of_two_near(p.shift);
        const double critical_unit = power_of_two_near(p.critical_distance);
        shift = T(p.shift / unit);
        apart = T(m[0] / total * (p.shift / critical_unit));
        weight2 = T(-m[1] / total * (unit / critical_unit));
        weight3 = T(-m[2] / total * (unit / critical_unit));
        const double critical = p.critical_distance / critical_unit;
        critical_square = T(critical * critical);
    }

    HOST_DEVICE State start(double x, double y) const {
        const R d = R(-shift);
        Phase<R> first{};
        first.system = start_of<R>(p, x, y);
        first.twin.r2 = first.twin.r3 = {d, d, d};
        return Integrator::template start<R>(*this, first);
    }

    // Whether the bodies 1 are apart, or a collision has left no number.
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        return exceeds(square_apart(s), broadcast<R>(critical_square));
    }
    HOST_DEVICE int32_t fate(const State& s) const {
        return square_apart(s) > broadcast<R>(critical_square) ? separated : unresolved;
    }

    HOST_DEVICE ALWAYS_INLINE void step(State& s) const { Integrator::template step<R>(*this, s); }

    // Adds dt^2 times the accelerations at a phase to the displacements of another.
    HOST_DEVICE ALWAYS_INLINE void kick(Phase<R>& onto, const Phase<R>& at) const {
        const Motion<R>&s = at.system, &t = at.twin;
        const Vector<R> r[] = {s.r2, s.r3, s.r3 - s.r2}, d[] = {t.r2, t.r3, t.r3 - t.r2};
        Pull<R> pull[3];
        pulls.find(r, d, pull);
        gravity.add(onto.system, pull[0].system(r[0]), pull[1].system(r[1]), pull[2].system(r[2]));
        gravity.add(onto.twin, pull[0].difference(r[0], d[0]), pull[1].difference(r[1], d[1]),
                    pull[2].difference(r[2], d[2]));
    }
    HOST_DEVICE ALWAYS_INLINE Phase<R> rate(const Phase<R>& at) const {
        Phase<R> rate{};
        rate.system.r2 = at.system.u2;
        rate.system.r3 = at.system.u3;
        rate.twin.r2 = at.twin.u2;
        rate.twin.r3 = at.twin.u3;
        kick(rate, at);
        return rate;
    }

private:
    // The square of how far the bodies 1 are apart.
    HOST_DEVICE ALWAYS_INLINE R square_apart(const State& s) const {
        const R c = broadcast<R>(apart);
        const Vector<R> left = fma(broadcast<R>(weight3), s.now.twin.r3, Vector<R>{c, c, c});
        const Vector<R> d1 = fma(broadcast<R>(weight2), s.now.twin.r2, left);
        return dot(d1, d1);
    }
};

}  // namespace divergence
