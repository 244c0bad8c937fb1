// Julia sets: z' = z^d + a, starting at the pixel.
#pragma once

#include "escape.h"

namespace divergence {

struct JuliaParameters {
    double a[2], exponent[2], radius;
    FIELDS(a, exponent, radius)
};

template <class R, template <class> class Power>
struct Julia : EscapeMap<R> {
    using T = Scalar<R>;
    using Parameters = JuliaParameters;
    struct State {
        Complex<R> z;
        FIELDS(z)
    };

    Complex<T> a;
    Power<R> power;
    double degree;

    explicit Julia(const Parameters& p)
        : EscapeMap<R>(p.radius),
          a{T(p.a[0]), T(p.a[1])},
          power(p.exponent),
          degree(p.exponent[0]) {}

    HOST_DEVICE State start(R x, R y) const {
        State s{{x, y}};
        step(s);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const { s.z = power.plus(s.z, broadcast<R>(a)); }
    HOST_DEVICE double fraction(const State& s) const {
        return escape_fraction(*this, s, degree, 1);
    }
};

}  // namespace divergence
