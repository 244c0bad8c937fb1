// Newton's method, z' = z - f/f', and two pictures made from it.
#pragma once

#include "root_finding.h"

namespace divergence {

template <class R, bool plain>
class NewtonSteps : public RootMap<R> {
public:
    explicit NewtonSteps(const RootParameters& p) : RootMap<R>(p), f(p.f) {}

protected:
    // f/f'
    HOST_DEVICE ALWAYS_INLINE Complex<R> step_from(const Complex<R>& z) const {
        const Derivatives<R> at = f.at(z);
        uint32_t unsure;
        Complex<R> step = this->quotient(at.value, at.first, z, unsure);
        if constexpr (is_of_machine<R>)
            if (UNLIKELY(unsure)) step = careful(step, unsure, z);
        return step;
    }

private:
    HOST_DEVICE NEVER_INLINE Complex<R> careful(Complex<R> step, uint32_t unsure,
                                                Complex<R> z) const {
        return this->with_care(step, unsure, z, [&](int l) {
            const Derivatives<Wide> at = this->careful_at(f, lane_of(z, l));
            return is_zero(at.value) ? Complex<double>{} : narrow(at.value / at.first);
        });
    }

    Polynomial<R, 1, plain> f;
};

template <class R, bool plain>
struct Newton : NewtonSteps<R, plain> {
    struct State {
        Complex<R> z;
        R square;
        FIELDS(z, square)
    };
    using NewtonSteps<R, plain>::NewtonSteps;

    HOST_DEVICE State start(R x, R y) const {
        State s{{x, y}, {}};
        step(s);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const Complex<R> step = this->step_from(s.z);
        s.z = s.z - step;
        s.square = squared_length(step);
    }
};

// What Mandelbrot's map is to Julia's: z' = z - f/f' + a from 0, where the pixel is a.
template <class R, bool plain>
struct NewtonMandelbrot : NewtonSteps<R, plain> {
    struct State {
        Complex<R> z;
        R square;
        Complex<R> a;
        FIELDS(z, square, a)
    };
    using NewtonSteps<R, plain>::NewtonSteps;

    HOST_DEVICE State start(R x, R y) const {
        State s{{}, {}, {x, y}};
        step(s);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const Complex<R> step = s.a - this->step_from(s.z);
        s.z = s.z + step;
        s.square = squared_length(step);
    }
    HOST_DEVICE int32_t fate(const State&) const { return 1; }
};

// Two of Newton's iterates, which start the tolerance apart and stop when they are so close again.
template <class R, bool plain>
struct NewtonTogether : NewtonSteps<R, plain> {
    using T = Scalar<R>;
    struct State {
        Complex<R> z, w;
        FIELDS(z, w)
    };
    static constexpr int packs = 2;

    explicit NewtonTogether(const RootParameters& p)
        : NewtonSteps<R, plain>(p), shift(T(p.tolerance)) {}

    HOST_DEVICE State start(R x, R y) const {
        State s{{x, y}, {x + shift, y}};
        step(s);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE Mask<R> stopped(const State& s) const {
        return squared_length(s.z - s.w) <= broadcast<R>(shift * shift);
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        s.z = s.z - this->step_from(s.z);
        s.w = s.w - this->step_from(s.w);
    }
    HOST_DEVICE int32_t fate(const State&) const { return 1; }

private:
    T shift;
};

}  // namespace divergence
