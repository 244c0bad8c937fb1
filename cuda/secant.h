// The secant method, z'' = z' - f(z') (z' - z) / (f(z') - f(z)), where the pixel is the second
// point and half of it the first.
#pragma once

#include "root_finding.h"

namespace divergence {

template <class R, bool plain>
struct Secant : RootMap<R> {
    struct State {
        Complex<R> z;
        R square;
        Complex<R> before, f_before;
        FIELDS(z, square, before, f_before)
    };

    explicit Secant(const RootParameters& p) : RootMap<R>(p), f(p.f) {}

    HOST_DEVICE State start(R x, R y) const {
        const Complex<R> z{x, y}, half = broadcast<R>(0.5) * z;
        State s{z, broadcast<R>(HUGE_VAL), half, f.at(half).value};
        step(s);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const Complex<R> value = f.at(s.z).value;
        uint32_t unsure;
        Complex<R> step = this->quotient(value * (s.z - s.before), s.f_before - value, s.z, unsure);
        if constexpr (is_of_machine<R>)
            if (UNLIKELY(unsure)) step = careful(step, unsure & ~this->stopped(s), s.before, s.z);
        s.before = s.z;
        s.f_before = value;
        s.z = s.z + step;
        s.square = squared_length(step);
    }

private:
    HOST_DEVICE NEVER_INLINE Complex<R> careful(Complex<R> step, uint32_t unsure, Complex<R> before,
                                                Complex<R> z) const {
        return this->with_care(step, unsure, z,
                               [&](int l) { return one_step(lane_of(before, l), lane_of(z, l)); });
    }
    HOST_DEVICE Complex<double> one_step(const Complex<double>& before,
                                         const Complex<double>& z) const {
        const bool blurred = this->is_blurred(z);
        const Complex<Wide> value = this->careful_at(f, z, blurred).value;
        if (is_zero(value)) return {};
        const Complex<Wide> value_before = this->careful_at(f, before, blurred).value;
        return narrow(value * widen(z - before) / (value_before - value));
    }

    Polynomial<R, 1, plain> f;
};

}  // namespace divergence
