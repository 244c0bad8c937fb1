// Pieces of the three-body kernel over arrays.
#include "../cuda/pull.h"

using namespace divergence;

template <class T>
void inverse_roots(const T* a, T* y, int64_t count) {
    for (int64_t i = 0; i < count; ++i) y[i] = inverse_root(a[i]);
}
extern "C" void inverse_root_double(const double* a, double* y, int64_t count) {
    inverse_roots(a, y, count);
}
extern "C" void inverse_root_single(const float* a, float* y, int64_t count) {
    inverse_roots(a, y, count);
}

// r and d are count vectors; pulls takes cube, twin_cube, change of each.
extern "C" void pulls(double unit, const double* r, const double* d, double* pulls, int64_t count) {
    for (int64_t i = 0; i < count; ++i, r += 3, d += 3, pulls += 3) {
        const Vector<double> far_away{1e9, 0, 0}, close_to{1, 0, 0};
        const Vector<double> at[3] = {far_away, {r[0], r[1], r[2]}, far_away};
        const Vector<double> by[3] = {close_to, {d[0], d[1], d[2]}, close_to};
        Pull<double> found[3];
        Pulls<double>(unit).find(at, by, found);
        pulls[0] = found[1].cube;
        pulls[1] = found[1].twin_cube;
        pulls[2] = found[1].change;
    }
}
