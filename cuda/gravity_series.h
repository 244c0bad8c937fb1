// The Taylor series of three bodies under Newton's gravity, and of what a twin of them differs by.
//
// The coefficients follow from one another, order by order. Those of a product are a sum of
// products, and those of w = s^(-3/2) come from s w' = -3/2 s' w. For the twin, the difference of
// every such sum is written out before it is summed (u'v' - uv = du v + u' dv), so that nothing
// cancels. Differences are in units of a scale, by which the products of two of them are
// multiplied: where that is 0, this is the variational equation.
//
// A. Jorba, M. Zou, A software package for the numerical integration of ODEs by means of high-order
// Taylor methods, Experimental Mathematics 14 (2005) 99-117.
#pragma once

#include "taylor.h"
#include "three_body.h"

namespace divergence {

// Coefficient n of what is followed for a pair of bodies: with r the one as seen from the other,
// square = |r|^2 and cube = |r|^-3, and what the twin's differ by.
template <class R>
struct PairTerm {
    Vector<R> r, dr;
    R square, dsquare;
    R cube, dcube, twin_cube;
};

// The pairs are 12, 13 and 23; r23 = r13 - r12.
template <class R>
class GravitySeries {
public:
    using T = Scalar<R>;
    static constexpr int max_order = 20;

    struct Masses {
        T gm1, gm2, gm3;  // times G
    };

    HOST_DEVICE GravitySeries(const Masses& masses, int order, const Motion<R>& system,
                              const Motion<R>& twin, R scale)
        : masses(masses), scale(scale) {
        place(0, system.r2, system.r3, twin.r2, twin.r3);
        place(1, system.u2, system.u3, twin.u2, twin.u3);
        begin();
        for (int n = 0; n + 2 <= order; ++n) {
            if (n > 0) extend(n);
            accelerate(n);
        }
    }

    // Coefficient n of bodies 2 and 3 as seen from body 1, and of what the twin's differ by.
    HOST_DEVICE ALWAYS_INLINE const Vector<R>& r2(int n) const { return term[n][0].r; }
    HOST_DEVICE ALWAYS_INLINE const Vector<R>& r3(int n) const { return term[n][1].r; }
    HOST_DEVICE ALWAYS_INLINE const Vector<R>& d2(int n) const { return term[n][0].dr; }
    HOST_DEVICE ALWAYS_INLINE const Vector<R>& d3(int n) const { return term[n][1].dr; }

    // The greatest square of coefficient n over that of coefficient 0: of any pair's position, and
    // of the differences together.
    HOST_DEVICE ALWAYS_INLINE R decay(int n) const {
        const auto ratio = [&](int i) {
            return dot(term[n][i].r, term[n][i].r) / term[0][i].square;
        };
        const R system = larger(ratio(0), larger(ratio(1), ratio(2)));
        return larger(system, differences(n) / differences(0));
    }

private:
    const Masses masses;
    const R scale;
    PairTerm<R> term[max_order + 1][3];
    R inverse_square[3], twin_inverse_square[3];

    static HOST_DEVICE ALWAYS_INLINE R add_dot(const Vector<R>& a, const Vector<R>& b, R sum) {
        return fma(a.x, b.x, fma(a.y, b.y, fma(a.z, b.z, sum)));
    }
    HOST_DEVICE ALWAYS_INLINE R differences(int n) const {
        const auto square = [&](int i) { return dot(term[n][i].dr, term[n][i].dr); };
        return larger(square(0), larger(square(1), square(2)));
    }

    HOST_DEVICE ALWAYS_INLINE void place(int n, const Vector<R>& r2, const Vector<R>& r3,
                                         const Vector<R>& d2, const Vector<R>& d3) {
        term[n][0].r = r2;
        term[n][1].r = r3;
        term[n][2].r = r3 - r2;
        term[n][0].dr = d2;
        term[n][1].dr = d3;
        term[n][2].dr = d3 - d2;
    }

    // Coefficients 0. With y = |r|^-1 and z = |r'|^-1,
    // z^3 - y^3 = -(|r'|^2 - |r|^2) y^2 z^2 (y^2 + y z + z^2) / (y + z).
    HOST_DEVICE ALWAYS_INLINE void begin() {
        for (int i = 0; i < 3; ++i) {
            PairTerm<R>& t = term[0][i];
            const Vector<R> twin = fma(scale, t.dr, t.r);
            t.square = dot(t.r, t.r);
            t.dsquare = dot(t.dr, t.r + twin);
            const R y2 = broadcast<R>(1) / t.square, z2 = broadcast<R>(1) / dot(twin, twin);
            const R y = sqrt(y2), z = sqrt(z2);
            t.cube = y * y2;
            t.twin_cube = z * z2;
            t.dcube = -t.dsquare * (y2 * z2) * (fma(y, z, y2) + z2) / (y + z);
            inverse_square[i] = y2;
            twin_inverse_square[i] = z2;
        }
    }

