// Taylor polynomials ("jets") in a few variables, cut off at an order, as a number type: a map that
// is stepped with jets carries how its state depends on where it started.
#pragma once

#include "portability.h"

namespace divergence {

// The monomials of so many variables up to an order, by rising degree.
template <int variables, int order>
struct Monomials {
    static constexpr int count_of_degree(int degree) {  // binomial(degree + variables, variables)
        int count = 1;
        for (int i = 1; i <= variables; ++i) count = count * (degree + i) / i;
        return count;
    }
    static constexpr int count = count_of_degree(order);

    int power[count][variables] = {};
    int degree[count] = {};
    int product[count][count] = {};  // the number of the product of two, -1 beyond the order
    int first[order + 2] = {};       // the first of each degree

    constexpr Monomials() {
        int n = 0;
        for (int d = 0; d <= order; ++d) {
            first[d] = n;
            int at[variables] = {};
            at[0] = d;
            for (bool more = true; more;) {
                for (int v = 0; v < variables; ++v) power[n][v] = at[v];
                degree[n++] = d;
                more = next(at);
            }
        }
        first[order + 1] = n;
        for (int i = 0; i < count; ++i)
            for (int j = 0; j < count; ++j) product[i][j] = find(i, j);
    }

private:
    // The next way to share out a degree: one from the last variable but one that has any.
    static constexpr bool next(int (&at)[variables]) {
        int v = variables - 2;
        while (v >= 0 && at[v] == 0) --v;
        if (v < 0) return false;
        const int rest = at[variables - 1];
        at[variables - 1] = 0;
        --at[v];
        at[v + 1] = rest + 1;
        return true;
    }
    constexpr int find(int i, int j) const {
        for (int k = 0; k < count; ++k) {
            bool same = true;
            for (int v = 0; v < variables; ++v)
                same = same && power[k][v] == power[i][v] + power[j][v];
            if (same) return k;
        }
        return -1;
    }
};

template <class R, int variables_, int order_>
struct Jet {
    static constexpr int variables = variables_, order = order_;
    static constexpr Monomials<variables, order> monomials{};
    static constexpr int count = Monomials<variables, order>::count;

    R c[count] = {};  // of the monomials; the first is the constant

    Jet() = default;
    explicit Jet(R constant) { c[0] = constant; }

    // What becomes of the coefficients where every variable is measured in units of 2^-1.
    void halve_unit() {
        for (int i = 1; i < count; ++i)
            for (int d = 0; d < monomials.degree[i]; ++d) c[i] = R(0.5) * c[i];
    }
};

template <class R, int v, int n>
struct Number<Jet<R, v, n>> {
    using scalar = R;
    using mask = bool;
    static constexpr int lanes = 1;
    static Jet<R, v, n> broadcast(R value) { return Jet<R, v, n>(value); }
};

template <class R, int v, int n>
Jet<R, v, n> operator+(const Jet<R, v, n>& a, const Jet<R, v, n>& b) {
    Jet<R, v, n> sum;
    for (int i = 0; i < sum.count; ++i) sum.c[i] = a.c[i] + b.c[i];
    return sum;
}
template <class R, int v, int n>
Jet<R, v, n> operator-(const Jet<R, v, n>& a, const Jet<R, v, n>& b) {
    Jet<R, v, n> less;
    for (int i = 0; i < less.count; ++i) less.c[i] = a.c[i] - b.c[i];
    return less;
}
template <class R, int v, int n>
Jet<R, v, n> operator-(const Jet<R, v, n>& a) {
    Jet<R, v, n> less;
    for (int i = 0; i < less.count; ++i) less.c[i] = -a.c[i];
    return less;
}
template <class R, int v, int n>
Jet<R, v, n> operator*(const R& s, const Jet<R, v, n>& a) {
    Jet<R, v, n> product;
    for (int i = 0; i < a.count; ++i) product.c[i] = s * a.c[i];
    return product;
}
template <class R, int v, int n>
Jet<R, v, n> operator*(const Jet<R, v, n>& a, const Jet<R, v, n>& b) {
    constexpr auto& monomials = Jet<R, v, n>::monomials;
    Jet<R, v, n> product;
    UNROLL for (int i = 0; i < a.count; ++i) {
        const int most = monomials.first[n - monomials.degree[i] + 1];
        UNROLL for (int j = 0; j < most; ++j) {
            R& to = product.c[monomials.product[i][j]];
            to = to + a.c[i] * b.c[j];
        }
    }
    return product;
}
template <class R, int v, int n>
Jet<R, v, n> square(const Jet<R, v, n>& a) {
    constexpr auto& monomials = Jet<R, v, n>::monomials;
    Jet<R, v, n> product;
    UNROLL for (int i = 0; i < a.count; ++i) {  // every product of two once, then doubled
        const int most = monomials.first[n - monomials.degree[i] + 1];
        UNROLL for (int j = 0; j < most && j < i; ++j) {
            R& to = product.c[monomials.product[i][j]];
            to = to + a.c[i] * a.c[j];
        }
    }
    UNROLL for (int i = 0; i < a.count; ++i) product.c[i] = product.c[i] + product.c[i];
    UNROLL for (int i = 0; i < monomials.first[n / 2 + 1]; ++i) {
        R& to = product.c[monomials.product[i][i]];
        to = to + a.c[i] * a.c[i];
    }
    return product;
}
template <class R, int v, int n>
Jet<R, v, n> fma(const Jet<R, v, n>& a, const Jet<R, v, n>& b, const Jet<R, v, n>& c) {
    return a * b + c;
}

// a^p, given a0^p. Of q = a^p the parts of degree k follow from those below:
//     k a0 q_k = sum over j = 1 .. k of (p j - (k - j)) a_j q_(k - j).
template <class R, int v, int n>
Jet<R, v, n> power(const Jet<R, v, n>& a, double p, R constant) {
    constexpr auto& monomials = Jet<R, v, n>::monomials;
    Jet<R, v, n> q(constant);
    const R inverse = broadcast<R>(1) / a.c[0];
    UNROLL for (int k = 1; k <= n; ++k) {
        UNROLL for (int j = 1; j <= k; ++j) {
            const R weight = broadcast<R>((p * j - (k - j)) / k);
            UNROLL for (int i = monomials.first[j]; i < monomials.first[j + 1]; ++i) {
                const R weighted = weight * a.c[i];
                UNROLL for (int l = monomials.first[k - j]; l < monomials.first[k - j + 1]; ++l) {
                    R& to = q.c[monomials.product[i][l]];
                    to = to + weighted * q.c[l];
                }
            }
        }
        UNROLL for (int i = monomials.first[k]; i < monomials.first[k + 1]; ++i) q.c[i] =
            q.c[i] * inverse;
    }
    return q;
}
template <class R, int v, int n>
Jet<R, v, n> operator/(const Jet<R, v, n>& a, const Jet<R, v, n>& b) {
    return a * power(b, -1, broadcast<R>(1) / b.c[0]);
}

}  // namespace divergence
