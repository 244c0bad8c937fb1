// Work beside that of the engine: of one thread that may fail, or pixel by pixel.
#pragma once

#include <functional>

#include "engine_cpu.h"

namespace divergence {

// Is asked now and then with the steps taken and the points (or octaves) done; where it says no,
// the work ends there.
using GoOn = std::function<bool(int64_t steps, int64_t points)>;

// Work of one thread: what it throws is thrown again where it is asked for.
class LongWork : public ThreadedRun {
public:
    using Work = std::function<void(const GoOn&)>;

    explicit LongWork(Work long_work) : ThreadedRun(1), long_work(std::move(long_work)) {
        start([this](size_t, SharedProgress& mine) { work(mine); });
    }
    ~LongWork() override { stop(); }
    bool poll(double seconds, Progress& progress) override {
        const bool ended = ThreadedRun::poll(seconds, progress);
        if (ended && error) std::rethrow_exception(error);
        return ended;
    }

private:
    void work(SharedProgress& mine) {
        try {
            long_work([&](int64_t steps, int64_t points) {
                mine.tell({points, steps});
                return !is_cancelled();
            });
        } catch (...) {
            error = std::current_exception();
        }
    }
    Work long_work;
    std::exception_ptr error;
};

// Pixels on several threads, each of which draws some at a time.
class PixelsRun : public ThreadedRun {
public:
    using Find = std::function<int64_t(int64_t pixel)>;  // returns the steps that were taken

    PixelsRun(int64_t count, int64_t threads, Find find)
        : ThreadedRun(thread_count(threads, count, 1)), count(count), find(std::move(find)) {
        start([this](size_t, SharedProgress& mine) { work(mine); });
    }
    ~PixelsRun() override { stop(); }

private:
    void work(SharedProgress& mine) {
        Progress done{0, 0};
        const auto look_up = [&] {
            mine.tell(done);
            return !is_cancelled();
        };
        PointQueue queue(next_point, count, int64_t(size()) * 16, 1, look_up);
        for (int64_t i; (i = queue.next()) >= 0;) {
            done.steps += find(i);
            ++done.points;
        }
        mine.tell(done);
    }
    const int64_t count;
    const Find find;
    std::atomic<int64_t> next_point{0};
};

// Calls work with the first of some numbers of 64-bit digits that has so many bits.
template <int N, int... More, class Work>
void with_digits(int64_t bits, const Work& work) {
    if (bits <= 64 * N) {
        work(std::integral_constant<int, N>());
    } else if constexpr (sizeof...(More) > 0) {
        with_digits<More...>(bits, work);
    } else {
        throw std::invalid_argument("a reference orbit has at most " + std::to_string(64 * N) +
                                    " bits");
    }
}

}  // namespace divergence