    // Coefficients n of the squares and the cubes, from coefficients up to n of the positions.
    HOST_DEVICE ALWAYS_INLINE void extend(int n) {
        const R half = broadcast<R>(0.5);
        R square[3] = {}, cross[3] = {}, own[3] = {};  // r r, r dr and dr dr, half of each sum
        for (int j = 0; 2 * j < n; ++j)
            for (int i = 0; i < 3; ++i) {
                const PairTerm<R>&a = term[j][i], &b = term[n - j][i];
                square[i] = add_dot(a.r, b.r, square[i]);
                cross[i] = add_dot(a.r, b.dr, add_dot(a.dr, b.r, cross[i]));
                own[i] = add_dot(a.dr, b.dr, own[i]);
            }
        if (n % 2 == 0)
            for (int i = 0; i < 3; ++i) {
                const PairTerm<R>& a = term[n / 2][i];
                square[i] = fma(half, dot(a.r, a.r), square[i]);
                cross[i] = add_dot(a.r, a.dr, cross[i]);
                own[i] = fma(half, dot(a.dr, a.dr), own[i]);
            }
        for (int i = 0; i < 3; ++i) {
            const R dsquare = fma(scale, own[i], cross[i]);
            term[n][i].square = square[i] + square[i];
            term[n][i].dsquare = dsquare + dsquare;
        }

        // n s_0 w_n = sum over j < n of -(3 n - j)/2 s_(n-j) w_j.
        R cube[3] = {}, dcube[3] = {}, weight = broadcast<R>(T(-1.5) * T(n));
        for (int j = 0; j < n; ++j, weight = weight + half)
            for (int i = 0; i < 3; ++i) {
                const PairTerm<R>&a = term[j][i], &b = term[n - j][i];
                cube[i] = fma(weight * b.square, a.cube, cube[i]);
                dcube[i] = fma(weight, fma(b.dsquare, a.twin_cube, b.square * a.dcube), dcube[i]);
            }
        const R share = broadcast<R>(T(1) / T(n));
        for (int i = 0; i < 3; ++i) {
            PairTerm<R>& t = term[n][i];
            t.cube = share * inverse_square[i] * cube[i];
            const R difference = fma(share, dcube[i], -term[0][i].dsquare * t.cube);
            t.dcube = twin_inverse_square[i] * difference;
            t.twin_cube = fma(scale, t.dcube, t.cube);
        }
    }

    // Coefficients n + 2 of the positions: (n + 1)(n + 2) r_(n+2) = a_n, where
    // a_12 = -G (m1 + m2) f12 + G m3 (f23 - f13), a_13 = -G (m1 + m3) f13 - G m2 (f23 + f12) and
    // f = r / |r|^3.
    HOST_DEVICE ALWAYS_INLINE void accelerate(int n) {
        Vector<R> f[3] = {}, df[3] = {};
        for (int j = 0; j <= n; ++j)
            for (int i = 0; i < 3; ++i) {
                const PairTerm<R>&a = term[j][i], &b = term[n - j][i];
                f[i] = fma(a.cube, b.r, f[i]);
                df[i] = fma(a.dcube, b.r, fma(a.twin_cube, b.dr, df[i]));
            }
        const R share = broadcast<R>(T(1) / T((n + 1) * (n + 2)));
        const R g2 = share * broadcast<R>(masses.gm2), g3 = share * broadcast<R>(masses.gm3);
        const R g12 = share * broadcast<R>(masses.gm1 + masses.gm2);
        const R g13 = share * broadcast<R>(masses.gm1 + masses.gm3);
        const auto a12 = [&](const Vector<R>* f) { return fma(-g12, f[0], g3 * (f[2] - f[1])); };
        const auto a13 = [&](const Vector<R>* f) { return fma(-g13, f[1], -g2 * (f[2] + f[0])); };
        place(n + 2, a12(f), a13(f), a12(df), a13(df));
    }
};

}  // namespace divergence
