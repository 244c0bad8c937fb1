// Sums of c z^e with complex coefficients and exponents, and their derivatives.
#pragma once

#include "power.h"

namespace divergence {

constexpr int max_terms = 16;

struct PolynomialParameters {
    double coefficients[2 * max_terms], exponents[2 * max_terms];  // re, im; the exponents rising
    int64_t terms;
};

// Whether the exponents are natural numbers and the coefficients real, but for the constant term's.
inline bool is_plain(const PolynomialParameters& f) {
    for (int k = 0; k < f.terms; ++k) {
        const double* c = f.coefficients + 2 * k;
        const double* e = f.exponents + 2 * k;
        if (!is_natural(e[0], e[1]) || (c[1] != 0 && e[0] != 0)) return false;
    }
    return true;
}

// f, f' and f'' at a point.
template <class R>
struct Derivatives {
    Complex<R> value, first, second;
};

// Over the terms of exponents e >= order, with p = z^(e - order), there are three sums:
// A = sum c p, B = sum c e p and C = sum c e (e - 1) p. The terms below the order stand apart, so
// that nothing is divided by z:
//   order 1:  f = c0 + z A             f' = B
//   order 2:  f = c0 + z (c1 + z A)    f' = c1 + z B    f'' = C
// `plain` makes it multiply by real coefficients, and spares it all logarithms.
template <class R, int order, bool plain>
class Polynomial {
public:
    using T = Scalar<R>;

    explicit Polynomial(const PolynomialParameters& f) {
        double above = order;  // the exponent of the natural term before
        for (int k = 0; k < f.terms; ++k) {
            const Complex<double> c{f.coefficients[2 * k], f.coefficients[2 * k + 1]};
            const Complex<double> e{f.exponents[2 * k], f.exponents[2 * k + 1]};
            const bool natural = is_natural(e.re, e.im);
            if (natural && e.re < order) {
                low[int(e.re)] = {T(c.re), T(c.im)};
                continue;
            }
            Term& term = terms[count++];
            term.gap = natural ? int64_t(e.re - above) : by_logarithm;
            if (natural) above = e.re;
            any_logarithm = any_logarithm || !natural;
            term.exponent = {T(e.re - order), T(e.im)};
            const Complex<double> once = c * e, twice = once * Complex<double>{e.re - 1, e.im};
            term.c = {T(c.re), T(c.im)};
            term.ce = {T(once.re), T(once.im)};
            term.cee = {T(twice.re), T(twice.im)};
        }
    }

    HOST_DEVICE ALWAYS_INLINE Derivatives<R> at(const Complex<R>& z) const {
        Complex<R> log_z{}, power_so_far{broadcast<R>(1), R{}}, a{}, b{}, c{};
        if (!plain && any_logarithm) log_z = log(z);
        for (int k = 0; k < count; ++k) {
            const Term& term = terms[k];
            Complex<R> p;
            if (plain || term.gap != by_logarithm) {
                p = power(z, uint32_t(term.gap));
                if (k > 0) p = power_so_far * p;
                power_so_far = p;
            } else {
                p = power_of_log(log_z, broadcast<R>(term.exponent));
            }
            a = add(a, term.c, p);
            b = add(b, term.ce, p);
            c = add(c, term.cee, p);
        }
        const Complex<R> c0 = broadcast<R>(low[0]), c1 = broadcast<R>(low[1]);
        if (order == 1) return {z * a + c0, b, Complex<R>{R{}, R{}}};
        return {z * (z * a + c1) + c0, z * b + c1, c};
    }

private:
    static constexpr int64_t by_logarithm = -1;

    struct Term {
        int64_t gap;  // by which its exponent, a natural number, exceeds that of the term before
        Complex<T> exponent, c, ce, cee;  // the exponent less the order; c, c e, c e (e - 1)
    };

    static HOST_DEVICE ALWAYS_INLINE Complex<R> add(const Complex<R>& sum, const Complex<T>& c,
                                                    const Complex<R>& p) {
        return plain ? fma(broadcast<R>(c.re), p, sum) : broadcast<R>(c) * p + sum;
    }

    Complex<T> low[2] = {};  // coefficients of 1 and z, where they are below the order
    int count = 0;
    bool any_logarithm = false;
    Term terms[max_terms] = {};
};

}  // namespace divergence
