// What is asked of reference orbits of maps whose start is the pixel, and of the pixels about them.
#pragma once

#include "fields.h"

namespace divergence {

// The reference. Every buffer is the caller's.
struct PlaneReferenceJob {
    const char *x, *y;  // of its start, decimal
    int64_t bits;       // of its numbers, at least
    int64_t octaves;    // it serves windows 2^-octave wide, for octave = 0, 1, ..., octaves - 1
    int64_t max_steps;
    double tolerance;  // of what the polynomial leaves out, in relation to its first order
    int64_t* steps;    // [octaves] out: the last step at which an octave's polynomial is that exact
    FIELDS(x, y, bits, octaves, max_steps, tolerance, steps)
};

// States of pixels from which float64 goes on, and the steps that these have taken.
struct PlanePixelsJob {
    int64_t reference;  // its ticket, of work that is done
    int64_t octave;
    const double *u, *v;  // [count] how far from the reference's start, in units of 2^-octave
    int64_t count;
    int64_t max_steps;
    int32_t* times;  // [count] out
    double* states;  // [count][numbers of a state] out
    int64_t threads;
    FIELDS(reference, octave, u, v, count, max_steps, times, states, threads)
};

}  // namespace divergence
