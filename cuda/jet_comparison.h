// Comparisons of jets, whose variables are at most 1/2: whether they hold for some of the points
// that a jet stands for, as far as its coefficients tell.
#pragma once

#include "jet.h"

namespace divergence {

// The furthest that a value can be from the constant.
template <int v, int n>
double spread(const Jet<double, v, n>& a) {
    double sum = 0;
    for (int i = 1; i < a.count; ++i) sum += std::ldexp(std::fabs(a.c[i]), -a.monomials.degree[i]);
    return sum;
}
template <int v, int n>
uint32_t exceeds(const Jet<double, v, n>& a, const Jet<double, v, n>& b) {
    return !(a.c[0] + spread(a) + spread(b) <= b.c[0]);
}
template <int v, int n>
uint32_t below(const Jet<double, v, n>& a, const Jet<double, v, n>& b) {
    return a.c[0] - spread(a) - spread(b) < b.c[0];
}

}  // namespace divergence
