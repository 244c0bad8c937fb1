// What is asked of a library, in C: the structs and the functions that are the same for every map.
// Those of each map are in divergence.h, which is what a program includes.
//
// The caller owns every buffer. Every function returns a status, and divergence_last_error() has
// the words for a bad one; nothing is printed and nothing exits. A job is submitted under a ticket
// (see divergence.h), polled until it is done, and released, done or not: releasing stops it.
#pragma once

#include <stdint.h>

#ifndef FIELDS  // what fields.h makes a description of
#define FIELDS(...)
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum divergence_status {
    divergence_done,
    divergence_busy,
    divergence_failed,
    divergence_refused,       // for a bad argument
    divergence_out_of_memory  // of the device: a smaller job may find room
};

// Where points start: each where it likes, or where the lines of a lattice cross, block by block
// and in every block row by row. Of a lattice a job may be a part.
typedef struct divergence_block {
    int64_t row, column, rows, columns;  // where it begins, and its size
    FIELDS(row, column, rows, columns)
} divergence_block;

typedef struct divergence_points {
    const double *x, *y;         // [count] of each point; or of a lattice's columns and rows
    int64_t columns, rows;       // of a lattice; else 0
    int64_t first;               // which of the lattice's points is the job's first
    divergence_block blocks[4];  // that the lattice's points are in; those without points are last
    FIELDS(x, y, columns, rows, first, blocks)
} divergence_points;

typedef struct divergence_job {
    divergence_points points;
    int64_t count;
    int64_t max_steps;
    int32_t* times;     // [count] out: steps until the point stopped, or max_steps
    int32_t* fates;     // [count] out, may be null: 0 for a point that did not stop
    double* fractions;  // [count] out, may be null
    double* states;     // [count * variables] out, may be null: their states in the end
    int64_t resume;     // not 0: go on from `states`, which have taken `times` steps
    int64_t device;     // GPU number; no meaning on the CPU
    int64_t threads;    // of the CPU, 0: one a core; or at most on a GPU, 0: as many as it likes
    FIELDS(points, count, max_steps, times, fates, fractions, states, resume, device, threads)
} divergence_job;

// Where many orbits of a planar map go: every point of theirs, or how many fall on each pixel.
typedef struct divergence_orbit_job {
    double *x, *y;  // [count] where the orbits are and, in the end, where `steps` steps took them
    int64_t count;
    int64_t steps;
    double* points;   // [count * steps * 2] out, may be null: x and y before each step
    int64_t* visits;  // [rows * columns], may be null: each of those points is added to its pixel
    int64_t rows, columns;    // at most 2^31 - 1 pixels
    double left, bottom;      // of the picture
    double across, up;        // columns to a unit of x, rows to a unit of y
    int64_t device, threads;  // as of a job
    FIELDS(x, y, count, steps, points, visits, rows, columns, left, bottom, across, up, device,
           threads)
} divergence_orbit_job;

typedef struct divergence_progress {
    int64_t points, steps;  // finished so far
    FIELDS(points, steps)
} divergence_progress;

// Waits at most `seconds` for the end of a job: divergence_done if it has come, else busy.
int divergence_poll(int64_t ticket, double seconds, divergence_progress* progress);
int divergence_release(int64_t ticket);

// The GPUs of a CUDA library; a CPU library has one device.
int divergence_device_count(int64_t* count);
int divergence_device_name(int64_t device, char* name, int64_t size);

// Of the last call of this thread whose status was bad.
const char* divergence_last_error(void);

// The members of the structs above, as text such as "int64_t points; int64_t steps".
const char* divergence_job_fields(void);
const char* divergence_orbit_job_fields(void);
const char* divergence_progress_fields(void);

#ifdef __cplusplus
}

namespace divergence {

using Block = divergence_block;
using Points = divergence_points;
using Job = divergence_job;
using OrbitJob = divergence_orbit_job;
using Progress = divergence_progress;

}  // namespace divergence
#endif
