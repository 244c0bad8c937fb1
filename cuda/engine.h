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
#pragma once

#include "portability.h"

namespace divergence {

struct MapDefaults {
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

// Advances as many points at once as its number type has lanes. A lane whose point has ended takes
// the next one from the queue; a lane that finds the queue empty copies a live one.
template <template <class> class Map, class R>
struct Worker {
    using T = Scalar<R>;
    using State = typename Map<R>::State;
    using OneState = typename Map<T>::State;
    static constexpr int lanes = Number<R>::lanes;
    static constexpr int variables = sizeof(OneState) / sizeof(T);
    static_assert(sizeof(State) == sizeof(OneState) * lanes, "a State holds numbers and no more");

    State state;
    int64_t point[lanes];  // which point the lane carries; -1: none
    int64_t born[lanes];   // the value of n at which that point had taken no step
    int64_t n, deadline;   // steps taken by this worker; when to look up from the loop next
    int64_t live;          // lanes that carry a point
    Progress done;

    template <class Queue>
    HOST_DEVICE void begin(const Map<T>& one, const Job& job, Queue& queue) {
        n = counted = live = 0;
        done = {0, 0};
        for (int l = 0; l < lanes; ++l) take(one, job, queue, l);
    }

    // Steps every lane until `budget` steps are taken or no point is left.
    template <class Queue>
    HOST_DEVICE void advance(const Map<R>& map, const Map<T>& one, const Job& job, Queue& queue,
                             int64_t budget) {
        const int64_t end = n + budget;
        settle(job, end);
        State s = state;  // a local copy can live in registers
        while (live > 0) {
            const Mask<R> stopped = map.stopped(s);
            if (UNLIKELY(n >= deadline || any(stopped))) {
                state = s;
                for (int l = 0; l < lanes; ++l)
                    if (point[l] >= 0) attend(one, job, queue, l, lane(stopped, l));
                settle(job, end);
                s = state;
                if (n >= end) break;
            } else {
                map.step(s);
                ++n;
            }
        }
        state = s;
    }

private:
    int64_t counted;  // the value of n up to which done.steps has been counted

    // Number k of lane l of a state, which may be a pack's or that of one point.
    template <class S>
    static HOST_DEVICE ALWAYS_INLINE char* number(S& s, int k, int l) {
        constexpr int width = sizeof(S) / sizeof(OneState);
        return (char*)&s + (k * width + l) * sizeof(T);
    }
    template <class S, class Other>
    static HOST_DEVICE ALWAYS_INLINE void copy(S& to, int to_lane, Other& from, int from_lane) {
        for (int k = 0; k < variables; ++k)
            memcpy(number(to, k, to_lane), number(from, k, from_lane), sizeof(T));
    }

    template <class Queue>
    HOST_DEVICE void take(const Map<T>& one, const Job& job, Queue& queue, int l) {
        const int64_t i = point[l] = queue.next();
        if (i < 0) return;
        OneState first;
        if (job.resume) {
            for (int k = 0; k < variables; ++k) {
                const T value = T(job.states[i * variables + k]);
                memcpy(number(first, k, 0), &value, sizeof(T));
            }
            born[l] = n - job.times[i];
        } else {
            first = one.start(job.x[i], job.y[i]);
            born[l] = n;
        }
        copy(state, l, first, 0);
    }

    // Records lane l's point if it has ended, and takes the next.
    template <class Queue>
    HOST_DEVICE void attend(const Map<T>& one, const Job& job, Queue& queue, int l, bool stopped) {
        const int64_t i = point[l], steps = n - born[l];
        const bool spent = steps >= job.max_steps;
        if (!spent && !stopped) return;
        OneState last;
        copy(last, 0, state, l);
        job.times[i] = int32_t(spent ? job.max_steps : steps);
        if (job.fates) job.fates[i] = spent ? 0 : one.fate(last);
        if (job.fractions) job.fractions[i] = spent ? 0 : one.fraction(last);
        if (job.states && spent)
            for (int k = 0; k < variables; ++k) {
                T value;
                memcpy(&value, number(last, k, 0), sizeof(T));
                job.states[i * variables + k] = value;
            }
        ++done.points;
        take(one, job, queue, l);
    }

    // Counts what was done, finds the next deadline, and gives idle lanes something harmless to do.
    HOST_DEVICE void settle(const Job& job, int64_t end) {
        done.steps += live * (n - counted);
        counted = n;
        deadline = end;
        live = 0;
        int some = 0;
        for (int l = 0; l < lanes; ++l) {
            if (point[l] < 0) continue;
            ++live;
            some = l;
            if (born[l] + job.max_steps < deadline) deadline = born[l] + job.max_steps;
        }
        if (live == 0 || live == lanes) return;
        for (int l = 0; l < lanes; ++l)
            if (point[l] < 0) copy(state, l, state, some);
    }
};

}  // namespace divergence
