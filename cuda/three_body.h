// Three bodies under Newton's gravity, and a twin of the system whose body 1 starts a small shift
// away: the step at which the two bodies 1 are further apart than the critical distance.
//
// Gravity knows only relative positions, so bodies 2 and 3 are followed as seen from body 1, and
// the centre of mass, which moves uniformly, gives body 1 back. The twin is carried as what it
// differs by, in units of a power of two near the shift, and stepped by a formula in which nothing
// cancels: every shift down to 1e-300 is as exact as any other.
#pragma once

#include "engine.h"
#include "integrators.h"
#include "inverse_root.h"
#include "vector.h"

namespace divergence {

struct ThreeBodyParameters {
    double positions[9], velocities[9], masses[3];  // body by body: x, y, z
    double gravity, dt, shift, critical_distance;
    int64_t horizontal, vertical;  // the axes of body 1's start that a pixel's x and y replace
    int64_t integrator, precision;
};

// Bodies 2 and 3 as seen from body 1: positions r and displacements of one step u = dt v.
template <class R>
struct Motion {
    Vector<R> r2, r3, u2, u3;
};

// The system and, in units of ThreeBody::unit, the twin less the system.
template <class R>
struct Phase {
    Motion<R> system, twin;

    HOST_DEVICE ALWAYS_INLINE void drift() {
        system.r2 = system.r2 + system.u2;
        system.r3 = system.r3 + system.u3;
        twin.r2 = twin.r2 + twin.u2;
        twin.r3 = twin.r3 + twin.u3;
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

template <class R, class Integrator>
struct ThreeBody : MapDefaults {
    using T = Scalar<R>;
    using Parameters = ThreeBodyParameters;
    using State = typename Integrator::template State<R, Phase<R>>;

    Parameters p;
    T g1, g2, g3, g12, g13;  // dt^2 G m for each body, and for 1 with 2, 1 with 3
    T unit, shift;           // of the twin's difference; and the shift in this unit
    // In units of a power of two near the critical distance, body 1 differs from its twin by
    // apart - weight2 d2 - weight3 d3, since the centres of mass stay as far apart as they start.
    T apart, weight2, weight3, critical_square;

    explicit ThreeBody(const Parameters& parameters) : p(parameters) {
        const double g = p.gravity * p.dt * p.dt;
        const double total = p.masses[0] + p.masses[1] + p.masses[2];
        const double scale = p.shift == 0 ? 1 : std::ldexp(1.0, std::ilogb(p.shift));
        const double critical_scale = std::ldexp(1.0, std::ilogb(p.critical_distance));
        g1 = T(g * p.masses[0]);
        g2 = T(g * p.masses[1]);
        g3 = T(g * p.masses[2]);
        g12 = T(g * (p.masses[0] + p.masses[1]));
        g13 = T(g * (p.masses[0] + p.masses[2]));
        unit = T(scale);
        shift = T(p.shift / scale);
        apart = T(p.masses[0] / total * (p.shift / critical_scale));
        weight2 = T(p.masses[1] / total * (scale / critical_scale));
        weight3 = T(p.masses[2] / total * (scale / critical_scale));
        const double critical = p.critical_distance / critical_scale;
        critical_square = T(critical * critical);
    }

    HOST_DEVICE State start(double x, double y) const {
        double p1[3] = {p.positions[0], p.positions[1], p.positions[2]};
        p1[p.horizontal] = x;
        p1[p.vertical] = y;
        const double *p2 = p.positions + 3, *p3 = p.positions + 6;
        const double *v1 = p.velocities, *v2 = p.velocities + 3, *v3 = p.velocities + 6;
        const R d = R(-shift);
        Phase<R> first{};
        first.system = {seen(p1, p2, 1), seen(p1, p3, 1), seen(v1, v2, p.dt), seen(v1, v3, p.dt)};
        first.twin.r2 = first.twin.r3 = {d, d, d};
        return Integrator::template start<R>(*this, first);
    }

    // Whether the bodies 1 are apart (a collision, which leaves no number, counts as being apart).
    HOST_DEVICE ALWAYS_INLINE Mask<R> stopped(const State& s) const {
        const R c = broadcast<R>(apart);
        const Vector<R> left = fma(broadcast<R>(-weight3), s.now.twin.r3, Vector<R>{c, c, c});
        const Vector<R> d1 = fma(broadcast<R>(-weight2), s.now.twin.r2, left);
        return !(dot(d1, d1) <= broadcast<R>(critical_square));
    }

    HOST_DEVICE ALWAYS_INLINE void step(State& s) const { Integrator::template step<R>(*this, s); }

    // Adds dt^2 times the accelerations at a phase to the displacements of another.
    HOST_DEVICE ALWAYS_INLINE void kick(Phase<R>& onto, const Phase<R>& at) const {
        const Motion<R>&s = at.system, &d = at.twin;
        const Pull along12 = pull(s.r2, d.r2), along13 = pull(s.r3, d.r3),
                   along23 = pull(s.r3 - s.r2, d.r3 - d.r2);
        gravity(onto.system, along12.system, along13.system, along23.system);
        gravity(onto.twin, along12.twin, along13.twin, along23.twin);
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
    // r / |r|^3, and what the twin's differs by.
    struct Pull {
        Vector<R> system, twin;
    };

    // a_2 - a_1 and a_3 - a_1, where a_1 = G (m2 f12 + m3 f13), a_2 = G (m3 f23 - m1 f12) and
    // a_3 = -G (m1 f13 + m2 f23).
    HOST_DEVICE ALWAYS_INLINE void gravity(Motion<R>& onto, const Vector<R>& f12,
                                           const Vector<R>& f13, const Vector<R>& f23) const {
        onto.u2 = fma(broadcast<R>(-g12), f12, fma(broadcast<R>(g3), f23 - f13, onto.u2));
        onto.u3 = fma(broadcast<R>(-g13), f13, fma(broadcast<R>(-g2), f23 + f12, onto.u3));
    }

    // With a = |r|^2, b = |r + d|^2 and x = (b - a) / a, the twin's inverse cube is
    // b^(-3/2) = a^(-3/2) (1 + x)^(-3/2). Near: the binomial series of (1 + x)^(-3/2) - 1. Far,
    // with y = a^(-1/2) and z = b^(-1/2): z^3 - y^3 = -(b - a) y^2 z^2 (y^2 + y z + z^2) / (y + z).
    // Each lane goes by its own x, so its bits do not depend on its neighbours.
    HOST_DEVICE ALWAYS_INLINE Pull pull(const Vector<R>& r, const Vector<R>& d) const {
        const Vector<R> twin = fma(broadcast<R>(unit), d, r);
        const R y = inverse_root(dot(r, r)), y2 = y * y, cube = y * y2;
        const R excess = dot(d, r + twin);
        const R part = excess * y2, x = part * unit;
        R change = cube * part * binomial(x);
        const Mask<R> far = absolute(x) > broadcast<R>(T(1.0 / 64));
        if (UNLIKELY(any(far))) {
            const R z = inverse_root(dot(twin, twin)), yz = y * z;
            change = far ? -excess * yz * yz * (fma(z, z, y2) + yz) / (y + z) : change;
        }
        return {cube * r, fma(change, twin, cube * d)};
    }

    // ((1 + x)^(-3/2) - 1) / x for |x| <= 1/64, as far as the number's precision asks.
    static HOST_DEVICE ALWAYS_INLINE R binomial(R x) {
        if constexpr (sizeof(T) == 8)
            return polynomial(x, T(-1.5), 1.875, -2.1875, 2.4609375, -2.70703125, 2.9326171875,
                              -3.14208984375, 3.338470458984375);
        else
            return polynomial(x, T(-1.5), 1.875, -2.1875, 2.4609375, -2.70703125);
    }

    static HOST_DEVICE Vector<R> seen(const double* from, const double* to, double scale) {
        return {R(T(scale * (to[0] - from[0]))), R(T(scale * (to[1] - from[1]))),
                R(T(scale * (to[2] - from[2])))};
    }
};

}  // namespace divergence
