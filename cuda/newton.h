// Newton's method, z' = z - f/f', and two pictures made from it.
#pragma once

#include "root_finding.h"

namespace divergence {

template <class R, bool plain>
struct Newton : RootMap<R> {
    using Parameters = RootParameters;
    struct State {
        Complex<R> z, moved;
    };

    Polynomial<R, 1, plain> f;

    explicit Newton(const Parameters& p) : RootMap<R>(p), f(p.f) {}

    HOST_DEVICE State start(R x, R y) const {
        State s{{x, y}, {}};
        step(s);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const Derivatives<R> at = f.at(s.z);
        s.moved = at.value / at.first;
        s.z = s.z - s.moved;
    }
};

// What Mandelbrot's map is to Julia's: z' = z - f/f' + a from 0, where the pixel is a.
template <class R, bool plain>
struct NewtonMandelbrot : RootMap<R> {
    using Parameters = RootParameters;
    struct State {
        Complex<R> z, moved, a;
    };

    Polynomial<R, 1, plain> f;

    explicit NewtonMandelbrot(const Parameters& p) : RootMap<R>(p), f(p.f) {}

    HOST_DEVICE State start(R x, R y) const {
        State s{{}, {}, {x, y}};
        step(s);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const Derivatives<R> at = f.at(s.z);
        s.moved = s.a - at.value / at.first;
        s.z = s.z + s.moved;
    }
    HOST_DEVICE int32_t fate(const State&) const { return 1; }
};

// Two of Newton's iterates, which start the tolerance apart and stop when they are so close again.
template <class R, bool plain>
struct NewtonTogether : MapDefaults {
    using T = Scalar<R>;
    using Parameters = RootParameters;
    struct State {
        Complex<R> z, w;
    };
    static constexpr int packs = 2;

    Polynomial<R, 1, plain> f;
    T shift;

    explicit NewtonTogether(const Parameters& p) : f(p.f), shift(T(p.tolerance)) {}

    HOST_DEVICE State start(R x, R y) const {
        State s{{x, y}, {x + shift, y}};
        step(s);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE Mask<R> stopped(const State& s) const {
        return squared_length(s.z - s.w) <= broadcast<R>(shift * shift);
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        move(s.z);
        move(s.w);
    }

private:
    HOST_DEVICE ALWAYS_INLINE void move(Complex<R>& z) const {
        const Derivatives<R> at = f.at(z);
        z = z - at.value / at.first;
    }
};

}  // namespace divergence
