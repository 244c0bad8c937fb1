// The logistic map z' = r z (1 - z) over the complex numbers: the pixel is z, or it is r.
#pragma once

#include "escape.h"

namespace divergence {

template <class R>
HOST_DEVICE ALWAYS_INLINE Complex<R> logistic(const Complex<R>& r, const Complex<R>& z) {
    return r * z * Complex<R>{broadcast<R>(1) - z.re, -z.im};
}

struct LogisticZParameters {
    double r[2], radius;
    FIELDS(r, radius)
};

template <class R>
struct LogisticZ : EscapeMap<R> {
    using T = Scalar<R>;
    using Parameters = LogisticZParameters;
    struct State {
        Complex<R> z;
        FIELDS(z)
    };

    Complex<T> r;

    explicit LogisticZ(const Parameters& p) : EscapeMap<R>(p.radius), r{T(p.r[0]), T(p.r[1])} {}

    HOST_DEVICE State start(R x, R y) const {
        State s{{x, y}};
        step(s);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const { s.z = logistic(broadcast<R>(r), s.z); }
    HOST_DEVICE double fraction(const State& s) const {
        return escape_fraction(*this, s, 2, squared_length(r));
    }
};

struct LogisticRParameters {
    double z0[2], radius;
    FIELDS(z0, radius)
};

template <class R>
struct LogisticR : EscapeMap<R> {
    using T = Scalar<R>;
    using Parameters = LogisticRParameters;
    struct State {
        Complex<R> z, r;
        FIELDS(z, r)
    };

    Complex<T> z0;

    explicit LogisticR(const Parameters& p) : EscapeMap<R>(p.radius), z0{T(p.z0[0]), T(p.z0[1])} {}

    HOST_DEVICE State start(R x, R y) const {
        State s{broadcast<R>(z0), {x, y}};
        step(s);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const { s.z = logistic(s.r, s.z); }
    HOST_DEVICE double fraction(const State& s) const {
        return escape_fraction(*this, s, 2, squared_length(s.r));
    }
};

}  // namespace divergence
