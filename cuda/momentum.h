// Descent with a memory of its steps: on a quadratic, over the plane of its two settings, and on
// L(a, b) = (1 - ab)^2 by three methods.
#pragma once

#include "descent.h"

namespace divergence {

struct QuadraticMomentumParameters {
    double b, x, y, tolerance, bound;
    FIELDS(b, x, y, tolerance, bound)
};

// On (x^2 + b y^2) / 2 with the step s and the momentum m, which a pixel is:
// z' = z - s (x, b y) + m (z - z_before), from rest.
template <class R>
struct QuadraticMomentum : MapDefaults {
    static constexpr int packs = 2;
    using T = Scalar<R>;
    using Parameters = QuadraticMomentumParameters;
    struct State {
        Point<R> z, moved;
        R size, momentum;  // s and m
        FIELDS(z, moved, size, momentum)
    };
    enum End : int32_t { converged = 1, diverged };

    Parameters p;

    explicit QuadraticMomentum(const Parameters& parameters) : p(parameters) {}
    HOST_DEVICE State start(R x, R y) const {
        return {{broadcast<R>(p.x), broadcast<R>(p.y)}, {R{}, R{}}, x, y};
    }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        const R size = absolute(s.z.x) + absolute(s.z.y);
        return bits(size < broadcast<R>(p.tolerance)) | exceeds(size, broadcast<R>(p.bound));
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        s.moved.x = s.momentum * s.moved.x - s.size * s.z.x;
        s.moved.y = s.momentum * s.moved.y - s.size * p.b * s.z.y;
        s.z = {s.z.x + s.moved.x, s.z.y + s.moved.y};
    }
    HOST_DEVICE int32_t fate(const State& s) const {
        return absolute(s.z.x) + absolute(s.z.y) < p.tolerance ? converged : diverged;
    }
};

struct MomentumDescentParameters {
    double eta, momentum, tolerance, bound;
    int64_t method;  // 0: momentum (Polyak 1964), 1: Nesterov's (1983), 2: Adam (Kingma, Ba 2014)
    FIELDS(eta, momentum, tolerance, bound, method)
};

// With the gradient g of L at w = (a, b), or with Nesterov's momentum at w + m v:
// v' = m v - eta g and w' = w + v'. Adam: see its step.
template <class R>
struct MomentumDescent : MapDefaults {
    static constexpr int packs = 2;
    using T = Scalar<R>;
    using Parameters = MomentumDescentParameters;
    static constexpr int64_t nesterov = 1, adam = 2;
    struct State {
        Point<R> w, v, square;
        R fading, square_fading;  // of Adam: what is left of the first averages
        FIELDS(w, v, square, fading, square_fading)
    };

    Parameters p;

    explicit MomentumDescent(const Parameters& parameters) : p(parameters) {}
    HOST_DEVICE State start(R x, R y) const {
        const Point<R> none{R{}, R{}};
        return {{x, y}, none, none, broadcast<R>(1), broadcast<R>(1)};
    }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        const R size = absolute(s.w.x) + absolute(s.w.y);
        return bits(minimal(s)) | exceeds(size, broadcast<R>(p.bound));
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const R m = broadcast<R>(p.momentum), eta = broadcast<R>(p.eta);
        if (p.method == adam) {
            step_of_adam(s, m, eta);
            return;
        }
        const bool ahead = p.method == nesterov;
        const Point<R> from{ahead ? s.w.x + m * s.v.x : s.w.x, ahead ? s.w.y + m * s.v.y : s.w.y};
        const Point<R> g = gradient(from);
        s.v = {m * s.v.x - eta * g.x, m * s.v.y - eta * g.y};
        s.w = {s.w.x + s.v.x, s.w.y + s.v.y};
    }
    HOST_DEVICE int32_t fate(const State& s) const {
        if (minimal(s)) return s.w.x > 0 ? positive_branch : negative_branch;
        return diverged;
    }

private:
    HOST_DEVICE ALWAYS_INLINE Mask<R> minimal(const State& s) const {
        return absolute(broadcast<R>(1) - s.w.x * s.w.y) < broadcast<R>(p.tolerance);
    }
    static HOST_DEVICE ALWAYS_INLINE Point<R> gradient(const Point<R>& w) {
        const R rest = broadcast<R>(1) - w.x * w.y;
        return {broadcast<R>(-2) * w.y * rest, broadcast<R>(-2) * w.x * rest};
    }
    // v and `square` are fading averages of g and g^2; divided by 1 less what is left of their
    // first value, 0, they are V and S, and w' = w - eta V / (sqrt(S) + 1e-8).
    HOST_DEVICE ALWAYS_INLINE void step_of_adam(State& s, R m, R eta) const {
        const Point<R> g = gradient(s.w);
        s.fading = s.fading * m;
        s.square_fading = s.square_fading * broadcast<R>(0.999);
        move(s.w.x, s.v.x, s.square.x, g.x, s, m, eta);
        move(s.w.y, s.v.y, s.square.y, g.y, s, m, eta);
    }
    static HOST_DEVICE ALWAYS_INLINE void move(R& w, R& v, R& square, R g, const State& s, R m,
                                               R eta) {
        const R slow = broadcast<R>(0.999), one = broadcast<R>(1);
        v = m * v + (one - m) * g;
        square = slow * square + (one - slow) * (g * g);
        const R size = sqrt(square / (one - s.square_fading));
        w = w - eta * (v / (one - s.fading)) / (size + broadcast<R>(1e-8));
    }
};

}  // namespace divergence
