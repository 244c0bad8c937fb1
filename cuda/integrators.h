// Ways to step a mechanical system by dt. A System offers `kick(onto, at)`, which adds dt^2 times
// the accelerations at `at` to the displacements of `onto`; its Phase holds positions and
// displacements (dt times the velocities) and can `drift()`, adding the latter to the former.
#pragma once

#include "fields.h"

namespace divergence {

// Explicit Euler: the new position and the new velocity both from the old state.
struct Euler {
    template <class R, class Phase>
    struct State {
        Phase now;
        FIELDS(now)
    };
    template <class R, class System, class Phase>
    static HOST_DEVICE State<R, Phase> start(const System&, const Phase& first) {
        return {first};
    }
    template <class R, class System, class Phase>
    static HOST_DEVICE ALWAYS_INLINE void step(const System& system, State<R, Phase>& s) {
        const Phase old = s.now;
        s.now.drift();
        system.kick(s.now, old);
    }
};

// Leapfrog (Stoermer-Verlet), of order 2 and symplectic: displacements live at the half steps.
struct Leapfrog {
    template <class R, class Phase>
    struct State {
        Phase now;
        FIELDS(now)
    };
    template <class R, class System, class Phase>
    static HOST_DEVICE State<R, Phase> start(const System& system, const Phase& first) {
        Phase kicked = first;
        system.kick(kicked, first);
        return {fma(broadcast<R>(Scalar<R>(0.5)), kicked,
                    fma(broadcast<R>(Scalar<R>(0.5)), first, Phase{}))};
    }
    template <class R, class System, class Phase>
    static HOST_DEVICE ALWAYS_INLINE void step(const System& system, State<R, Phase>& s) {
        s.now.drift();
        const Phase drifted = s.now;
        system.kick(s.now, drifted);
    }
};

// Adams-Bashforth of order 2 or 4 for both position and velocity, with Euler for the first steps.
template <int order>
struct AdamsBashforth {
    static_assert(order == 2 || order == 4, "orders 2 and 4 are written out");
    template <class R, class Phase>
    struct State {
        Phase now, rate[order - 1];  // the rates of change at earlier steps, the latest first
        R age;                       // steps taken
        FIELDS(now, rate, age)
    };
    template <class R, class System, class Phase>
    static HOST_DEVICE State<R, Phase> start(const System&, const Phase& first) {
        State<R, Phase> s{};
        s.now = first;
        return s;
    }
    template <class R, class System, class Phase>
    static HOST_DEVICE ALWAYS_INLINE void step(const System& system, State<R, Phase>& s) {
        using T = Scalar<R>;
        const Phase rate = system.rate(s.now);
        const auto starting = s.age < broadcast<R>(T(order - 1));
        const auto weight = [&](double bashforth, double euler) {
            return select(starting, broadcast<R>(T(euler)), broadcast<R>(T(bashforth)));
        };
        if constexpr (order == 2) {
            s.now = fma(weight(3.0 / 2, 1), rate, fma(weight(-1.0 / 2, 0), s.rate[0], s.now));
        } else {
            const Phase past = fma(
                weight(-59.0 / 24, 0), s.rate[0],
                fma(weight(37.0 / 24, 0), s.rate[1], fma(weight(-9.0 / 24, 0), s.rate[2], s.now)));
            s.now = fma(weight(55.0 / 24, 1), rate, past);
            s.rate[2] = s.rate[1];
            s.rate[1] = s.rate[0];
        }
        s.rate[0] = rate;
        s.age = s.age + broadcast<R>(T(1));
    }
};

}  // namespace divergence
