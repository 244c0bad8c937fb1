// One source for two machines: nvcc compiles a map for one number a thread, g++ for a SIMD pack.
//
// A "number" R is float, double, or (g++ only) a pack of them: a GCC vector type, on which
// + - * /, comparisons and ?: already work lane by lane. What is missing stands here. Every
// function is correctly rounded IEEE or exact, so that a lane of a pack, a thread of a GPU and a
// plain double give the same bits.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#ifdef __CUDACC__
#define HOST_DEVICE __host__ __device__
#define ALWAYS_INLINE __forceinline__
#define NEVER_INLINE __noinline__
#define UNLIKELY(condition) (condition)
#ifdef __CUDA_ARCH__  // an array that is indexed by a loop's variable would not be in registers
#define UNROLL _Pragma("unroll")
#else
#define UNROLL
#endif
#else
#define HOST_DEVICE
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NEVER_INLINE __attribute__((noinline, cold))
#define UNLIKELY(condition) __builtin_expect(bool(condition), 0)
#define UNROLL _Pragma("GCC unroll 64")
#pragma GCC diagnostic ignored "-Wpsabi"  // packs never cross a library's boundary
#if defined(__AVX__)
#include <immintrin.h>
#endif
#endif

#ifndef PACK_BYTES
#if defined(__AVX512F__)
#define PACK_BYTES 64
#elif defined(__AVX__)
#define PACK_BYTES 32
#else
#define PACK_BYTES 16
#endif
#endif

