// One library for every x86-64 processor. build.sh compiles a family three times, names what each
// exports NAME_sse2, NAME_avx2 or NAME_avx512, and writes DISPATCH(NAME) for each of these names:
// NAME, which jumps to the best version that runs here. The results are the same bits.
//
// The environment variable DIVERGENCE_SIMD asks for one that is not the best: sse2 or avx2.
#pragma once

#include <cstdlib>
#include <cstring>

inline int best_version() {
    const char* wanted = std::getenv("DIVERGENCE_SIMD");
    const auto allowed = [&](const char* name) { return !wanted || strcmp(wanted, name) != 0; };
    const bool not_sse2 = allowed("sse2"), not_avx2 = allowed("avx2");
    if (not_sse2 && not_avx2 && __builtin_cpu_supports("x86-64-v4")) return 2;
    if (not_sse2 && __builtin_cpu_supports("x86-64-v3")) return 1;
    return 0;
}

#define HIDDEN __attribute__((visibility("hidden")))

// The jump leaves every argument where it is.
#define DISPATCH(NAME)                                                          \
    extern "C" {                                                                \
    HIDDEN void NAME##_sse2();                                                  \
    HIDDEN void NAME##_avx2();                                                  \
    HIDDEN void NAME##_avx512();                                                \
    HIDDEN void (*NAME##_here)();                                               \
    __attribute__((naked, visibility("default"))) void NAME() {                 \
        asm("jmp *" #NAME "_here(%rip)");                                       \
    }                                                                           \
    }                                                                           \
    __attribute__((constructor)) static void choose_##NAME() {                  \
        void (*const versions[])() = {NAME##_sse2, NAME##_avx2, NAME##_avx512}; \
        NAME##_here = versions[best_version()];                                 \
    }
