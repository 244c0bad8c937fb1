// Softmax iterated: three shares that add to 1, p' = softmax(p / T), from a point of the triangle.
#pragma once

#include "elementary.h"
#include "engine.h"
#include "fields.h"

namespace divergence {

struct SoftmaxParameters {
    double temperature, tolerance, near;
    FIELDS(temperature, tolerance, near)
};

template <class R>
struct Softmax : MapDefaults {
    using T = Scalar<R>;
    using Parameters = SoftmaxParameters;
    struct State {
        R p[3];
        R moved;  // in the last step, the sum of the three
        FIELDS(p, moved)
    };
    enum End : int32_t { first = 1, second, third, middle, outside };

    Parameters p;

    explicit Softmax(const Parameters& parameters) : p(parameters) {}

    // The shares are 1 at the corners (0, 0), (1, 0) and (1/2, sqrt(3)/2).
    HOST_DEVICE State start(R x, R y) const {
        State s;
        s.p[2] = y / broadcast<R>(0x1.bb67ae8584caap-1);
        s.p[1] = x - broadcast<R>(0.5) * s.p[2];
        s.p[0] = broadcast<R>(1) - s.p[1] - s.p[2];
        const auto inside = (s.p[0] >= R{}) & (s.p[1] >= R{}) & (s.p[2] >= R{});
        s.moved = select<R>(inside, broadcast<R>(1), broadcast<R>(-1));
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        return bits(s.moved < broadcast<R>(p.tolerance));
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const R most = maximum(maximum(s.p[0], s.p[1]), s.p[2]);
        R sum{}, weight[3];
        for (int i = 0; i < 3; ++i) {
            weight[i] = exp((s.p[i] - most) / broadcast<R>(p.temperature));
            sum = sum + weight[i];
        }
        s.moved = R{};
        for (int i = 0; i < 3; ++i) {
            const R share = weight[i] / sum;
            s.moved = s.moved + absolute(share - s.p[i]);
            s.p[i] = share;
        }
    }
    HOST_DEVICE int32_t fate(const State& s) const {
        if (s.moved < 0) return outside;
        int32_t largest = 0;
        T most = s.p[0], off = 0;
        for (int i = 0; i < 3; ++i) {
            if (s.p[i] > most) most = s.p[i], largest = i;
            off += absolute(s.p[i] - T(1) / 3);
        }
        return off < p.near ? int32_t(middle) : largest + 1;
    }
};

}  // namespace divergence
