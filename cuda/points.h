// Where the points of a job start.
#pragma once

#include <algorithm>

#include "fields.h"
#include "job.h"

namespace divergence {

HOST_DEVICE inline bool on_lattice(const Points& points) { return points.columns != 0; }

// The block that a lattice's point is in; its number becomes that in the block.
HOST_DEVICE inline const Block& block_of(const Points& points, int64_t& number) {
    const Block* block = points.blocks;
    for (; number >= block->rows * block->columns; ++block) number -= block->rows * block->columns;
    return *block;
}

// The start of point i.
HOST_DEVICE inline void find_start(const Points& points, int64_t i, double& x, double& y) {
    if (!on_lattice(points)) {
        x = points.x[i];
        y = points.y[i];
        return;
    }
    i += points.first;
    const Block& block = block_of(points, i);
    x = points.x[block.column + i % block.columns];
    y = points.y[block.row + i / block.columns];
}

// The starts of points i, ..., i + count - 1.
inline void list_starts(const Points& points, int64_t i, int64_t count, double* x, double* y) {
    if (!on_lattice(points)) {
        memcpy(x, points.x + i, size_t(count) * sizeof(double));
        memcpy(y, points.y + i, size_t(count) * sizeof(double));
        return;
    }
    for (int64_t done = 0; done < count;) {
        int64_t number = i + points.first + done;
        const Block& block = block_of(points, number);
        const int64_t row = number / block.columns, column = number % block.columns;
        const int64_t some = std::min(count - done, block.columns - column);
        std::copy_n(points.x + block.column + column, some, x + done);
        std::fill_n(y + done, some, points.y[block.row + row]);
        done += some;
    }
}

}  // namespace divergence
