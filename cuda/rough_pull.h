// The pull of one body on another as a kernel finds it that takes the square root in single
// precision, and the twin's from its own position: what such a kernel's pictures look like.
#pragma once

#include "pull.h"

namespace divergence {

HOST_DEVICE ALWAYS_INLINE double to_single(double a) { return double(float(a)); }
#ifndef __CUDACC__
template <class R>
ALWAYS_INLINE IfPack<R> to_single(R a) {
    // By the builtin, as GCC 12 takes a loop over the lanes for one that does nothing.
    using Singles = typename PackOf<float, sizeof(R) / 2>::type;
    return __builtin_convertvector(__builtin_convertvector(a, Singles), R);
}
#endif

template <class R>
class RoughPulls {
public:
    explicit RoughPulls(double unit) : unit(unit), per_unit(1 / unit) {}

    HOST_DEVICE ALWAYS_INLINE void find(const Vector<R> (&r)[3], const Vector<R> (&d)[3],
                                        Pull<R> (&pulls)[3]) const {
        for (int i = 0; i < 3; ++i) {
            const R cube = rough_cube(r[i]);
            const R twin_cube = rough_cube(fma(broadcast<R>(unit), d[i], r[i]));
            const R change = (twin_cube - cube) * broadcast<R>(per_unit);
            pulls[i] = {cube, twin_cube, change, R{}};
        }
    }

private:
    // The root of a single, rounded to double and then to single, is as if rounded once.
    static HOST_DEVICE ALWAYS_INLINE R rough_cube(const Vector<R>& r) {
        const R distance = to_single(sqrt(to_single(dot(r, r))));
        return broadcast<R>(1) / (distance * distance * distance);
    }

    double unit, per_unit;
};

}  // namespace divergence
