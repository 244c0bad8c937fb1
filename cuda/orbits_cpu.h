// Orbits on the CPU: each thread follows some packs of them side by side through all the steps
// asked for.
#pragma once

#include <sys/mman.h>

#include <deque>

#include "engine_cpu.h"
#include "orbits.h"

namespace divergence {

// One thread's visits. To count in memory at random places takes longer than to step an orbit, so
// pixels are listed first and then counted many at a time, when the processor overlaps the waiting.
// Counts of a thread's own need no locked additions, but as much memory again for every thread.
class Visits {
public:
    Visits(const OrbitJob& job, bool own) : pixels(job), visits(job.visits) {
        if (!visits || !own) return;
        size = size_t(job.rows * job.columns);
        // Zeros that cost nothing until they are touched, in huge pages where there are such.
        void* memory =
            mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) throw std::bad_alloc();
        madvise(memory, bytes(), MADV_HUGEPAGE);
        counts = (uint32_t*)memory;
    }
    ~Visits() {
        if (counts) munmap(counts, bytes());
    }
    Visits(const Visits&) = delete;
    Visits& operator=(const Visits&) = delete;

    // Makes room for so many more visits, as a count is of 32 bits.
    void expect(int64_t visits) {
        if (counts && expected + visits > UINT32_MAX) deliver();
        expected += visits;
    }

    template <class R>
    ALWAYS_INLINE void add(const Point<R>& p) {
        constexpr int lanes = Number<R>::lanes;
        R pixel;
        const Mask<R> inside = pixels.find(p, pixel);
        if constexpr (lanes == 1) {
            *next = int32_t(pixel);
            next += inside;
        } else {
            using Integers = typename PackOf<int32_t, 4 * lanes>::type;
            const Integers whole = __builtin_convertvector(pixel, Integers);
            for (int l = 0; l < lanes; ++l) {
                *next = whole[l];
                next -= inside[l];  // a lane that is true is -1
            }
        }
        if (UNLIKELY(next >= list + full)) count();
    }

    // Adds all that was counted to the caller's counts.
    void deliver() {
        if (!visits) return;
        count();
        if (!counts) return;
        static std::mutex one_at_a_time;
        const std::lock_guard<std::mutex> lock(one_at_a_time);
        for (size_t i = 0; i < size; ++i) visits[i] += std::exchange(counts[i], 0);
        expected = 0;
    }

private:
    size_t bytes() const { return size * sizeof(uint32_t); }

    void count() {
        if (counts)
            for (const int32_t* pixel = list; pixel < next; ++pixel) ++counts[*pixel];
        else
            for (const int32_t* pixel = list; pixel < next; ++pixel)
                __atomic_fetch_add(visits + *pixel, 1, __ATOMIC_RELAXED);
        next = list;
    }

    static constexpr int full = 4096;
    const Pixels pixels;
    int64_t* const visits;
    size_t size = 0;
    uint32_t* counts = nullptr;
    int64_t expected = 0;
    int32_t list[full + PACK_BYTES];
    int32_t* next = list;
};

template <template <class> class F>
class CpuOrbits : public ThreadedRun {
public:
    CpuOrbits(const PlanarParameters<F>& parameters, const OrbitJob& job)
        : ThreadedRun(thread_count(job.threads, job.count, lanes)), move(parameters), job(job) {
        const int64_t counts = int64_t(size()) * job.rows * job.columns;
        for (size_t i = 0; i < size(); ++i) visits.emplace_back(job, counts <= most_counts);
        start([this](size_t thread, SharedProgress& mine) { work(visits[thread], mine); });
    }
    ~CpuOrbits() override { stop(); }

private:
    using R = Pack<double>;
    static constexpr int lanes = Number<R>::lanes;

    void work(Visits& own_visits, SharedProgress& mine) {
        constexpr int packs = 4;  // hide each other's latency
        Progress done = {0, 0};
        if (job.count >= int64_t(size()) * packs * lanes)
            follow_all<packs>(own_visits, done, mine);
        else
            follow_all<1>(own_visits, done, mine);
        if (!is_cancelled()) own_visits.deliver();
    }

    template <int packs>
    void follow_all(Visits& own_visits, Progress& done, SharedProgress& mine) {
        constexpr int64_t side_by_side = packs * lanes;
        while (!is_cancelled()) {
            const int64_t first = next_orbit.fetch_add(side_by_side, std::memory_order_relaxed);
            if (first >= job.count) break;
            follow<packs>(first, std::min(side_by_side, job.count - first), own_visits, done, mine);
        }
    }

    // Orbits first, ..., first + count - 1. A lane without one is at not-a-number, on no pixel.
    template <int packs>
    void follow(int64_t first, int64_t count, Visits& own_visits, Progress& done,
                SharedProgress& mine) {
        Point<R> at[packs];
        const auto x = [&](int64_t i) { return (double*)&at[i / lanes].x + i % lanes; };
        const auto y = [&](int64_t i) { return (double*)&at[i / lanes].y + i % lanes; };
        for (int64_t i = 0; i < packs * lanes; ++i) {
            *x(i) = i < count ? job.x[first + i] : NAN;
            *y(i) = i < count ? job.y[first + i] : NAN;
        }
        for (int64_t step = 0; step < job.steps && !is_cancelled(); step += steps_between_looks) {
            const int64_t steps = std::min(steps_between_looks, job.steps - step);
            if (job.visits) {
                own_visits.expect(steps * count);
                walk(at, steps, [&](int64_t, int k) { own_visits.add(at[k]); });
            } else if (job.points) {
                double* points = job.points + 2 * (first * job.steps + step);
                walk(at, steps, [&](int64_t s, int k) {
                    for (int64_t i = k * lanes; i < std::min<int64_t>(count, (k + 1) * lanes);
                         ++i) {
                        points[2 * (i * job.steps + s)] = *x(i);
                        points[2 * (i * job.steps + s) + 1] = *y(i);
                    }
                });
            } else {
                walk(at, steps, [](int64_t, int) {});
            }
            done.steps += steps * count;
            mine.tell(done);
        }
        for (int64_t i = 0; i < count; ++i) {
            job.x[first + i] = *x(i);
            job.y[first + i] = *y(i);
        }
        done.points += count;
        mine.tell(done);
    }

    // Calls see(step, pack) before each step of each pack.
    template <int packs, class See>
    ALWAYS_INLINE void walk(Point<R> (&at)[packs], int64_t steps, const See& see) const {
        const PlanarStep<F, R> own_move = move;  // a copy, whose numbers can live in registers
        for (int64_t s = 0; s < steps; ++s)
            for (int k = 0; k < packs; ++k) {
                see(s, k);
                at[k] = own_move(at[k]);
            }
    }

    static constexpr int64_t steps_between_looks = 4096;
    static constexpr int64_t most_counts = int64_t(1) << 28;  // of all threads, 1 GiB

    const PlanarStep<F, R> move;
    const OrbitJob job;
    std::deque<Visits> visits;
    std::atomic<int64_t> next_orbit{0};
};

template <template <class> class F>
std::shared_ptr<Run> start_orbits(const PlanarParameters<F>& parameters, const OrbitJob& job) {
    return std::make_shared<CpuOrbits<F>>(parameters, job);
}

}  // namespace divergence
