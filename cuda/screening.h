// The first steps of many points in a row. To give a point a lane costs as much as several steps of
// a short map, and many points end after a few. So blocks of neighbours are first stepped side by
// side, without a branch for each point, and only those that outlive their neighbours get a lane.
#pragma once

#include <algorithm>

#include "points.h"

namespace divergence {

template <template <class> class Map, class R>
struct Screening {
    using T = Scalar<R>;
    using State = typename Map<R>::State;
    static constexpr int width = Number<R>::lanes, packs = Map<R>::packs, lanes = packs * width;
    // How many steps a block takes; and how many if all of its points go on.
    static constexpr int64_t steps_of_some = 16, steps_of_all = 1024;
    static_assert(std::is_same_v<T, double>, "starting points are of double precision");
    static_assert(!Map<R>::keeps_time, "the time of a point is the number of its steps");

    State state[packs];    // of points in a row, a lane each
    int64_t first, steps;  // the first of them; steps taken by those that go on
    uint64_t going = 0;    // bit l: the point of lane l goes on, and waits for a lane of its own

    // Takes points from the queue until some go on or none are left. `describe(point, spent, state,
    // lane)` is called for those that end.
    template <class Queue, class Describe>
    void refill(const Map<R>& map, const Job& job, Queue& queue, Progress& done,
                const Describe& describe) {
        while (going == 0) {
            const int count = queue.next(lanes, first);
            if (count == 0) return;
            screen(map, job, count, done, describe);
        }
    }

private:
    using Counts = typename Bits<R>::type;
    static constexpr uint64_t every_lane = ~uint64_t(0) >> (64 - lanes);

    template <class Describe>
    void screen(const Map<R>& map, const Job& job, int count, Progress& done,
                const Describe& describe) {
        State s[packs];  // a local copy can live in registers
        Counts taken[packs]{};
        uint32_t here[packs];  // `going`, of each pack
        start(s, map, job, count);
        going = every_lane >> (lanes - count);
        UNROLL for (int p = 0; p < packs; ++p) {
            here[p] = uint32_t(going >> (p * width)) & uint32_t(every_lane >> (lanes - width));
        }

        const bool described = job.fates || job.fractions || job.states;
        int64_t sum = 0;
        for (steps = 0; going != 0 && steps < std::min(steps_of_some, job.max_steps); ++steps) {
            uint64_t left = 0;
            UNROLL for (int p = 0; p < packs; ++p) {
                here[p] &= ~bits(map.stopped(s[p]));
                left |= uint64_t(here[p]) << (p * width);
            }
            if (described) describe_each(going & ~left, false, s, describe);
            going = left;
            sum += __builtin_popcountll(going);
            UNROLL for (int p = 0; p < packs; ++p) {
                taken[p] += ones<Counts>(here[p]);
                map.step(s[p]);
            }
        }
        if (going == every_lane) {
            const int64_t more = step_all(map, s, std::min(steps_of_all, job.max_steps) - steps);
            UNROLL for (int p = 0; p < packs; ++p) taken[p] += more;
            steps += more;
            sum += lanes * more;
        }

        if (steps == job.max_steps) {
            if (described) describe_each(going, true, s, describe);
            going = 0;
        }
        if (going != 0) copy(state, s);
        done.steps += sum;
        done.points += count - __builtin_popcountll(going);
        write(taken, job.times + first, count);
    }

    // Steps every lane until one of them has stopped; returns how often.
    static ALWAYS_INLINE int64_t step_all(const Map<R>& map, State* s, int64_t most) {
        int64_t n = 0;
        for (; n < most; ++n) {
            uint32_t ended = 0;
            UNROLL for (int p = 0; p < packs; ++p) ended |= bits(map.stopped(s[p]));
            if (ended != 0) break;
            UNROLL for (int p = 0; p < packs; ++p) map.step(s[p]);
        }
        return n;
    }

    // The states of so many points, and any of the lanes beyond them.
    void start(State* s, const Map<R>& map, const Job& job, int count) const {
        const double *x = job.points.x + first, *y = job.points.y + first;
        double some_x[lanes], some_y[lanes];
        if (on_lattice(job.points) || count < lanes) {
            list_starts(job.points, first, count, some_x, some_y);
            std::fill(some_x + count, some_x + lanes, 0);
            std::fill(some_y + count, some_y + lanes, 0);
            x = some_x;
            y = some_y;
        }
        UNROLL for (int p = 0; p < packs; ++p) s[p] =
            map.start(read(x + p * width), read(y + p * width));
    }
    static ALWAYS_INLINE R read(const double* from) {
        R pack;
        memcpy(&pack, from, sizeof pack);
        return pack;
    }

    static void write(const Counts* taken, int32_t* times, int count) {
        typedef int32_t Times __attribute__((vector_size(width * sizeof(int32_t))));
        int32_t some[lanes];
        int32_t* const to = count < lanes ? some : times;
        UNROLL for (int p = 0; p < packs; ++p) {
            const Times pack = __builtin_convertvector(taken[p], Times);
            memcpy(to + p * width, &pack, sizeof pack);
        }
        if (count < lanes) memcpy(times, some, size_t(count) * sizeof(int32_t));
    }

    template <class Describe>
    void describe_each(uint64_t ended, bool spent, const State* s, const Describe& describe) {
        if (ended != 0) copy(state, s);
        for (; ended != 0; ended &= ended - 1) {
            const int l = lowest_bit(ended);
            describe(first + l, spent, state, l);
        }
    }
    static ALWAYS_INLINE void copy(State* to, const State* from) {
        UNROLL for (int p = 0; p < packs; ++p) to[p] = from[p];
    }
};

}  // namespace divergence