namespace divergence {

#ifdef __CUDACC__
constexpr bool on_gpu = true;
#else
constexpr bool on_gpu = false;
#endif

// What a number is made of. The primary template covers the packs.
template <class R>
struct Number {
    using scalar = std::remove_cv_t<std::remove_reference_t<decltype(R{}[0])>>;
    using mask = decltype(R{} < R{});
    static constexpr int lanes = sizeof(R) / sizeof(scalar);
    // x - 0, unlike x + 0, keeps the sign of -0.
    static HOST_DEVICE ALWAYS_INLINE R broadcast(scalar value) { return value - R{}; }
};
template <class T>
struct OneLane {
    using scalar = T;
    using mask = bool;
    static constexpr int lanes = 1;
    static HOST_DEVICE ALWAYS_INLINE T broadcast(T value) { return value; }
};
template <>
struct Number<double> : OneLane<double> {};
template <>
struct Number<float> : OneLane<float> {};
template <>
struct Number<int64_t> : OneLane<int64_t> {};
template <>
struct Number<int32_t> : OneLane<int32_t> {};
template <>
struct Number<bool> : OneLane<bool> {};
template <class R>
using Scalar = typename Number<R>::scalar;
template <class R>
using Mask = typename Number<R>::mask;

// Integers of the width of R's lanes, for work on the bits.
template <class R>
struct Bits {
    using type = Mask<R>;
};
template <>
struct Bits<double> {
    using type = int64_t;
};
template <>
struct Bits<float> {
    using type = int32_t;
};

template <class To, class From>
HOST_DEVICE ALWAYS_INLINE To bit_cast(const From& from) {
    static_assert(sizeof(To) == sizeof(From), "a bit cast keeps the size");
    To to;
    memcpy(&to, &from, sizeof to);
    return to;
}

// a 2^n, less what leaves at the top: what << is for signed integers from C++20 on.
template <class I>
HOST_DEVICE ALWAYS_INLINE I shift_left(I a, int n) {
    if constexpr (std::is_integral_v<I>)
        return I(std::make_unsigned_t<I>(a) << n);
    else
        return a << n;
}

HOST_DEVICE ALWAYS_INLINE double fma(double a, double b, double c) {
#ifdef __CUDA_ARCH__
    return __fma_rn(a, b, c);
#else
    return __builtin_fma(a, b, c);
#endif
}
HOST_DEVICE ALWAYS_INLINE float fma(float a, float b, float c) {
#ifdef __CUDA_ARCH__
    return __fmaf_rn(a, b, c);
#else
    return __builtin_fmaf(a, b, c);
#endif
}
HOST_DEVICE ALWAYS_INLINE double sqrt(double a) {
#ifdef __CUDA_ARCH__
    return __dsqrt_rn(a);
#else
    return __builtin_sqrt(a);
#endif
}
HOST_DEVICE ALWAYS_INLINE float sqrt(float a) {
#ifdef __CUDA_ARCH__
    return __fsqrt_rn(a);
#else
    return __builtin_sqrtf(a);
#endif
}
HOST_DEVICE ALWAYS_INLINE double floor(double a) { return ::floor(a); }
HOST_DEVICE ALWAYS_INLINE float floor(float a) { return ::floorf(a); }
HOST_DEVICE ALWAYS_INLINE double absolute(double a) { return fabs(a); }
HOST_DEVICE ALWAYS_INLINE float absolute(float a) { return fabsf(a); }
HOST_DEVICE ALWAYS_INLINE double gather(const double* table, double i) { return table[int(i)]; }
HOST_DEVICE ALWAYS_INLINE bool any(bool mask) { return mask; }
HOST_DEVICE ALWAYS_INLINE bool lane(bool mask, int) { return mask; }
HOST_DEVICE ALWAYS_INLINE uint32_t bits(bool mask) { return mask; }  // bit l: lane l
HOST_DEVICE ALWAYS_INLINE uint32_t bits(uint32_t bits) { return bits; }
HOST_DEVICE ALWAYS_INLINE int lowest_bit(uint64_t bits) {
#ifdef __CUDA_ARCH__
    return __ffsll((long long)bits) - 1;
#else
    return __builtin_ctzll(bits);
#endif
}

template <class T>
HOST_DEVICE ALWAYS_INLINE std::enable_if_t<Number<T>::lanes == 1, T> get_lane(T a, int) {
    return a;
}
template <class T>
HOST_DEVICE ALWAYS_INLINE std::enable_if_t<Number<T>::lanes == 1> set_lane(T& a, int l, T value) {
    a = l == 0 ? value : a;
}

#ifndef __CUDACC__
template <class T, int bytes>
struct PackOf {
    typedef T type __attribute__((vector_size(bytes)));
};
template <class T>
struct PackOf<T, sizeof(T)> {
    using type = T;
};
// The widest number of scalar T that this build uses; T itself where a pack holds one lane.
template <class T>
using Pack = typename PackOf<T, PACK_BYTES == 8 ? sizeof(T) : PACK_BYTES>::type;

template <class R>
using IfPack = std::enable_if_t<(Number<R>::lanes > 1), R>;

template <class R>
ALWAYS_INLINE IfPack<R> fma(R a, R b, R c) {
#ifdef __AVX512F__
    if constexpr (std::is_same_v<R, Pack<double>> && sizeof(R) == 64)
        return (R)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
    if constexpr (std::is_same_v<R, Pack<float>> && sizeof(R) == 64)
        return (R)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#endif
#ifdef __FMA__
    if constexpr (std::is_same_v<R, Pack<double>> && sizeof(R) == 32)
        return (R)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
    if constexpr (std::is_same_v<R, Pack<float>> && sizeof(R) == 32)
        return (R)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#endif
    R r{};
    for (int i = 0; i < Number<R>::lanes; ++i) r[i] = fma(a[i], b[i], c[i]);
    return r;
}
template <class R>
ALWAYS_INLINE IfPack<R> sqrt(R a) {
    R r{};
    for (int i = 0; i < Number<R>::lanes; ++i) r[i] = sqrt(a[i]);
    return r;
}
template <class R>
ALWAYS_INLINE IfPack<R> floor(R a) {
#ifdef __AVX512F__
    if constexpr (std::is_same_v<R, Pack<double>> && sizeof(R) == 64)
        return (R)_mm512_floor_pd((__m512d)a);
    if constexpr (std::is_same_v<R, Pack<float>> && sizeof(R) == 64)
        return (R)_mm512_floor_ps((__m512)a);
#endif
#ifdef __AVX__
    if constexpr (std::is_same_v<R, Pack<double>> && sizeof(R) == 32)
        return (R)_mm256_floor_pd((__m256d)a);
    if constexpr (std::is_same_v<R, Pack<float>> && sizeof(R) == 32)
        return (R)_mm256_floor_ps((__m256)a);
#endif
    R r{};
    for (int i = 0; i < Number<R>::lanes; ++i) r[i] = floor(a[i]);
    return r;
}
template <class R>
ALWAYS_INLINE IfPack<R> absolute(R a) {
    using B = typename Bits<R>::type;
    return bit_cast<R>(bit_cast<B>(a) & ~bit_cast<B>(-R{}));
}
template <class M>
ALWAYS_INLINE std::enable_if_t<(Number<M>::lanes > 1), uint32_t> bits(M mask) {
#ifdef __AVX512DQ__
    if constexpr (sizeof(M) == 64 && Number<M>::lanes == 8)
        return _mm512_movepi64_mask((__m512i)mask);
    if constexpr (sizeof(M) == 64 && Number<M>::lanes == 16)
        return _mm512_movepi32_mask((__m512i)mask);
#endif
#ifdef __AVX__
    if constexpr (sizeof(M) == 32 && Number<M>::lanes == 4)
        return uint32_t(_mm256_movemask_pd((__m256d)mask));
    if constexpr (sizeof(M) == 32 && Number<M>::lanes == 8)
        return uint32_t(_mm256_movemask_ps((__m256)mask));
#endif
    uint32_t some = 0;
    for (int l = 0; l < Number<M>::lanes; ++l) some |= uint32_t(mask[l] & 1) << l;
    return some;
}
// Entry i of a table, lane by lane.
template <class R>
ALWAYS_INLINE IfPack<R> gather(const Scalar<R>* table, R i) {
    R entry{};
    for (int l = 0; l < Number<R>::lanes; ++l) entry[l] = table[int(i[l])];
    return entry;
}
template <class M>
ALWAYS_INLINE std::enable_if_t<(Number<M>::lanes > 1), bool> any(M mask) {
    return bits(mask) != 0;
}
template <class M>
ALWAYS_INLINE std::enable_if_t<(Number<M>::lanes > 1), bool> lane(M mask, int i) {
    return mask[i] != 0;
}
template <class R>
ALWAYS_INLINE std::enable_if_t<(Number<R>::lanes > 1), Scalar<R>> get_lane(const R& a, int l) {
    return a[l];
}
template <class R>
ALWAYS_INLINE std::enable_if_t<(Number<R>::lanes > 1)> set_lane(R& a, int l, Scalar<R> value) {
    Mask<R> numbers;
    for (int i = 0; i < Number<R>::lanes; ++i) numbers[i] = i;
    a = numbers == l ? value - R{} : a;
}
#endif

// Bit l is set where a < b in lane l. It spares the way by a mask, which is slow on AVX-512.
template <class R>
HOST_DEVICE ALWAYS_INLINE uint32_t below(R a, R b) {
#if defined(__AVX512F__) && !defined(__CUDACC__)
    if constexpr (std::is_same_v<Scalar<R>, double> && sizeof(R) == 64)
        return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LT_OQ);
#endif
    return bits(a < b);
}
// The same where a > b, or where one of them is not a number.
template <class R>
HOST_DEVICE ALWAYS_INLINE uint32_t exceeds(R a, R b) {
#if defined(__AVX512F__) && !defined(__CUDACC__)
    if constexpr (std::is_same_v<Scalar<R>, double> && sizeof(R) == 64)
        return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_NLE_UQ);
    if constexpr (std::is_same_v<Scalar<R>, float> && sizeof(R) == 64)
        return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_NLE_UQ);
