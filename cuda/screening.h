// The first steps of many points in a row. To give a point a lane costs as much as several steps of
// a short map. So where points may end at once, many are first stepped side by side, without a
// branch for each, and only those that go on are given a lane.
#pragma once

#include "job.h"
#include "portability.h"

namespace divergence {

template <template <class> class Map, class R>
struct Screening {
    using T = Scalar<R>;
    using State = typename Map<R>::State;
    using Counts = typename Bits<R>::type;
    typedef int32_t Times __attribute__((vector_size(Number<R>::lanes * sizeof(int32_t))));
    static constexpr int width = Number<R>::lanes, packs = Map<R>::packs, lanes = packs * width;
    static constexpr int64_t most_steps = 16;
    static_assert(std::is_same_v<T, double>, "starting points are of double precision");
    static_assert(!Map<R>::keeps_time, "the time of a point is the number of its steps");

    State state[packs];    // of points in a row, a lane each
    int64_t first, steps;  // the first of them; steps taken by those that go on
    uint64_t going = 0;    // bit l: the point of lane l goes on, and waits for a lane of its own

    // Takes points from the queue until some go on or none are left. `describe(point, state, lane)`
    // is called for those that end.
    template <class Queue, class Describe>
    void refill(const Map<R>& map, const Job& job, Queue& queue, Progress& done,
                const Describe& describe) {
        int count = 1;
        while (going == 0 && count > 0) {
            count = queue.next(lanes, first);
            if (count > 0) screen(map, job, count, done, describe);
        }
    }

private:
    template <class Describe>
    void screen(const Map<R>& map, const Job& job, int count, Progress& done,
                const Describe& describe) {
        R x[packs]{}, y[packs]{};
        const size_t bytes = size_t(count) * sizeof(T);
        memcpy(x, job.x + first, bytes);
        memcpy(y, job.y + first, bytes);
        State s[packs];
        Counts taken[packs]{};
        UNROLL for (int p = 0; p < packs; ++p) s[p] = map.start(x[p], y[p]);
        going = ~uint64_t(0) >> (64 - count);
        for (steps = 0; going != 0 && steps < most_steps && steps < job.max_steps; ++steps) {
            uint64_t ended = 0;
            UNROLL for (int p = 0; p < packs; ++p) ended |= uint64_t(bits(map.stopped(s[p])))
                                                            << (p * width);
            ended &= going;
            going &= ~ended;
            if (ended != 0 && (job.fates || job.fractions))
                for (; ended != 0; ended &= ended - 1) {
                    const int l = lowest_bit(ended);
                    describe(first + l, s, l);
                }
            done.steps += __builtin_popcountll(going);
            UNROLL for (int p = 0; p < packs; ++p) {
                taken[p] += ones(going >> (p * width));
                map.step(s[p]);
            }
        }
        UNROLL for (int p = 0; p < packs; ++p) state[p] = s[p];
        done.points += count - __builtin_popcountll(going);
        Times times[packs];
        UNROLL for (int p = 0; p < packs; ++p) times[p] = __builtin_convertvector(taken[p], Times);
        memcpy(job.times + first, times, size_t(count) * sizeof(int32_t));
    }

    // 1 in the lanes whose bit is set.
    static ALWAYS_INLINE Counts ones(uint64_t set) {
        Counts bit;
        for (int l = 0; l < width; ++l) bit[l] = Scalar<Counts>(1) << l;
        return Counts((bit & (Counts{} + Scalar<Counts>(set))) != 0) & 1;
    }
};

}  // namespace divergence
