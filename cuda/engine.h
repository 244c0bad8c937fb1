// The loop that is the same for every map, on every machine: start a point, test it, step it, and
// when it has ended record it and take the next.
//
// A map is a struct of small functions, templated on its number type R, made from its Parameters:
//   Parameters          a plain struct of doubles, int64_t and arrays of them, with FIELDS
//   State               numbers of type R and nothing else, with FIELDS
//   start(x, y)         the state at step 0, of one point; or of a pack, where x and y are R
//   stopped(state)      which lanes have ended: tested before every step
//   step(state)         one step
//   fate(state)         where a stopped point ended, 1 and up (optional)
//   fraction(state)     the fraction of a step to add to its time, for smooth colours (optional)
//   wake(state)         lets a stopped point go on, when it is resumed under parameters by which it
//                       has not stopped yet (optional)
//   time(state)         the time that has passed, in steps and fractions of one, of a map that
//                       chooses the length of its steps: it says keeps_time = true, and its points
//                       end when their time is max_steps or more (optional)
//   has_tables          true where different lanes read different entries of the map's arrays, by
//                       gather(): a GPU then keeps the map where they can (optional)
//   packs               how many packs of points a CPU core steps in turn: more than 1 where a step
//                       is a short chain of operations, which wait for each other (optional)
//
// FIELDS(a, b, ...) after the members of a struct names all of them (see fields.h). So a map is
// described once: Python, C and stored states know its parameters and its state by these names.
//
// A map's file is cuda/FAMILY/MAP.cu: the map, and a line that exports it (EXPORT_MAP of
// boundary.h, EXPORT_PLANAR of planar_boundary.h, ...). It is compiled by itself.
#pragma once

#include <utility>

#include "screening.h"

namespace divergence {

struct MapDefaults {
    static constexpr int packs = 1;
    static constexpr bool keeps_time = false;
    static constexpr bool has_tables = false;
    template <class State>
    HOST_DEVICE int32_t fate(const State&) const {
        return 1;
    }
    template <class State>
    HOST_DEVICE double fraction(const State&) const {
        return 0;
    }
    template <class State>
    HOST_DEVICE void wake(State&) const {}
};

// Whether start() takes packs.
template <class MapOfPacks, class R, class = void>
constexpr bool starts_packs = false;
template <class MapOfPacks, class R>
constexpr bool starts_packs<
    MapOfPacks, R, std::void_t<decltype(std::declval<const MapOfPacks&>().start(R{}, R{}))>> =
    Number<R>::lanes > 1;

// What a worker has besides, for maps whose start() takes packs. The others go without the member,
// which would cost a register to copy.
template <template <class> class Map, class R, bool = starts_packs<Map<R>, R>>
struct Screened {};
template <template <class> class Map, class R>
struct Screened<Map, R, true> {
    Screening<Map, R> screening;
};

// Advances as many points at once as `packs` numbers have lanes. A lane whose point has ended takes
// the next one from the queue, and is idle when the queue is empty.
template <template <class> class Map, class R>
struct Worker : Screened<Map, R> {
    using T = Scalar<R>;
    using State = typename Map<R>::State;
    using OneState = typename Map<T>::State;
    static constexpr int width = Number<R>::lanes;
    static constexpr int packs = on_gpu ? 1 : Map<R>::packs;
    static constexpr int lanes = packs * width;
    static constexpr int variables = sizeof(OneState) / sizeof(T);
    // Small states stay in registers, where to replace one lane takes an instruction for each
    // number; a large one is written to memory and read back, at the cost of a short wait.
    static constexpr bool in_registers = variables <= 8;
    static constexpr bool keeps_time = Map<T>::keeps_time;  // then `born` is `never`
    static_assert(sizeof(State) == sizeof(OneState) * width, "a State holds numbers and no more");

    State state[packs];
    int64_t point[lanes];  // which point the lane carries
    int64_t born[lanes];   // the value of n at which that point had taken no step
    uint64_t busy;         // bit l: lane l carries a point
    int64_t live;          // lanes that do
    int64_t n, deadline;   // steps taken by this worker; when to look up from the loop next
    Progress done;

    template <class Queue>
    HOST_DEVICE void begin(const Map<R>& map, const Map<T>& one, const Job& job, Queue& queue) {
        n = counted = 0;
        deadline = INT64_MAX;
        busy = ~uint64_t(0) >> (64 - lanes);
        live = lanes;
        done = {0, 0};
        OneState first;
        for (int p = 0; p < packs; ++p) state[p] = State{};
        for (int l = 0; l < lanes; ++l)
            if (take(map, one, job, queue, l, first)) write_lane(state, l, first);
    }

