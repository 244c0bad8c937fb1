// The engine on the CPU: one worker a thread, each a SIMD pack wide, all fed from one queue.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "run.h"

namespace divergence {

// Hands out the points of a job in order, until there are no more or go_on() says no, which each
// thread asks whenever it draws. While many are left it draws many at a time, so that threads do
// not share cache lines; and few at last, so that all end together.
template <class GoOn>
class PointQueue {
public:
    PointQueue(std::atomic<int64_t>& shared, int64_t points, int64_t threads, int64_t lanes,
               GoOn ask)
        : next_point(shared), count(points), draws(8 * threads), lanes(lanes), go_on(ask) {}
    int64_t next() {
        if (at == end && go_on()) {
            const int64_t left = count - next_point.load(std::memory_order_relaxed);
            int64_t chunk = std::clamp<int64_t>(left / draws, 1, 8192);
            if (chunk > lanes) chunk -= chunk % lanes;
            at = next_point.fetch_add(chunk, std::memory_order_relaxed);
            end = std::min(at + chunk, count);
            if (at >= count) at = end = count;
        }
        return at < end ? at++ : -1;
    }
    // Takes at most so many points in a row; returns how many, and the first of them.
    int next(int most, int64_t& first) {
        first = next();
        if (first < 0) return 0;
        const int more = int(std::min<int64_t>(most - 1, end - at));
        at += more;
        return more + 1;
    }

private:
    std::atomic<int64_t>& next_point;
    const int64_t count, draws, lanes;
    int64_t at = 0, end = 0;
    GoOn go_on;
};

// A run on several threads.
class ThreadedRun : public Run {
public:
    bool poll(double seconds, Progress& sum) override {
        std::unique_lock<std::mutex> lock(mutex);
        const bool ended = all_idle.wait_for(lock, std::chrono::duration<double>(seconds),
                                             [&] { return idle == progress.size(); });
        sum = {0, 0};
        for (const auto& each : progress) {
            sum.points += each.points.load(std::memory_order_relaxed);
            sum.steps += each.steps.load(std::memory_order_relaxed);
        }
        return ended;
    }

protected:
    struct alignas(64) SharedProgress {  // a cache line each
        std::atomic<int64_t> points{0}, steps{0};

        void tell(const Progress& done) {
            points.store(done.points, std::memory_order_relaxed);
            steps.store(done.steps, std::memory_order_relaxed);
        }
    };

    explicit ThreadedRun(size_t thread_count) : progress(thread_count) {}

    // As many threads as are wanted and find something to do, at `grain` points a thread.
    static size_t thread_count(int64_t wanted, int64_t points, int64_t grain) {
        if (wanted <= 0) wanted = std::thread::hardware_concurrency();
        return size_t(std::max<int64_t>(1, std::min(wanted, (points + grain - 1) / grain)));
    }

    // Calls work(thread, its progress) on every thread. What derives from this calls it last in its
    // constructor, and stop() in its destructor.
    template <class Work>
    void start(const Work& work) {
        try {
            for (size_t i = 0; i < progress.size(); ++i)
                threads.emplace_back([this, work, i] {
                    work(i, progress[i]);
                    const std::lock_guard<std::mutex> lock(mutex);
                    ++idle;
                    all_idle.notify_all();
                });
        } catch (...) {
            stop();
            throw;
        }
    }

    void stop() {
        cancelled = true;
        for (auto& thread : threads) thread.join();
        threads.clear();
    }

    bool is_cancelled() const { return cancelled.load(std::memory_order_relaxed); }
    size_t size() const { return progress.size(); }

private:
    std::vector<SharedProgress> progress;
    std::atomic<bool> cancelled{false};
    std::mutex mutex;
    std::condition_variable all_idle;
    size_t idle = 0;
    std::vector<std::thread> threads;
};

template <template <class> class Map, class T>
class CpuRun : public ThreadedRun {
public:
    CpuRun(const typename Map<T>::Parameters& parameters, const Job& job)
        : ThreadedRun(thread_count(job.threads, job.count, lanes)),
          pack_map(parameters),
          one_map(parameters),
          job(job) {
        start([this](size_t, SharedProgress& mine) { work(mine); });
    }
    ~CpuRun() override { stop(); }

private:
    using R = Pack<T>;
    static constexpr int64_t lanes = Worker<Map, R>::lanes;

    void work(SharedProgress& mine) {
        // Copies, so that the compiler can keep constants in registers.
        const Map<R> map = pack_map;
        const Map<T> one = one_map;
        const Job own_job = job;
        Worker<Map, R> worker;
        const auto look_up = [&] {
            mine.tell(worker.done);
            return !is_cancelled();
        };
        PointQueue queue(next_point, own_job.count, int64_t(size()), lanes, look_up);
        worker.begin(map, one, own_job, queue);
        do worker.advance(map, one, own_job, queue, steps_between_looks);
        while (look_up() && worker.live > 0);
    }

    static constexpr int64_t steps_between_looks = 4096;

    const Map<R> pack_map;
    const Map<T> one_map;
    const Job job;
    std::atomic<int64_t> next_point{0};
};

template <class Choice>
std::shared_ptr<Run> start_run(const typename Choice::Parameters& parameters, const Job& job) {
    return std::make_shared<CpuRun<Choice::template Map, typename Choice::Scalar>>(parameters, job);
}

inline int64_t count_devices() { return 1; }
inline std::string name_device(int64_t) {
    return std::to_string(std::thread::hardware_concurrency()) + " threads of " +
           std::to_string(8 * PACK_BYTES) + " bits";
}

}  // namespace divergence
