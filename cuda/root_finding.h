// Methods that step towards a root of f. The time of a point is the number of the step, from 0,
// that moved it by less than the tolerance: so start() already takes step 0.
//
// A step is a quotient whose numbers lie far within the range of double nearly always. Where they
// do not, or where f is lost in its own rounding near a multiple root, the lane's step is found
// again with care, by numbers of any range.
#pragma once

#include "boundary.h"
#include "polynomial.h"

namespace divergence {

constexpr int max_roots = 64;

struct RootParameters {
    PolynomialParameters f;
    double tolerance;
    double roots[2 * max_roots], reach;  // a point this close to a root has reached it
    // A point within its blur of a root knows f better by the product of all (z -
    // root)^multiplicity than by the sum; 0 where it does not.
    double multiplicities[max_roots], blurs[max_roots];
    int64_t root_count;
    FIELDS(f, tolerance, roots, reach, multiplicities, blurs, root_count)
};

// What the methods share. A State has z and `square`, that of the length of the step that led to
// it.
template <class R>
class RootMap : public MapDefaults {
public:
    using T = Scalar<R>;
    using Parameters = RootParameters;
    static constexpr int packs = 4;

    explicit RootMap(const Parameters& p)
        : tolerance_square(T(p.tolerance) * T(p.tolerance)),
          per_reach(1 / std::max(p.reach, 0x1p-1022)),
          largest_size(T(Polynomial<R, 1, false>(p.f).needs_wide() ? -1 : 0x1p200)),
          root_count(int(p.root_count)) {
        for (int k = 0; k < root_count; ++k) {
            roots[k] = {p.roots[2 * k], p.roots[2 * k + 1]};
            multiplicities[k] = uint8_t(p.multiplicities[k]);
            if (p.blurs[k] > 0) {
                blurred[blurred_count] = uint8_t(k);
                blur_squares[blurred_count++] = p.blurs[k] * p.blurs[k];
            }
        }
    }

    template <class State>
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        return below(s.square, broadcast<R>(tolerance_square));
    }

    // The nearest root, counted from 1; 0 where none is in reach.
    template <class State>
    HOST_DEVICE int32_t fate(const State& s) const {
        int32_t nearest = 0;
        double least = 1;
        for (int k = 0; k < root_count; ++k) {
            const double distance = squared_length(per_reach * (s.z - roots[k]));
            if (distance <= least) least = distance, nearest = k + 1;
        }
        return nearest;
    }

protected:
    // over / under; `unsure` are the lanes where that is out of range or z in a blur, as numbers of
    // any range and of many digits never are.
    HOST_DEVICE ALWAYS_INLINE Complex<R> quotient(const Complex<R>& over, const Complex<R>& under,
                                                  const Complex<R>& z, uint32_t& unsure) const {
        const R square = squared_length(under), inverse = broadcast<R>(1) / square;
        const Complex<R> value = inverse * (over * conjugate(under));
        if constexpr (is_of_machine<R>) {
            const R sizes = square + inverse + squared_length(value);
            unsure = exceeds(sizes, broadcast<R>(largest_size));
            for (int k = 0; k < blurred_count; ++k)
                unsure |= below(squared_length(z - broadcast<R>(roots[blurred[k]])),
                                broadcast<R>(blur_squares[k]));
        }
        return value;
    }
    // The same with the unsure lanes replaced by one(lane), where z is a number.
    template <class One>
    static HOST_DEVICE Complex<R> with_care(Complex<R> value, uint32_t unsure, const Complex<R>& z,
                                            const One& one) {
        const Mask<R> is_number = (z.re - z.re == R{}) & (z.im - z.im == R{});
        for (unsure &= bits(is_number); unsure != 0; unsure &= unsure - 1) {
            const int l = Number<R>::lanes == 1 ? 0 : lowest_bit(unsure);
            const Complex<double> found = one(l);
            set_lane(value.re, l, found.re);
            set_lane(value.im, l, found.im);
        }
        return value;
    }
    // f at a point, of any range, with what makes no difference to a method: a factor.
    template <class F>
    HOST_DEVICE Derivatives<Wide> careful_at(const F& f, const Complex<double>& z,
                                             bool product) const {
        return product ? product_at(z) : f.wide_at(z);
    }
    template <class F>
    HOST_DEVICE Derivatives<Wide> careful_at(const F& f, const Complex<double>& z) const {
        return careful_at(f, z, is_blurred(z));
    }
    HOST_DEVICE bool is_blurred(const Complex<double>& z) const {
        for (int k = 0; k < blurred_count; ++k)
            if (squared_length(z - roots[blurred[k]]) < blur_squares[k]) return true;
        return false;
    }

private:
    // With s = sum m / (z - root) and t = sum m / (z - root)^2: f' = f s and f'' = f (s^2 - t).
    HOST_DEVICE Derivatives<Wide> product_at(const Complex<double>& z) const {
        Complex<Wide> f = widen({1, 0}), s{}, t{};
        for (int k = 0; k < root_count; ++k) {
            const Complex<Wide> m = widen({double(multiplicities[k]), 0});
            const Complex<Wide> apart = widen(z - roots[k]), part = m / apart;
            f = f * power(apart, multiplicities[k]);
            s = s + part;
            t = t + part / apart;
        }
        return {f, f * s, f * (square(s) - t)};
    }

    T tolerance_square;
    double per_reach;
    T largest_size;
    int root_count, blurred_count = 0;
    uint8_t multiplicities[max_roots] = {}, blurred[max_roots] = {};
    double blur_squares[max_roots] = {};
    Complex<double> roots[max_roots] = {};
};

// A method for polynomials that are plain (see is_plain), or for all.
template <template <class, bool> class Method, bool plain>
struct WithCoefficients {
    template <class R>
    using Map = Method<R, plain>;
    using Only = Choice<Map, double>;
};
template <template <class, bool> class Method, class Visit>
auto choose_coefficients(const RootParameters& p, const Visit& visit) {
    if (is_plain(p.f)) return visit(typename WithCoefficients<Method, true>::Only());
    return visit(typename WithCoefficients<Method, false>::Only());
}

}  // namespace divergence

#define EXPORT_METHOD(NAME, METHOD) EXPORT_CHOICE(NAME, RootParameters, choose_coefficients<METHOD>)
