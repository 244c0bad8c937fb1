// Where many orbits of a planar map go: every point of theirs, or how many fall on each pixel.
#pragma once

#include "elementary.h"
#include "fields.h"
#include "job.h"
#include "planar.h"

namespace divergence {

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