    // Steps every lane until `budget` steps are taken or no point is left.
    template <class Queue>
    HOST_DEVICE void advance(const Map<R>& map, const Map<T>& one, const Job& job, Queue& queue,
                             int64_t budget) {
        const int64_t end = n + budget;
        find_deadline(job, end);
        State s[packs];  // a local copy can live in registers
        copy(s, state);
        while (live > 0) {
            uint64_t ended = 0;
            UNROLL for (int p = 0; p < packs; ++p) ended |= uint64_t(finished(map, s[p], job))
                                                            << (p * width);
            ended &= busy;
            if (UNLIKELY(n >= deadline || ended != 0)) {
                const bool due = n >= deadline;
                if (due) ended |= spent(job);
                if (!in_registers || keeps_time || job.fates || job.fractions || job.states)
                    copy(state, s);
                for (; ended != 0; ended &= ended - 1) {
                    const int l = lanes == 1 ? 0 : lowest_bit(ended);
                    record(one, job, l);
                    OneState first;
                    if (!take(map, one, job, queue, l, first)) continue;
                    if constexpr (in_registers)
                        select_lane(s, l, first);
                    else
                        write_lane(state, l, first);
                }
                if (!in_registers) copy(s, state);
                if (!due) continue;
                if (n >= end) break;
                find_deadline(job, end);
            } else {
                UNROLL for (int p = 0; p < packs; ++p) map.step(s[p]);
                ++n;
            }
        }
        copy(state, s);
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
    // The lanes whose point has taken all its steps.
    HOST_DEVICE uint64_t spent(const Job& job) const {
        uint64_t found = 0;
        for (int l = 0; l < lanes; ++l) found |= uint64_t(n - born[l] >= job.max_steps) << l;
        return found;
    }

    // Lanes of a pack that have stopped, or have spent the time that they keep.
    static HOST_DEVICE ALWAYS_INLINE uint32_t finished(const Map<R>& map, const State& s,
                                                       const Job& job) {
        uint32_t found = bits(map.stopped(s));
        if constexpr (keeps_time) found |= bits(map.time(s) >= broadcast<R>(T(job.max_steps)));
        return found;
    }

    // Writes down what became of a lane's point; reads `state` if more than its time is wanted.
    HOST_DEVICE ALWAYS_INLINE void record(const Map<T>& one, const Job& job, int l) {
        const int64_t i = point[l];
        int64_t steps = n - born[l];
        if constexpr (keeps_time) steps = int64_t(one.time(read_lane(state, l)));
        const bool spent = steps >= job.max_steps;
        job.times[i] = int32_t(spent ? job.max_steps : steps);
        ++done.points;
        if (job.fates || job.fractions || job.states) describe(one, job, i, spent, state, l);
    }
    // All but the time of a point whose state is in lane l.
    static HOST_DEVICE ALWAYS_INLINE void describe(const Map<T>& one, const Job& job, int64_t i,
                                                   bool spent, const State* s, int l) {
        const OneState last = read_lane(s, l);
        if (job.fates) job.fates[i] = spent ? 0 : one.fate(last);
        if (job.fractions) job.fractions[i] = spent ? 0 : one.fraction(last);
        if (!job.states) return;
        double* numbers = job.states + i * variables;
        UNROLL for (int k = 0; k < variables; ++k) numbers[k] = get_number(last, k, 0);
    }

    // Finds the next point for a lane, if there is one, and its state.
    template <class Queue>
    HOST_DEVICE ALWAYS_INLINE bool take(const Map<R>& map, const Map<T>& one, const Job& job,
                                        Queue& queue, int l, OneState& first) {
        int64_t steps = 0;
        const int64_t i = next_start(map, one, job, queue, first, steps);
        if (i < 0) {
            count();
            busy &= ~(uint64_t(1) << l);
            born[l] = never;
            --live;
            return false;
        }
        if (!keeps_time && n - steps + job.max_steps < deadline)
            deadline = n - steps + job.max_steps;
        point[l] = i;
        born[l] = keeps_time ? never : n - steps;
        return true;
    }

    // The next point and its state, which has taken so many steps; -1 if there is none.
    template <class Queue>
    HOST_DEVICE ALWAYS_INLINE int64_t next_start(const Map<R>& map, const Map<T>& one,
                                                 const Job& job, Queue& queue, OneState& first,
                                                 int64_t& steps) {
        if constexpr (starts_packs<Map<R>, R>) {
            auto& screening = this->screening;
            if (!job.resume) {
                if (screening.going == 0)
                    screening.refill(map, job, queue, done,
                                     [&](int64_t i, bool spent, const State* s, int l) {
                                         describe(one, job, i, spent, s, l);
                                     });
                if (screening.going == 0) return -1;
                const int l = lowest_bit(screening.going);
                screening.going &= screening.going - 1;
                first = read_lane(screening.state, l);
                steps = screening.steps;
                return screening.first + l;
            }
        }
        const int64_t i = queue.next();
        if (i < 0) return i;
        if (job.resume) {
            UNROLL for (int k = 0; k < variables; ++k)
                set_number(first, k, 0, T(job.states[i * variables + k]));
            one.wake(first);
            steps = job.times[i];
        } else {
            double x, y;
            find_start(job.points, i, x, y);
            first = one.start(x, y);
        }
        return i;
    }

    static HOST_DEVICE ALWAYS_INLINE void copy(State* to, const State* from) {
        UNROLL for (int p = 0; p < packs; ++p) to[p] = from[p];
    }
    static HOST_DEVICE ALWAYS_INLINE OneState read_lane(const State* s, int l) {
        OneState one;
        UNROLL for (int k = 0; k < variables; ++k)
            set_number(one, k, 0, get_number(s[l / width], k, l % width));
        return one;
    }
    // Puts the state of one point into lane l of the packs: in memory, or in registers, by choosing
    // between old and new in every lane.
    static HOST_DEVICE ALWAYS_INLINE void write_lane(State* s, int l, const OneState& first) {
        UNROLL for (int k = 0; k < variables; ++k)
            set_number(s[l / width], k, l % width, get_number(first, k, 0));
    }
    static HOST_DEVICE ALWAYS_INLINE void select_lane(State* s, int l, const OneState& first) {
        UNROLL for (int p = 0; p < packs; ++p) UNROLL for (int k = 0; k < variables; ++k)
            set_lane(((R*)(s + p))[k], l - p * width, get_number(first, k, 0));
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
