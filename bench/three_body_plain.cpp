// Row T1 as anyone would first write it in C++: one pixel after the other, sqrt and divide,
// stopping early, OpenMP over pixels. Something to measure the kernel against.

#include <cmath>
#include <cstdint>

static void accelerate(const double p[9], const double m[3], double a[9]) {
    for (int i = 0; i < 9; ++i) a[i] = 0;
    for (int i = 0; i < 3; ++i)
        for (int j = i + 1; j < 3; ++j) {
            const double x = p[3 * j] - p[3 * i], y = p[3 * j + 1] - p[3 * i + 1],
                         z = p[3 * j + 2] - p[3 * i + 2];
            const double square = x * x + y * y + z * z;
            const double f = 9.8 / (square * std::sqrt(square));
            a[3 * i] += f * m[j] * x;
            a[3 * i + 1] += f * m[j] * y;
            a[3 * i + 2] += f * m[j] * z;
            a[3 * j] -= f * m[i] * x;
            a[3 * j + 1] -= f * m[i] * y;
            a[3 * j + 2] -= f * m[i] * z;
        }
}

extern "C" void plain_times(const double* x, const double* y, int64_t count, int64_t max_steps,
                            int32_t* times) {
    const double m[3] = {10, 20, 30}, dt = 0.001, shift = 1e-3;
#pragma omp parallel for schedule(dynamic, 8)
    for (int64_t pixel = 0; pixel < count; ++pixel) {
        double p[2][9], v[2][9], a[9];
        for (int twin = 0; twin < 2; ++twin) {
            const double s = twin * shift;
            const double position[9] = {x[pixel] + s, y[pixel] + s, -11 + s, 0, 0, 0, 10, 10, 12};
            const double velocity[9] = {-3, 0, 0, 0, 0, 0, 3, 0, 0};
            for (int i = 0; i < 9; ++i) p[twin][i] = position[i], v[twin][i] = velocity[i];
        }
        int64_t step = 0;
        for (; step < max_steps; ++step) {
            const double dx = p[0][0] - p[1][0], dy = p[0][1] - p[1][1], dz = p[0][2] - p[1][2];
            if (!(dx * dx + dy * dy + dz * dz <= 0.25)) break;
            for (int twin = 0; twin < 2; ++twin) {
                accelerate(p[twin], m, a);
                for (int i = 0; i < 9; ++i) {
                    p[twin][i] += dt * v[twin][i];
                    v[twin][i] += dt * a[i];
                }
            }
        }
        times[pixel] = int32_t(step);
    }
}
