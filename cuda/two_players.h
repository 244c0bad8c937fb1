// The smallest pair of adversaries: data at 0, a generator that makes t, and a discriminator that
// takes x for made with the probability sigma(p x). With the learning rates h_d, h_g and a penalty
// g
//   p' = p - h_d (sigma(p t) t + g p)
//   t' = t + h_g (1 - sigma(q t)) q      non-saturating, or
//   t' = t + h_g sigma(q t) q            minimax,
// where q is p' if they learn by turns, and p if they learn at once.
#pragma once

#include "engine.h"
#include "fields.h"
#include "squashing.h"

namespace divergence {

struct TwoPlayersParameters {
    double rate_g, rate_d, penalty, t, p, tolerance, bound;
    int64_t minimax, by_turns;
    int64_t rate_plane;  // 0: a pixel is (t, p); else it is (h_g, h_d)
    FIELDS(rate_g, rate_d, penalty, t, p, tolerance, bound, minimax, by_turns, rate_plane)
};

template <class R>
struct TwoPlayers : MapDefaults {
    static constexpr int packs = 2;

    using T = Scalar<R>;
    using Parameters = TwoPlayersParameters;
    struct State {
        R t, p, rate_g, rate_d;
        FIELDS(t, p, rate_g, rate_d)
    };
    enum End : int32_t { converged = 1, diverged };

    Parameters p;

    explicit TwoPlayers(const Parameters& parameters) : p(parameters) {}

    HOST_DEVICE State start(R x, R y) const {
        if (p.rate_plane) return {broadcast<R>(p.t), broadcast<R>(p.p), x, y};
        return {x, y, broadcast<R>(p.rate_g), broadcast<R>(p.rate_d)};
    }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        const R size = absolute(s.t) + absolute(s.p);
        return bits(size < broadcast<R>(p.tolerance)) | exceeds(size, broadcast<R>(p.bound));
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const R penalty = broadcast<R>(p.penalty);
        const R next = s.p - s.rate_d * (logistic_function(s.p * s.t) * s.t + penalty * s.p);
        const R q = p.by_turns ? next : s.p, product = q * s.t;
        // 1 - sigma(x) = sigma(-x)
        const R weight = logistic_function(p.minimax ? product : -product);
        s.t = s.t + s.rate_g * weight * q;
        s.p = next;
    }
    HOST_DEVICE int32_t fate(const State& s) const {
        return absolute(s.t) + absolute(s.p) < p.tolerance ? converged : diverged;
    }
};

}  // namespace divergence
