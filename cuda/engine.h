// The loop that is the same for every map, on every machine: start a point, test it, step it, and
// when it has ended record it and take the next.
//
// A map is a struct of small functions, templated on its number type R, made from its Parameters:
//   State               numbers of type R and nothing else
//   start(x, y)         the state at step 0 (called for one point at a time)
//   stopped(state)      which lanes have ended: tested before every step
//   step(state)         one step
//   fate(state)         where a stopped point ended, 1 and up (optional)
//   fraction(state)     the fraction of a step to add to its time, for smooth colours (optional)
//   packs               how many numbers a CPU core steps by turns: 1 where a step alone can fill
//                       it, more where the steps are short chains that leave it waiting (optional)
#pragma once

#include "portability.h"

namespace divergence {

struct MapDefaults {
    static constexpr int packs = 1;
    template <class State>
    HOST_DEVICE int32_t fate(const State&) const {
        return 1;
    }
    template <class State>
    HOST_DEVICE double fraction(const State&) const {
        return 0;
    }
};

// What Python asks for. Every buffer is the caller's.
struct Job {
    const double *x, *y;  // [count] starting points
    int64_t count;
    int64_t max_steps;
    int32_t* times;     // [count] out: steps until the point stopped, or max_steps
    int32_t* fates;     // [count] out, may be null: 0 for a point that did not stop
    double* fractions;  // [count] out, may be null
    double* states;     // [count * variables] out, may be null: states of points that did not stop
    int64_t resume;     // not 0: go on from `states`, which have taken `times` steps
    int64_t device;     // GPU number; no meaning on the CPU
    int64_t threads;    // CPU threads; no meaning on a GPU
};

struct Progress {
    int64_t points, steps;  // finished so far
};

// Advances as many points at once as `packs` numbers have lanes. A lane whose point has ended takes
// the next one from the queue, and is idle when the queue is empty.
template <template <class> class Map, class R>
struct Worker {
    using T = Scalar<R>;
    using State = typename Map<R>::State;
    using OneState = typename Map<T>::State;
    static constexpr int width = Number<R>::lanes;
    static constexpr int packs = on_gpu ? 1 : Map<R>::packs;
    static constexpr int lanes = packs * width;
    static constexpr int variables = sizeof(OneState) / sizeof(T);
    static_assert(sizeof(State) == sizeof(OneState) * width, "a State holds numbers and no more");

    State state[packs];
    int64_t point[lanes];  // which point the lane carries
    int64_t born[lanes];   // the value of n at which that point had taken no step
    uint32_t busy[packs];  // bit l: lane l of the pack carries a point
    int64_t live;          // lanes that do
    int64_t n, deadline;   // steps taken by this worker; when to look up from the loop next
    Progress done;

    template <class Queue>
    HOST_DEVICE void begin(const Map<T>& one, const Job& job, Queue& queue) {
        n = counted = 0;
        deadline = INT64_MAX;
        live = lanes;
        done = {0, 0};
        for (int p = 0; p < packs; ++p) {
            busy[p] = uint32_t((uint64_t(1) << width) - 1);
            state[p] = State{};
            for (int l = 0; l < width; ++l) take(one, job, queue, state[p], p, l);
        }
    }

    // Steps every lane until `budget` steps are taken or no point is left.
    template <class Queue>
    HOST_DEVICE void advance(const Map<R>& map, const Map<T>& one, const Job& job, Queue& queue,
                             int64_t budget) {
        const int64_t end = n + budget;
        find_deadline(job, end);
        State s[packs];  // a local copy can live in registers
        UNROLL for (int p = 0; p < packs; ++p) s[p] = state[p];
        while (live > 0) {
            uint32_t ended[packs], some = 0;
            UNROLL for (int p = 0; p < packs; ++p) {
                ended[p] = bits(map.stopped(s[p])) & busy[p];
                some |= ended[p];
            }
            if (UNLIKELY(n >= deadline || some != 0)) {
                const bool due = n >= deadline;
                UNROLL for (int p = 0; p < packs; ++p) {
                    if (due) ended[p] |= spent(job, p);
                    if (ended[p] == 0) continue;
                    state[p] = s[p];
                    for (; ended[p] != 0; ended[p] &= ended[p] - 1) {
                        const int l = lowest_bit(ended[p]);
                        record(one, job, state[p], p, l);
                        take(one, job, queue, state[p], p, l);
                    }
                    s[p] = state[p];
                }
                if (!due) continue;
                if (n >= end) break;
                find_deadline(job, end);
            } else {
                UNROLL for (int p = 0; p < packs; ++p) map.step(s[p]);
                ++n;
            }
        }
        UNROLL for (int p = 0; p < packs; ++p) state[p] = s[p];
        count();
    }

private:
    static constexpr int64_t never = INT64_MAX / 2;

