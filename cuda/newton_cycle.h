// Newton's method until it comes back to where it was three steps before: at a root, or on an orbit
// of period 3, which holds the points that find no root of x^5 - x - 1.
#pragma once

#include "newton.h"

namespace divergence {

template <class R, bool plain>
struct NewtonCycle : NewtonSteps<R, plain> {
    struct State {
        Complex<R> z;
        R square;             // of how far three steps have led
        Complex<R> one, two;  // z one and two steps before
        FIELDS(z, square, one, two)
    };
    static constexpr double far = 1e100;  // where the points before the first are

    int32_t cycle;  // the fate of those that are at no root

    explicit NewtonCycle(const RootParameters& p)
        : NewtonSteps<R, plain>(p), cycle(int32_t(p.root_count) + 1) {}

    HOST_DEVICE State start(R x, R y) const {
        const Complex<R> nowhere{broadcast<R>(far), R{}};
        State s{{x, y}, R{}, nowhere, nowhere};
        step(s);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const Complex<R> next = s.z - this->step_from(s.z);
        s.square = squared_length(next - s.two);
        s.two = s.one;
        s.one = s.z;
        s.z = next;
    }
    HOST_DEVICE int32_t fate(const State& s) const {
        const int32_t root = RootMap<R>::fate(s);
        return root ? root : cycle;
    }
};

}  // namespace divergence
