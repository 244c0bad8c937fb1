#include "boundary.h"

#ifndef __CUDACC__  // references and jets are the work of one core
#include "three_body_reference.h"

namespace divergence {

// Work of one thread that may fail: what it throws is thrown again where it is asked for.
class LongWork : public ThreadedRun {
public:
    using GoOn = std::function<bool(int64_t steps, int64_t points)>;
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

EXPORT int64_t divergence_reference_job_size() { return sizeof(divergence::ReferenceJob); }

EXPORT int divergence_three_body_reference_submit(const divergence::ThreeBodyParameters* parameters,
                                                  const divergence::ReferenceJob* job,
                                                  int64_t* ticket) {
    return divergence::guarded([&] {
        const auto work =
            [p = *parameters, job = *job, x = std::string(job->x),
             y = std::string(job->y)](const divergence::LongWork::GoOn& go_on) mutable {
                job.x = x.c_str();
                job.y = y.c_str();
                divergence::with_digits<3, 4, 5, 6, 8, 12, 18>(job.bits, [&](auto digits) {
                    divergence::follow_reference<digits>(p, job, go_on);
                });
            };
        *ticket = divergence::tickets().add(std::make_shared<divergence::LongWork>(work));
        return divergence::done;
    });
}

EXPORT int divergence_three_body_jet_states(const double* jets, double shift, int64_t octave,
                                            const double* u, const double* v, int64_t count,
                                            double* states) {
    return divergence::guarded([&] {
        divergence::states_of_jets(jets, shift, octave, u, v, count, states);
        return divergence::done;
    });
}
#endif
