// What is asked of a reference orbit with jets about it.
#pragma once

#include "big_float.h"
#include "long_work.h"

namespace divergence {

// What Python asks for. Every buffer is the caller's.
struct ReferenceJob {
    const char *x, *y;  // of the reference's start, decimal
    int64_t bits;       // of its numbers
    int64_t first_octave, octaves;
    int64_t max_steps;
    double tolerance;  // of what the polynomial leaves out, in relation to its first order
    int64_t* steps;    // [octaves] out: the last step at which an octave's polynomial is that exact
    double* jets;  // [octaves][numbers of a motion][jet_numbers] out: polynomials at those steps
    FIELDS(x, y, bits, first_octave, octaves, max_steps, tolerance, steps, jets)
};

}  // namespace divergence
