// Halley's method, z' = z - 2 f f' / (2 f'^2 - f f'').
#pragma once

#include "root_finding.h"

namespace divergence {

template <class R, bool plain>
struct Halley : RootMap<R> {
    using Parameters = RootParameters;
    struct State {
        Complex<R> z, moved;
    };

    Polynomial<R, 2, plain> f;

    explicit Halley(const Parameters& p) : RootMap<R>(p), f(p.f) {}

    HOST_DEVICE State start(R x, R y) const {
        State s{{x, y}, {}};
        step(s);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const Derivatives<R> at = f.at(s.z);
        const R two = broadcast<R>(2);
        s.moved = two * (at.value * at.first) / (two * square(at.first) - at.value * at.second);
        s.z = s.z - s.moved;
    }
};

}  // namespace divergence
