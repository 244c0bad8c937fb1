// Descent on the loss L(a, b) = (1 - ab)^2, the smallest there is with more than one minimum: they
// are the two branches of the hyperbola ab = 1, and between them is a saddle at the origin.
#pragma once

#include "boundary.h"
#include "planar.h"

namespace divergence {

enum DescentEnd : int32_t { positive_branch = 1, negative_branch, diverged, origin };

// Steps that a rule takes until 1 - ab is within the tolerance of 0, or |a| + |b| is over the bound
// (or no longer a number) or, for a rule that the origin attracts, within the tolerance.
//
// A Rule has Parameters, with a tolerance and a bound among them, and sends (a, b) on.
template <template <class> class Rule, class R>
struct Descent : MapDefaults {
    static constexpr int packs = 4;

    using T = Scalar<R>;
    using Parameters = typename Rule<double>::Parameters;
    using State = Point<R>;

    Rule<R> rule;
    T tolerance, bound;

    explicit Descent(const Parameters& p) : rule(p), tolerance(T(p.tolerance)), bound(T(p.bound)) {}
    HOST_DEVICE State start(R x, R y) const { return {x, y}; }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        const R size = absolute(s.x) + absolute(s.y);
        const uint32_t ended = bits(minimal(s)) | exceeds(size, broadcast<R>(bound));
        return Rule<R>::origin_attracts ? ended | bits(size < broadcast<R>(tolerance)) : ended;
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const { s = rule(s); }
    HOST_DEVICE int32_t fate(const State& s) const {
        if (minimal(s)) return s.x > 0 ? positive_branch : negative_branch;
        return absolute(s.x) + absolute(s.y) < tolerance ? origin : diverged;
    }

private:
    HOST_DEVICE ALWAYS_INLINE Mask<R> minimal(const State& s) const {
        return absolute(broadcast<R>(1) - s.x * s.y) < broadcast<R>(tolerance);
    }
};

}  // namespace divergence

// Exports the descent of a RULE.
#define EXPORT_DESCENT(NAME, RULE)      \
    namespace divergence {              \
    template <class R>                  \
    using RULE##Map = Descent<RULE, R>; \
    }                                   \
    EXPORT_MAP(NAME, RULE##Map)
