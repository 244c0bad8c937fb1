// Methods that step towards a root of f. The time of a point is the number of the step, from 0,
// that moved it by less than the tolerance: so start() already takes step 0.
#pragma once

#include "engine.h"
#include "polynomial.h"

namespace divergence {

constexpr int max_roots = 64;

struct RootParameters {
    PolynomialParameters f;
    double tolerance;
    double roots[2 * max_roots], reach;  // a point this close to a root has reached it
    int64_t root_count;
};

// What the methods share. A State has z and `moved`, the step that led to it.
template <class R>
class RootMap : public MapDefaults {
public:
    using T = Scalar<R>;
    using Parameters = RootParameters;
    static constexpr int packs = 3;

    explicit RootMap(const Parameters& p)
        : tolerance_square(T(p.tolerance * p.tolerance)),
          reach(p.reach),
          root_count(int(p.root_count)) {
        for (int k = 0; k < root_count; ++k) roots[k] = {p.roots[2 * k], p.roots[2 * k + 1]};
    }

    template <class State>
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        return below(squared_length(s.moved), broadcast<R>(tolerance_square));
    }

    // The nearest root, counted from 1; 0 where none is in reach.
    template <class State>
    HOST_DEVICE int32_t fate(const State& s) const {
        int32_t nearest = 0;
        double least = reach * reach;
        for (int k = 0; k < root_count; ++k) {
            const double distance = squared_length(s.z - roots[k]);
            if (distance <= least) least = distance, nearest = k + 1;
        }
        return nearest;
    }

private:
    T tolerance_square;
    double reach;
    int root_count;
    Complex<double> roots[max_roots] = {};
};

}  // namespace divergence
