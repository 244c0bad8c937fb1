// Many steps of z' = z^d + c at once, for orbits close to a reference Z' = Z^d + C. What an orbit
// differs by, e = z - Z, takes a step to ((Z + e)^d - Z^d) + k, with k = c - C. As long as e stays
// small beside Z, many steps are a polynomial in e and k: in fractal programs a linear one
// ("bilinear approximation"), here one of order 3, which holds for an e that is a thousand times as
// large.
#pragma once

#include <vector>

#include "extended.h"
#include "jet.h"
#include "power.h"

namespace divergence {

// A reference orbit Z_0 = 0, Z_1, ..., Z_last.
template <class R>
using Orbit = std::vector<Complex<R>>;

// (Z + e)^d - Z^d = e (Z^(d-1) + Z^(d-2) (Z + e) + ... + (Z + e)^(d-1)). E is complex, or a jet.
template <class R, class E>
ALWAYS_INLINE E power_difference(const Complex<R>& z, const E& e, int64_t degree) {
    if (degree == 2) return (E(z + z) + e) * e;
    const E sum = E(z) + e;
    E power = sum, total = E(z) + sum;
    for (int64_t d = 2; d < degree; ++d) {
        power = power * sum;
        total = E(z) * total + power;
    }
    return total * e;
}

// Some steps, where |e| < radius. k is in units of the window's.
template <class R>
struct Jump {
    using EAndK = Jet<Complex<R>, 2, 3>;
    static constexpr int e = 1, k = 2, ee = 3, ek = 4, kk = 5, eee = 6, eek = 7, ekk = 8, kkk = 9;
    EAndK jet;
    R radius_square;

    Complex<R> operator()(const Complex<R>& x, const Complex<R>& y) const {
        const auto& c = jet.c;
        const Complex<R> with_e =
            ((c[eee] * x + c[eek] * y + c[ee]) * x + (c[ekk] * y + c[ek]) * y + c[e]) * x;
        return with_e + ((c[kkk] * y + c[kk]) * y + c[k]) * y;
    }
};

// Jumps of 2^level steps from Z_m, m = 1 + i 2^level, on every level from `lowest`.
template <class R>
class Jumps {
public:
    static constexpr int lowest = 3;
    // The largest |e / Z| of a step; its cube does not matter.
    static constexpr double small = 0x1p-15;

    Jumps() = default;
    // `unit` is the window's, and no k is over `farthest` of it. most_at(m) is the largest |e| that
    // a jump may pass Z_m with.
    template <class Most>
    Jumps(const Orbit<R>& orbit, int64_t degree, R unit, R farthest, const Most& most_at) {
        const int64_t count = (int64_t(orbit.size()) - 1) >> lowest;
        if (count <= 0) return;
        levels.emplace_back(size_t(count));
        for (int64_t i = 0; i < count; ++i) {
            typename Jump<R>::EAndK jet;
            jet.c[Jump<R>::e] = {R(1.0), R(0.0)};
            R square(0x1p900);
            for (int64_t m = 1 + (i << lowest); m < 1 + ((i + 1) << lowest); ++m) {
                const Complex<R>& z = orbit[size_t(m)];
                const R most = R(2 * small / double(degree - 1)) * sqrt(squared_length(z)),
                        safe(most_at(m));
                square = narrower(square, jet, safe < most ? safe : most, farthest);
                jet = power_difference(z, jet, degree);
                jet.c[Jump<R>::k].re = jet.c[Jump<R>::k].re + unit;
            }
            levels[0][size_t(i)] = {jet, square};
        }
        while (levels.back().size() >= 2) {
            const auto& below = levels.back();
            std::vector<Jump<R>> level(below.size() / 2);
            for (size_t i = 0; i < level.size(); ++i)
                level[i] = both(below[2 * i], below[2 * i + 1], farthest);
            levels.push_back(std::move(level));
        }
    }
    // The same in other numbers; no jump where they do not reach.
    template <class Other>
    explicit Jumps(const Jumps<Other>& others) {
        for (const auto& level : others.levels) {
            levels.emplace_back();
            for (const auto& jump : level) {
                Jump<R> mine{{}, R(jump.radius_square)};
                for (int i = 0; i < mine.jet.count; ++i) {
                    const Complex<R> c{R(jump.jet.c[i].re), R(jump.jet.c[i].im)};
                    if (!(squared_length(c) < R(HUGE_VAL))) mine.radius_square = R(0.0);
                    mine.jet.c[i] = c;
                }
                levels.back().push_back(mine);
            }
        }
    }

    // The longest from Z_m for |e|^2 = size, of at most so many steps; null if there is none. Finds
    // out how many steps it takes.
    const Jump<R>* find(int64_t m, const R& size, int64_t most, int64_t& steps) const {
        const int64_t from = m - 1;
        const Jump<R>* found = nullptr;
        for (size_t level = 0; level < levels.size(); ++level) {
            const int64_t length = int64_t(1) << (level + lowest), i = from >> (level + lowest);
            if (from < 0 || (from & (length - 1)) != 0 || length > most ||
                i >= int64_t(levels[level].size()))
                break;
            const Jump<R>& jump = levels[level][size_t(i)];
            if (!(size < jump.radius_square)) break;
            found = &jump;
            steps = length;
        }
        return found;
    }

private:
    template <class Other>
    friend class Jumps;

    // The square of a radius within which, besides, a jet leads to no |e| of more than `most`.
    static R narrower(const R& square, const typename Jump<R>::EAndK& jet, const R& most,
                      const R& farthest) {
        const R added = sqrt(squared_length(jet.c[Jump<R>::k])) * farthest;
        if (!(added < most)) return R(0.0);
        const R radius = (most - added) / sqrt(squared_length(jet.c[Jump<R>::e]));
        return radius * radius < square ? radius * radius : square;
    }
    // One after the other.
    static Jump<R> both(const Jump<R>& x, const Jump<R>& y, const R& farthest) {
        using EAndK = typename Jump<R>::EAndK;
        constexpr auto& monomials = EAndK::monomials;
        EAndK k, part[EAndK::count], sum;
        k.c[Jump<R>::k] = {R(1.0), R(0.0)};
        part[Jump<R>::e] = x.jet;
        part[Jump<R>::k] = k;
        for (int i = 1; i < EAndK::count; ++i) {
            const int* power = monomials.power[i];
            if (monomials.degree[i] > 1)
                part[i] = power[0] > 0 ? part[without(i, 0)] * x.jet : part[without(i, 1)] * k;
            sum = sum + y.jet.c[i] * part[i];
        }
        return {sum, narrower(x.radius_square, x.jet, sqrt(y.radius_square), farthest)};
    }
    // The number of a monomial with one power less of a variable.
    static int without(int monomial, int variable) {
        constexpr auto& monomials = Jump<R>::EAndK::monomials;
        int found = 0;
        while (monomials.product[found][1 + variable] != monomial) ++found;
        return found;
    }

    std::vector<std::vector<Jump<R>>> levels;
};

}  // namespace divergence
