// The secant method, z'' = z' - f(z') (z' - z) / (f(z') - f(z)), where the pixel is the second
// point and half of it the first.
#pragma once

#include "root_finding.h"

namespace divergence {

template <class R, bool plain>
struct Secant : RootMap<R> {
    using Parameters = RootParameters;
    struct State {
        Complex<R> z, moved, f_before;
    };

    Polynomial<R, 1, plain> f;

    explicit Secant(const Parameters& p) : RootMap<R>(p), f(p.f) {}

    HOST_DEVICE State start(R x, R y) const {
        const Complex<R> z{x, y}, half = broadcast<R>(0.5) * z;
        State s{z, half, f.at(half).value};
        step(s);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const Complex<R> value = f.at(s.z).value;
        s.moved = value * s.moved / (s.f_before - value);
        s.f_before = value;
        s.z = s.z + s.moved;
    }
};

}  // namespace divergence
