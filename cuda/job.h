// What is asked of the engine, and how far it has come.
#pragma once

#include <algorithm>

#include "portability.h"

namespace divergence {

// Where points start: each where it likes, or where the lines of a lattice cross, block by block
// and in every block row by row. Of a lattice a job may be a part.
struct Points {
    struct Block {
        int64_t row, column, rows, columns;  // where it begins, and its size
    };

    const double *x, *y;    // of each point; or of a lattice's columns and rows
    int64_t columns, rows;  // of a lattice; else 0
    int64_t first;          // which of the lattice's points is the job's first
    Block blocks[4];        // that the lattice's points are in; those without points are last

    HOST_DEVICE bool in_rows() const { return columns != 0; }

    // The start of point i.
    HOST_DEVICE void find(int64_t i, double& at_x, double& at_y) const {
        if (!in_rows()) {
            at_x = x[i];
            at_y = y[i];
            return;
        }
        const Block& block = block_of(i += first);
        at_x = x[block.column + i % block.columns];
        at_y = y[block.row + i / block.columns];
    }
    // The starts of points i, ..., i + count - 1.
    void list(int64_t i, int64_t count, double* to_x, double* to_y) const {
        if (!in_rows()) {
            memcpy(to_x, x + i, size_t(count) * sizeof(double));
            memcpy(to_y, y + i, size_t(count) * sizeof(double));
            return;
        }
        for (int64_t done = 0; done < count;) {
            int64_t number = i + first + done;
            const Block& block = block_of(number);
            const int64_t row = number / block.columns, column = number % block.columns;
            const int64_t some = std::min(count - done, block.columns - column);
            std::copy_n(x + block.column + column, some, to_x + done);
            std::fill_n(to_y + done, some, y[block.row + row]);
            done += some;
        }
    }

private:
    // The block of a lattice's point, whose number becomes that in the block.
    HOST_DEVICE const Block& block_of(int64_t& number) const {
        const Block* block = blocks;
        for (; number >= block->rows * block->columns; ++block)
            number -= block->rows * block->columns;
        return *block;
    }
};

// What Python asks for. Every buffer is the caller's.
struct Job {
    Points points;
    int64_t count;
    int64_t max_steps;
    int32_t* times;     // [count] out: steps until the point stopped, or max_steps
    int32_t* fates;     // [count] out, may be null: 0 for a point that did not stop
    double* fractions;  // [count] out, may be null
    double* states;     // [count * variables] out, may be null: their states in the end
    int64_t resume;     // not 0: go on from `states`, which have taken `times` steps
    int64_t device;     // GPU number; no meaning on the CPU
    int64_t threads;    // of the CPU, 0: one a core; or at most on a GPU, 0: as many as it likes
};

struct Progress {
    int64_t points, steps;  // finished so far
};

}  // namespace divergence
