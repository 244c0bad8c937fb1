// One neuron z^2 / 2, with z = w.v + c, that learns the function (v0 - v1)^2 online, from a list of
// samples v taken in turn: with delta = alpha (z^2 / 2 - (v0 - v1)^2) z, w' = w - delta v and
// c' = c - delta; or from several samples at once, by the mean of what they ask for.
#pragma once

#include "engine.h"
#include "fields.h"

namespace divergence {

struct OneNeuronParameters {
    static constexpr int samples = 100;
    double v0[samples], v1[samples];
    double alpha, w1, tolerance, bound;
    int64_t batch;       // samples a step
    int64_t rate_plane;  // 0: a pixel is (w0, w1); else it is (alpha, w0)
    FIELDS(v0, v1, alpha, w1, tolerance, bound, batch, rate_plane)
};

template <class R>
struct OneNeuron : MapDefaults {
    using T = Scalar<R>;
    using Parameters = OneNeuronParameters;
    static constexpr bool has_tables = true;
    struct State {
        R w0, w1, c, alpha;
        R next;  // the number of the sample to learn from
        FIELDS(w0, w1, c, alpha, next)
    };
    enum End : int32_t { learned_first = 1, learned_second, diverged };

    Parameters p;

    explicit OneNeuron(const Parameters& parameters) : p(parameters) {}

    HOST_DEVICE State start(double x, double y) const {
        if (p.rate_plane) return {R(y), R(p.w1), R(0), R(x), R(0)};
        return {R(x), R(y), R(0), R(p.alpha), R(0)};
    }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        const R size = absolute(s.w0) + absolute(s.w1) + absolute(s.c);
        return bits(error(s) < broadcast<R>(p.tolerance)) | exceeds(size, broadcast<R>(p.bound));
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        R w0{}, w1{}, c{}, next = s.next;
        for (int64_t i = 0; i < p.batch; ++i) {
            const R v0 = gather(p.v0, next), v1 = gather(p.v1, next);
            const R z = s.w0 * v0 + s.w1 * v1 + s.c, difference = v0 - v1;
            const R delta = s.alpha * (z * z * broadcast<R>(0.5) - difference * difference) * z;
            w0 = w0 + delta * v0;
            w1 = w1 + delta * v1;
            c = c + delta;
            next = next + broadcast<R>(1);
            next = next < broadcast<R>(Parameters::samples) ? next : R{};
        }
        const R batch = broadcast<R>(T(p.batch));
        s.w0 = s.w0 - w0 / batch;
        s.w1 = s.w1 - w1 / batch;
        s.c = s.c - c / batch;
        s.next = next;
    }
    HOST_DEVICE int32_t fate(const State& s) const {
        if (!(error(s) < p.tolerance)) return diverged;
        return s.w0 > 0 ? learned_first : learned_second;
    }

private:
    // How far w is from sqrt(2) (1, -1) or its negative, and c from 0.
    static HOST_DEVICE ALWAYS_INLINE R error(const State& s) {
        const R root = broadcast<R>(T(1.4142135623730951));
        return absolute(absolute(s.w0) - root) + absolute(s.w0 + s.w1) + absolute(s.c);
    }
};

}  // namespace divergence
