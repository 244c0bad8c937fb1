// Halley's method, z' = z - 2 f f' / (2 f'^2 - f f'').
#pragma once

#include "root_finding.h"

namespace divergence {

template <class R, bool plain>
struct Halley : RootMap<R> {
    struct State {
        Complex<R> z;
        R square;
        FIELDS(z, square)
    };

    explicit Halley(const RootParameters& p) : RootMap<R>(p), f(p.f) {}

    HOST_DEVICE State start(R x, R y) const {
        State s{{x, y}, {}};
        step(s);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const Derivatives<R> at = f.at(s.z);
        uint32_t unsure;
        Complex<R> step = this->quotient(over(at), under(at), s.z, unsure);
        if constexpr (is_of_machine<R>)
            if (UNLIKELY(unsure)) step = careful(step, unsure, s.z);
        s.z = s.z - step;
        s.square = squared_length(step);
    }

private:
    HOST_DEVICE NEVER_INLINE Complex<R> careful(Complex<R> step, uint32_t unsure,
                                                Complex<R> z) const {
        return this->with_care(step, unsure, z, [&](int l) {
            const Derivatives<Wide> at = this->careful_at(f, lane_of(z, l));
            return is_zero(at.value) ? Complex<double>{} : narrow(over(at) / under(at));
        });
    }
    template <class N>
    static HOST_DEVICE ALWAYS_INLINE Complex<N> over(const Derivatives<N>& at) {
        return broadcast<N>(2) * (at.value * at.first);
    }
    template <class N>
    static HOST_DEVICE ALWAYS_INLINE Complex<N> under(const Derivatives<N>& at) {
        return broadcast<N>(2) * square(at.first) - at.value * at.second;
    }

    Polynomial<R, 2, plain> f;
};

}  // namespace divergence
