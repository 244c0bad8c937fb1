// Sines and cosines of numbers of many digits, to about a unit in the last place of 1, and of a
// small sine itself.
#pragma once

#include <vector>

#include "big_float.h"

namespace divergence {

// 1 / n for n = 0, 1, ..., of which the first plays no part: as many as a series needs.
template <int N>
const std::vector<BigFloat<N>>& inverses() {
    static const std::vector<BigFloat<N>> known = [] {
        std::vector<BigFloat<N>> made(1);
        for (int n = 1; n < 32 + 16 * N; ++n)
            made.push_back(reciprocal(BigFloat<N>::whole(uint64_t(n))));
        return made;
    }();
    return known;
}

template <int N>
struct BigSineCosine {
    BigFloat<N> sine, cosine;
};

// The series of both, at an angle that is halved so often before, and doubled so often after.
template <int N>
BigSineCosine<N> sine_cosine(const BigFloat<N>& x) {
    using Longer = BigFloat<N + 1>;  // as every doubling doubles errors
    const bool is_small = x.is_zero() || x.exponent < -4;
    const int64_t halvings = is_small ? 0 : x.exponent + 8 + N / 2;
    const Longer r = scaled(x.template rounded_to<N + 1>(), -halvings);
    Longer term = r, sine = r, versine;  // versine = 1 - cosine, which keeps its digits
    for (int n = 2; !term.is_zero(); ++n) {
        term = term * r * inverses<N + 1>()[size_t(n)];
        const Longer& sum = n % 2 == 0 ? versine : sine;
        if (term.exponent < sum.exponent - 64 * (N + 1)) break;
        const bool minus = n % 4 == 3 || n % 4 == 0;
        (n % 2 == 0 ? versine : sine) = sum + (minus ? -term : term);
    }
    for (int64_t i = 0; i < halvings; ++i) {
        const Longer before = sine;
        sine = scaled(before - before * versine, 1);
        versine = scaled(before * before, 1);
    }
    return {sine.template rounded_to<N>(), (Longer::whole(1) - versine).template rounded_to<N>()};
}
template <int N>
BigFloat<N> sin(const BigFloat<N>& x) {
    return sine_cosine(x).sine;
}
template <int N>
BigFloat<N> cos(const BigFloat<N>& x) {
    return sine_cosine(x).cosine;
}

}  // namespace divergence
