// On a GPU, what the kernels are measured against: row T1 as anyone would first write it, one pixel
// a thread with its state in global memory, and loops of nothing but multiply-adds.

#include <cstdint>

constexpr int block = 128;

struct Bodies {
    double position[2][9], velocity[2][9];  // of three bodies and of their twins
};

__device__ void accelerate(const double* p, double* a) {
    const double mass[3] = {10, 20, 30};
    for (int i = 0; i < 9; ++i) a[i] = 0;
    for (int i = 0; i < 3; ++i)
        for (int j = i + 1; j < 3; ++j) {
            const double x = p[3 * j] - p[3 * i], y = p[3 * j + 1] - p[3 * i + 1],
                         z = p[3 * j + 2] - p[3 * i + 2];
            const double square = x * x + y * y + z * z;
            const double f = 9.8 / (square * sqrt(square));
            a[3 * i] += f * mass[j] * x;
            a[3 * i + 1] += f * mass[j] * y;
            a[3 * i + 2] += f * mass[j] * z;
            a[3 * j] -= f * mass[i] * x;
            a[3 * j + 1] -= f * mass[i] * y;
            a[3 * j + 2] -= f * mass[i] * z;
        }
}

__global__ void begin(const double* x, const double* y, int64_t count, Bodies* all,
                      int32_t* times) {
    const int64_t pixel = int64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (pixel >= count) return;
    for (int twin = 0; twin < 2; ++twin) {
        const double s = twin * 1e-3;
        const double position[9] = {x[pixel] + s, y[pixel] + s, -11 + s, 0, 0, 0, 10, 10, 12};
        const double velocity[9] = {-3, 0, 0, 0, 0, 0, 3, 0, 0};
        for (int i = 0; i < 9; ++i) {
            all[pixel].position[twin][i] = position[i];
            all[pixel].velocity[twin][i] = velocity[i];
        }
    }
    times[pixel] = -1;
}

__global__ void advance(int64_t count, int64_t first, int64_t steps, Bodies* all, int32_t* times) {
    const int64_t pixel = int64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (pixel >= count || times[pixel] >= 0) return;
    Bodies& own = all[pixel];
    for (int64_t step = first; step < first + steps; ++step) {
        double square = 0;
        for (int i = 0; i < 3; ++i) {
            const double d = own.position[0][i] - own.position[1][i];
            square += d * d;
        }
        if (!(square <= 0.25)) {
            times[pixel] = int32_t(step);
            return;
        }
        for (int twin = 0; twin < 2; ++twin) {
            double a[9];
            accelerate(own.position[twin], a);
            for (int i = 0; i < 9; ++i) {
                own.position[twin][i] += 0.001 * own.velocity[twin][i];
                own.velocity[twin][i] += 0.001 * a[i];
            }
        }
    }
}

template <class T>
__global__ void multiply_add(int64_t rounds, T* out) {
    T a[8];
    for (int i = 0; i < 8; ++i) a[i] = T(threadIdx.x + unsigned(i));
    for (int64_t n = 0; n < rounds; ++n)
        for (int i = 0; i < 8; ++i) a[i] = a[i] * T(0.999) + T(0.001);
    for (int i = 1; i < 8; ++i) a[0] += a[i];
    out[int64_t(blockIdx.x) * blockDim.x + threadIdx.x] = a[0];
}

template <class... Parameters>
void launch(void (*kernel)(Parameters...), int64_t threads, Parameters... arguments) {
    void* pointers[] = {(void*)&arguments...};
    cudaLaunchKernel(kernel, dim3(unsigned((threads + block - 1) / block)), dim3(block), pointers,
                     0, cudaStream_t(nullptr));
}

// 0 where all went well.
extern "C" __attribute__((visibility("default"))) int divergence_plain_times(
    const double* x, const double* y, int64_t count, int64_t max_steps, int32_t* times) {
    constexpr int64_t at_once = 1000;
    double *dx, *dy;
    Bodies* all;
    int32_t* dtimes;
    const size_t bytes = size_t(count) * sizeof(double);
    cudaMalloc((void**)&dx, bytes);
    cudaMalloc((void**)&dy, bytes);
    cudaMalloc((void**)&all, size_t(count) * sizeof(Bodies));
    cudaMalloc((void**)&dtimes, size_t(count) * sizeof(int32_t));
    cudaMemcpy(dx, x, bytes, cudaMemcpyHostToDevice);
    cudaMemcpy(dy, y, bytes, cudaMemcpyHostToDevice);
    launch<const double*, const double*, int64_t, Bodies*, int32_t*>(begin, count, dx, dy, count,
                                                                     all, dtimes);
    for (int64_t step = 0; step < max_steps; step += at_once)
        launch<int64_t, int64_t, int64_t, Bodies*, int32_t*>(
            advance, count, count, step, at_once < max_steps - step ? at_once : max_steps - step,
            all, dtimes);
    cudaMemcpy(times, dtimes, size_t(count) * sizeof(int32_t), cudaMemcpyDeviceToHost);
    cudaFree(dx), cudaFree(dy), cudaFree(all), cudaFree(dtimes);
    for (int64_t i = 0; i < count; ++i)
        if (times[i] < 0) times[i] = int32_t(max_steps);
    return cudaGetLastError() != cudaSuccess;
}

// Multiplications and additions, of which every processor does many at a time.
template <class T>
double operations(int64_t rounds) {
    constexpr int64_t threads = 1 << 20;
    T* out;
    cudaMalloc((void**)&out, size_t(threads) * sizeof(T));
    launch<int64_t, T*>(multiply_add<T>, threads, rounds, out);
    cudaDeviceSynchronize();
    cudaFree(out);
    return cudaGetLastError() == cudaSuccess ? 16.0 * double(rounds) * double(threads) : 0;
}
extern "C" __attribute__((visibility("default"))) double divergence_operations_double(
    int64_t rounds) {
    return operations<double>(rounds);
}
extern "C" __attribute__((visibility("default"))) double divergence_operations_single(
    int64_t rounds) {
    return operations<float>(rounds);
}
