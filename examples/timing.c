// How fast the three-body kernel is by itself, on the CPU or a GPU, by submit and poll:
//
//     make timing
//     gcc -O2 examples/timing.c -Icuda -ldl -o timing && ./timing build/libthree_body.cuda.so 1000
//     50000
#define _POSIX_C_SOURCE 199309L
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "divergence.h"

// A function of a library, to be called by the type that divergence.h declares for it.
#define FIND(name) __typeof__(&name) name##_of = (__typeof__(&name))dlsym(library, #name)

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(int argc, char** argv) {
    void* library = dlopen(argc > 1 ? argv[1] : "build/libthree_body.cpu.so", RTLD_NOW);
    const int64_t side = argc > 2 ? atoll(argv[2]) : 200, count = side * side;
    const int64_t max_steps = argc > 3 ? atoll(argv[3]) : 50000;
    if (!library || side < 1 || max_steps < 1) {
        fprintf(stderr, "%s\n", library ? "usage: timing [LIBRARY [SIDE [STEPS]]]" : dlerror());
        return 2;
    }
    FIND(divergence_three_body_submit);
    FIND(divergence_poll);
    FIND(divergence_release);
    FIND(divergence_last_error);

    const divergence_three_body bodies = {.positions = {0, 0, -11, 0, 0, 0, 10, 10, 12},
                                          .velocities = {-3, 0, 0, 0, 0, 0, 3, 0, 0},
                                          .masses = {10, 20, 30},
                                          .gravity = 9.8,
                                          .dt = 1e-3,
                                          .shift = 1e-3,
                                          .critical_distance = 0.5,
                                          .vertical = 1};
    double *x = malloc(8 * (size_t)count), *y = malloc(8 * (size_t)count);
    int32_t* times = malloc(4 * (size_t)count);
    if (!x || !y || !times) return 1;
    for (int64_t i = 0; i < count; ++i) {
        x[i] = 40 * ((double)(i % side) / (double)side - 0.5);
        y[i] = 40 * ((double)(i / side) / (double)side - 0.5);
    }

    const divergence_job job = {
        .points = {.x = x, .y = y}, .count = count, .max_steps = max_steps, .times = times};
    divergence_progress done = {0, 0};
    int64_t ticket = 0;
    const double began = seconds();
    int status = divergence_three_body_submit_of(&bodies, &job, &ticket);
    if (status == divergence_done) {
        do status = divergence_poll_of(ticket, 0.1, &done);
        while (status == divergence_busy);
    }
    const double took = seconds() - began;
    if (status != divergence_done) fprintf(stderr, "%s\n", divergence_last_error_of());
    if (ticket) divergence_release_of(ticket);
    if (status != divergence_done) return 1;
    printf("%lld points of three bodies, %lld steps in %.3f s: %.4g million steps a second\n",
           (long long)done.points, (long long)done.steps, took, 1e-6 * (double)done.steps / took);
    return 0;
}