    int64_t counted;  // the value of n up to which done.steps has been counted

    HOST_DEVICE void count() {
        done.steps += live * (n - counted);
        counted = n;
    }

    // The next n at which a point may have taken all its steps, or `end`. A point that is taken
    // later has a later one.
    HOST_DEVICE void find_deadline(const Job& job, int64_t end) {
        int64_t oldest = end - job.max_steps;
        for (int l = 0; l < lanes; ++l) oldest = born[l] < oldest ? born[l] : oldest;
        deadline = oldest + job.max_steps;
    }
    // Lanes of a pack whose point has taken all its steps.
    HOST_DEVICE uint32_t spent(const Job& job, int p) const {
        uint32_t found = 0;
        for (int l = 0; l < width; ++l)
            found |= uint32_t(n - born[p * width + l] >= job.max_steps) << l;
        return found;
    }

    // Writes down what became of a lane's point.
    HOST_DEVICE ALWAYS_INLINE void record(const Map<T>& one, const Job& job, const State& s, int p,
                                          int l) {
        const int64_t i = point[p * width + l], steps = n - born[p * width + l];
        const bool spent = steps >= job.max_steps;
        job.times[i] = int32_t(spent ? job.max_steps : steps);
        ++done.points;
        if (!job.fates && !job.fractions && !job.states) return;
        OneState last;
        for (int k = 0; k < variables; ++k) set_number(last, k, 0, get_number(s, k, l));
        if (job.fates) job.fates[i] = spent ? 0 : one.fate(last);
        if (job.fractions) job.fractions[i] = spent ? 0 : one.fraction(last);
        if (job.states && spent)
            for (int k = 0; k < variables; ++k)
                job.states[i * variables + k] = get_number(last, k, 0);
    }

    template <class Queue>
    HOST_DEVICE ALWAYS_INLINE void take(const Map<T>& one, const Job& job, Queue& queue, State& s,
                                        int p, int l) {
        const int64_t i = queue.next();
        if (i < 0) {
            count();
            busy[p] &= ~(uint32_t(1) << l);
            born[p * width + l] = never;
            --live;
            return;
        }
        OneState first;
        int64_t steps = 0;
        if (job.resume) {
            for (int k = 0; k < variables; ++k)
                set_number(first, k, 0, T(job.states[i * variables + k]));
            steps = job.times[i];
            if (n - steps + job.max_steps < deadline) deadline = n - steps + job.max_steps;
        } else {
            first = one.start(job.x[i], job.y[i]);
        }
        point[p * width + l] = i;
        born[p * width + l] = n - steps;
        for (int k = 0; k < variables; ++k) set_number(s, k, l, get_number(first, k, 0));
    }

    // Number k of lane l of a state, which may be a pack's or that of one point.
    template <class S>
    static HOST_DEVICE ALWAYS_INLINE T get_number(const S& s, int k, int l) {
        T value;
        memcpy(&value, (const char*)&s + place<S>(k, l), sizeof value);
        return value;
    }
    template <class S>
    static HOST_DEVICE ALWAYS_INLINE void set_number(S& s, int k, int l, T value) {
        memcpy((char*)&s + place<S>(k, l), &value, sizeof value);
    }
    template <class S>
    static constexpr HOST_DEVICE size_t place(int k, int l) {
        return (size_t(k) * (sizeof(S) / sizeof(OneState)) + size_t(l)) * sizeof(T);
    }
};

}  // namespace divergence
