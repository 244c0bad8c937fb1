// As many fused multiply-adds as a core can do: independent sums, so that none waits for another.
#include <cstdint>

#if defined(__AVX512F__)
constexpr int bytes = 64;
#elif defined(__AVX__)
constexpr int bytes = 32;
#else
constexpr int bytes = 16;
#endif

template <class T>
int64_t operations(int64_t rounds, T* sink) {
    typedef T Pack __attribute__((vector_size(bytes)));
    constexpr int sums = 14, lanes = bytes / sizeof(T);
    const Pack a = T(0.999) - Pack{}, b = T(1e-3) - Pack{};
    Pack sum[sums];
    for (int i = 0; i < sums; ++i) sum[i] = T(i) - Pack{};
    for (int64_t n = 0; n < rounds; ++n)
#pragma GCC unroll 14
        for (int i = 0; i < sums; ++i) sum[i] = a * sum[i] + b;
    Pack all{};
    for (int i = 0; i < sums; ++i) all += sum[i];
    *sink = all[0];
    return rounds * sums * lanes * 2;
}

// Both return how many operations they did, a multiply-add being two.
extern "C" int64_t operations_double(int64_t rounds, double* sink) {
    return operations(rounds, sink);
}
extern "C" int64_t operations_single(int64_t rounds, float* sink) {
    return operations(rounds, sink);
}
