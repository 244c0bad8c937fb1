// What is asked of the engine, and how far it has come.
#pragma once

#include <cstdint>

namespace divergence {

// What Python asks for. Every buffer is the caller's.
struct Job {
    const double *x, *y;  // [count] starting points
    int64_t count;
    int64_t max_steps;
    int32_t* times;     // [count] out: steps until the point stopped, or max_steps
    int32_t* fates;     // [count] out, may be null: 0 for a point that did not stop
    double* fractions;  // [count] out, may be null
    double* states;     // [count * variables] out, may be null: their states in the end
    int64_t resume;     // not 0: go on from `states`, which have taken `times` steps
    int64_t device;     // GPU number; no meaning on the CPU
    int64_t threads;    // CPU threads; no meaning on a GPU
};

struct Progress {
    int64_t points, steps;  // finished so far
};

}  // namespace divergence
