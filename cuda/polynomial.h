// Sums of c z^e with complex coefficients and exponents, and their derivatives.
#pragma once

#include "fields.h"
#include "power.h"
#include "wide.h"

namespace divergence {

constexpr int max_terms = 16;

struct PolynomialParameters {
    double coefficients[2 * max_terms], exponents[2 * max_terms];  // re, im; the exponents rising
    int64_t terms;
    FIELDS(coefficients, exponents, terms)
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

// Whether a number is float, double or a pack of them, with their range and their lanes.
template <class R>
constexpr bool is_of_machine =
    std::is_floating_point_v<Scalar<R>> && sizeof(R) == Number<R>::lanes * sizeof(Scalar<R>);

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
//
// The methods that use it give the same for a multiple of f; so f is scaled by a power of two that
// makes its largest coefficient a number of about 1, unless the smallest were lost then.
template <class R, int order, bool plain>
class Polynomial {
public:
    using T = Scalar<R>;

    explicit Polynomial(const PolynomialParameters& f) {
        const double scale = scale_of(f);
        double above = order;  // the exponent of the natural term before
        for (int k = 0; k < f.terms; ++k) {
            const Complex<T> c{T(scale * f.coefficients[2 * k]),
                               T(scale * f.coefficients[2 * k + 1])};
            const Complex<T> e{T(f.exponents[2 * k]), T(f.exponents[2 * k + 1])};
            const double exponent = f.exponents[2 * k];
            const bool natural = is_natural(exponent, f.exponents[2 * k + 1]);
            if (natural && exponent < order) {
                low[int(exponent)] = c;
                continue;
            }
            Term& term = terms[count++];
            term.gap = natural ? int64_t(exponent - above) : by_logarithm;
            if (natural) above = exponent;
            any_logarithm = any_logarithm || !natural;
            term.c = c;
            term.e = e;
            term.ce = c * e;
            term.cee = term.ce * less_one(e);
        }
    }

    HOST_DEVICE ALWAYS_INLINE Derivatives<R> at(const Complex<R>& z) const {
        Complex<R> log_z{};
        if constexpr (is_of_machine<R>) {
            if (!plain && any_logarithm) log_z = log(z);
            return sum<R>(z, [&](const Complex<T>& e) {
                return power_of_log(log_z,
                                    Complex<R>{broadcast<R>(e.re - order), broadcast<R>(e.im)});
            });
        } else {  // which have no logarithms
            return sum<R>(z, [&](const Complex<T>&) { return log_z; });
        }
    }
    // The same with the range of Wide.
    HOST_DEVICE Derivatives<Wide> wide_at(const Complex<double>& z) const {
        const Complex<double> log_z = log(z);
        return sum<Wide>(widen(z), [&](const Complex<T>& e) {
            const Complex<double> w{e.re - order, e.im};
            return log_z.re == -HUGE_VAL ? Complex<Wide>{} : wide_exp(w * log_z);
        });
    }
    // Whether at() would lose coefficients.
    HOST_DEVICE bool needs_wide() const { return out_of_range; }

private:
    static constexpr int64_t by_logarithm = -1;

    struct Term {
        int64_t gap;  // by which its exponent, a natural number, exceeds that of the term before
        Complex<T> e, c, ce, cee;  // the exponent; c, c e, c e (e - 1)
    };

    double scale_of(const PolynomialParameters& f) {
        double largest = 0, smallest = HUGE_VAL;
        for (int k = 0; k < 2 * f.terms; ++k) {
            const double size = absolute(f.coefficients[k]);
            if (size > largest) largest = size;
            if (size != 0 && size < smallest) smallest = size;
        }
        if (!is_of_machine<R>) return 1;
        out_of_range = std::ilogb(largest) - std::ilogb(smallest) > 900;
        return out_of_range ? 1 : std::ldexp(1.0, -std::max(std::ilogb(largest), -1022));
    }
    template <class N>
    static HOST_DEVICE ALWAYS_INLINE Complex<N> less_one(const Complex<N>& e) {
        return {e.re - broadcast<N>(1), e.im};
    }

    template <class N, class PowerOf>
    HOST_DEVICE ALWAYS_INLINE Derivatives<N> sum(const Complex<N>& z, const PowerOf& of) const {
        Complex<N> power_so_far{broadcast<N>(1), N{}}, a{}, b{}, c{};
        for (int k = 0; k < count; ++k) {
            const Term& term = terms[k];
            Complex<N> p;
            if (plain || term.gap != by_logarithm) {
                p = power(z, uint32_t(term.gap));
                if (k > 0) p = power_so_far * p;
                power_so_far = p;
            } else {
                p = of(term.e);
            }
            if constexpr (std::is_same_v<N, Wide>) {
                const Complex<N> factor = widen(term.c), e = widen(term.e), once = factor * e;
                a = add(a, factor, p);
                b = add(b, once, p);
                c = add(c, once * less_one(e), p);
            } else {
                a = add(a, broadcast<N>(term.c), p);
                b = add(b, broadcast<N>(term.ce), p);
                c = add(c, broadcast<N>(term.cee), p);
            }
        }
        const Complex<N> c0 = broadcast<N>(low[0]), c1 = broadcast<N>(low[1]);
        if (order == 1) return {z * a + c0, b, Complex<N>{N{}, N{}}};
        return {z * (z * a + c1) + c0, z * b + c1, c};
    }
    template <class N>
    static HOST_DEVICE ALWAYS_INLINE Complex<N> add(const Complex<N>& sum, const Complex<N>& c,
                                                    const Complex<N>& p) {
        return plain ? fma(c.re, p, sum) : c * p + sum;
    }

    Complex<T> low[2] = {};  // coefficients of 1 and z, where they are below the order
    int count = 0;
    bool any_logarithm = false, out_of_range = false;
    Term terms[max_terms] = {};
};

}  // namespace divergence