#endif
    return bits(!(a <= b));
}

// 1 in the lanes whose bit is set, else 0; C is a pack of integers.
template <class C>
HOST_DEVICE ALWAYS_INLINE C ones(uint32_t set) {
#if defined(__AVX512F__) && !defined(__CUDACC__)
    if constexpr (sizeof(C) == 64 && Number<C>::lanes == 8)
        return (C)_mm512_maskz_set1_epi64(__mmask8(set), 1);
#endif
    C bit;
    for (int l = 0; l < Number<C>::lanes; ++l) bit[l] = Scalar<C>(1) << l;
    return C((bit & (C{} + Scalar<C>(set))) != 0) & 1;
}

// A scalar as a number with the same value in every lane.
template <class R>
HOST_DEVICE ALWAYS_INLINE R broadcast(Scalar<R> value) {
    return Number<R>::broadcast(value);
}

template <class R>
HOST_DEVICE ALWAYS_INLINE R select(Mask<R> chosen, R a, R b) {
    return chosen ? a : b;
}

// The lesser and the greater of two numbers; the first where one of them is not a number.
template <class R>
HOST_DEVICE ALWAYS_INLINE R minimum(R a, R b) {
    return b < a ? b : a;
}
template <class R>
HOST_DEVICE ALWAYS_INLINE R maximum(R a, R b) {
    return a < b ? b : a;
}

// The nearest whole number, of two the even one, for |a| < 2^51. The sum has it in its last bits.
constexpr double round_shift = 0x1.8p52;
template <class R>
HOST_DEVICE ALWAYS_INLINE R round(R a) {
    static_assert(std::is_same_v<Scalar<R>, double>, "a number of double precision");
    const R shift = broadcast<R>(round_shift);
    return (a + shift) - shift;
}

// c0 + c1 x + c2 x^2 + ... by Horner's rule, one fma a degree, the coefficients in rising order.
template <class R>
HOST_DEVICE ALWAYS_INLINE R polynomial(R, Scalar<R> c0) {
    return broadcast<R>(c0);
}
template <class R, class... Higher>
HOST_DEVICE ALWAYS_INLINE R polynomial(R x, Scalar<R> c0, Higher... higher) {
    return fma(polynomial(x, Scalar<R>(higher)...), x, broadcast<R>(c0));
}

}  // namespace divergence
