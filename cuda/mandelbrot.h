// The Mandelbrot set and its relatives: z' = z^d + a + b, where the pixel is a.
#pragma once

#include "escape.h"

namespace divergence {

struct MandelbrotParameters {
    double exponent[2], z0[2], b[2], radius;
    int64_t from_a;  // not 0: z starts at a, not at z0
    FIELDS(exponent, z0, b, radius, from_a)
};

template <class R, template <class> class Power>
struct Mandelbrot : EscapeMap<R> {
    using Parameters = MandelbrotParameters;
    struct State {
        Complex<R> z, c;
        FIELDS(z, c)
    };

    Parameters p;
    Power<R> power;

    explicit Mandelbrot(const Parameters& p) : EscapeMap<R>(p.radius), p(p), power(p.exponent) {}

    HOST_DEVICE State start(R x, R y) const {
        const Complex<R> a{x, y}, z0{broadcast<R>(p.z0[0]), broadcast<R>(p.z0[1])},
            b{broadcast<R>(p.b[0]), broadcast<R>(p.b[1])};
        State s{p.from_a ? a : z0, a + b};
        step(s);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const { s.z = power.plus(s.z, s.c); }
    HOST_DEVICE double fraction(const State& s) const {
        return escape_fraction(*this, s, p.exponent[0], 1);
    }
};

}  // namespace divergence
