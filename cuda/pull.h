// The pull r / |r|^3 of one body on another, and what the twin's pull, that of a body at r + unit
// d, differs by: with a = |r|^2 and b = |r + unit d|^2,
//     (b^(-3/2) (r + unit d) - a^(-3/2) r) / unit = change r + b^(-3/2) d,
// where change = (b^(-3/2) - a^(-3/2)) / unit is found without cancelling, however small the unit.
#pragma once

#include "pair.h"
#include "vector.h"

namespace divergence {

template <class R>
struct Pull {
    R cube, twin_cube, change;  // a^(-3/2), b^(-3/2) and their difference / unit
    R square;                   // of x = (b - a) / a

    HOST_DEVICE ALWAYS_INLINE Vector<R> system(const Vector<R>& r) const { return cube * r; }
    HOST_DEVICE ALWAYS_INLINE Vector<R> difference(const Vector<R>& r, const Vector<R>& d) const {
        return fma(change, r, twin_cube * d);
    }
};

// ((1 + x)^(-3/2) - 1 + 3/2 x) 2 / x^2, fitted to |x| <= 1/8: what the binomial series adds to its
// first term, to 2^-45 of the whole, or in single precision 2^-21.
template <class R>
HOST_DEVICE ALWAYS_INLINE R binomial_tail(R x, R x2, bool fine) {
    using T = Scalar<R>;
    if (fine)
        return fma(x,
                   polynomial(x2, T(-4.375000000201701), -5.4140623171607, -6.284233439241922,
                              -7.041001731424669, -8.13428674644916),
                   polynomial(x2, T(3.7500000000001132), 4.921875000038437, 5.865234250798691,
                              6.676986712269942, 7.393796896694452, 8.455539231644824));
    return fma(x, polynomial(x2, T(-4.3743233), -5.5533627),
               polynomial(x2, T(3.7499993), 4.9213495, 6.0028424));
}

// 2 ((1 + x)^(-3/2) - 1) / x.
template <class R>
HOST_DEVICE ALWAYS_INLINE R twice_binomial(R x, R x2) {
    const bool fine = std::is_same_v<Scalar<R>, double>;
    return fma(x, binomial_tail(x, x2, fine), broadcast<R>(-3));
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Pair<R> twice_binomial(const Pair<R>& x, const Pair<R>& x2) {
    const R first = broadcast<R>(-3);
    return fast_two_sum(first, x.high * binomial_tail(x.high, x2.high, true));
}

template <class R>
class Pulls {
public:
    using T = Scalar<R>;
    explicit Pulls(double unit) : unit(T(unit)), unit_half(T(unit / 2)), unit_double(T(unit * 2)) {}

    // Of three pairs at once, for one branch. Which formula a lane takes depends on its own x
    // alone, so that its bits are its own.
    HOST_DEVICE ALWAYS_INLINE void find(const Vector<R> (&r)[3], const Vector<R> (&d)[3],
                                        Pull<R> (&pulls)[3]) const {
        for (int i = 0; i < 3; ++i) pulls[i] = near(r[i], d[i]);
        const R limit = broadcast<R>(T(1.0 / 64));
        if (UNLIKELY(exceeds(pulls[0].square + pulls[1].square + pulls[2].square, limit)))
            for (int i = 0; i < 3; ++i)
                if (exceeds(pulls[i].square, limit))
                    far(r[i], d[i], pulls[i].square > limit, pulls[i]);
    }

private:
    // |x| <= 1/8: change = a^(-3/2) (x / unit) ((1 + x)^(-3/2) - 1) / x.
    HOST_DEVICE ALWAYS_INLINE Pull<R> near(const Vector<R>& r, const Vector<R>& d) const {
        const Vector<R> middle = fma(broadcast<R>(unit_half), d, r);
        const R y = inverse_root(dot(r, r)), y2 = y * y, cube = y * y2;
        const R part = dot(d, middle) * y2, x = broadcast<R>(unit_double) * part, x2 = x * x;
        const R change = cube * part * twice_binomial(x, x2);
        return {cube, fma(broadcast<R>(unit), change, cube), change, x2};
    }

    // Otherwise with y = a^(-1/2), z = b^(-1/2): z^3 - y^3 = (z - y) (y^2 + y z + z^2) and
    // z - y = (a - b) y^2 z^2 / (y + z).
    HOST_DEVICE ALWAYS_INLINE void far(const Vector<R>& r, const Vector<R>& d, Mask<R> chosen,
                                       Pull<R>& pull) const {
        const Vector<R> middle = fma(broadcast<R>(unit_half), d, r);
        const Vector<R> twin = fma(broadcast<R>(unit), d, r);
        const R y = inverse_root(dot(r, r)), z = inverse_root(dot(twin, twin)), yz = y * z;
        const R less = dot(d, middle) * broadcast<R>(T(-2)) * yz * yz / (y + z);
        pull.change = select(chosen, less * (fma(y, y, yz) + z * z), pull.change);
        pull.twin_cube = select(chosen, z * z * z, pull.twin_cube);
    }

    T unit, unit_half, unit_double;
};

}  // namespace divergence
