// Where many orbits of a planar map go: every point of theirs, or how many fall on each pixel.
#pragma once

#include "elementary.h"
#include "planar.h"

namespace divergence {

// What Python asks for. Every buffer is the caller's.
struct OrbitJob {
    double *x, *y;  // [count] where the orbits are and, in the end, where `steps` steps took them
    int64_t count;
    int64_t steps;
    double* points;   // [count * steps * 2] out, may be null: x and y before each step
    int64_t* visits;  // [rows * columns], may be null: each of those points is added to its pixel
    int64_t rows, columns;    // at most 2^31 - 1 pixels
    double left, bottom;      // of the picture
    double across, up;        // columns to a unit of x, rows to a unit of y
    int64_t device, threads;  // as in a Job
};

// Finds the pixel of a point.
struct Pixels {
    double left, bottom, across, up, rows, columns;

    HOST_DEVICE explicit Pixels(const OrbitJob& job)
        : left(job.left),
          bottom(job.bottom),
          across(job.across),
          up(job.up),
          rows(double(job.rows)),
          columns(double(job.columns)) {}

    // Which lanes fall into the picture, and where: row * columns + column, or 0 if they do not.
    template <class R>
    HOST_DEVICE ALWAYS_INLINE Mask<R> find(const Point<R>& p, R& pixel) const {
        const R column = (p.x - left) * across, row = (p.y - bottom) * up;
        const Mask<R> inside = (column >= R{}) & (column < broadcast<R>(columns)) & (row >= R{}) &
                               (row < broadcast<R>(rows));
        pixel = inside ? fma(floor(row), broadcast<R>(columns), floor(column)) : R{};
        return inside;
    }
};

}  // namespace divergence
