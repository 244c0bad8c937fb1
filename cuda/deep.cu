#include "boundary.h"

#ifndef __CUDACC__  // references and jets are the work of one core
#include "julia.h"
#include "logistic.h"
#include "mandelbrot.h"
#include "perturbation.h"
#include "plane_jump.h"
#include "three_body_reference.h"

namespace divergence {

// Work of one thread that may fail: what it throws is thrown again where it is asked for.
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

// Pixels on several threads, each of which draws some at a time.
class PerturbationRun : public ThreadedRun {
public:
    PerturbationRun(const PerturbationJob& job, Perturbation::Fraction fraction)
        : ThreadedRun(thread_count(job.threads, job.count, 1)),
          count(job.count),
          pixels(job, std::move(fraction)) {
        start([this](size_t, SharedProgress& mine) { work(mine); });
    }
    ~PerturbationRun() override { stop(); }

private:
    void work(SharedProgress& mine) {
        Progress done{0, 0};
        const auto look_up = [&] {
            mine.tell(done);
            return !is_cancelled();
        };
        PointQueue queue(next_point, count, int64_t(size()) * 16, 1, look_up);
        for (int64_t i; (i = queue.next()) >= 0;) {
            done.steps += pixels.find(i);
            ++done.points;
        }
        mine.tell(done);
    }
    const int64_t count;
    const Perturbation pixels;
    std::atomic<int64_t> next_point{0};
};

// The map's own fraction of a pixel that has escaped to z, which is `offset + scale z` to the map.
template <class Map>
Perturbation::Fraction fraction_of(const typename Map::Parameters& parameters,
                                   const PerturbationJob& job) {
    return [map = Map(parameters), job](const Complex<double>& z, int64_t i) {
        const double unit = double(Extended(job.unit, job.unit_exponent));
        const Complex<double> pixel{job.center[0] + unit * job.u[i],
                                    job.center[1] + unit * job.v[i]};
        return map.fraction({job.escape.place(z), pixel});
    };
}

template <template <class> class Map>
int64_t submit_plane(const typename Map<double>::Parameters& p, const ReferenceJob& asked) {
    const auto work = [p, job = asked, x = std::string(asked.x),
                       y = std::string(asked.y)](const GoOn& go_on) mutable {
        job.x = x.c_str();
        job.y = y.c_str();
        with_digits<4, 8, 16, 32>(job.bits,
                                  [&](auto digits) { follow_plane<Map, digits>(p, job, go_on); });
    };
    return tickets().add(std::make_shared<LongWork>(work));
}
template <class R>
using WholeJulia = Julia<R, WholePower>;

#define EXPORT_PLANE(NAME, MAP)                                                             \
    EXPORT int divergence_##NAME##_plane_submit(const MAP<double>::Parameters* parameters,  \
                                                const ReferenceJob* job, int64_t* ticket) { \
        return guarded([&] { *ticket = submit_plane<MAP>(*parameters, *job); });            \
    }
EXPORT_PLANE(julia, WholeJulia)
EXPORT_PLANE(logistic_z, LogisticZ)

EXPORT int divergence_plane_jet_states(const double* jets, int64_t numbers, const double* u,
                                       const double* v, int64_t count, double* states) {
    return guarded([&] { states_of_plane(jets, numbers, u, v, count, states); });
}

EXPORT const char* divergence_orbit_reference_job_fields() {
    return describe_parameters<OrbitReferenceJob>();
}
EXPORT const char* divergence_perturbation_job_fields() {
    return describe_parameters<PerturbationJob>();
}

// Of no map: it has no parameters.
EXPORT int divergence_orbit_reference_submit(const void*, const OrbitReferenceJob* job,
                                             int64_t* ticket) {
    return guarded([&] {
        const auto work = [job = *job, re = std::string(job->re),
                           im = std::string(job->im)](const GoOn& go_on) {
            OrbitReferenceJob own = job;
            own.re = re.c_str();
            own.im = im.c_str();
            with_digits<2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 144>(
                job.bits, [&](auto digits) { follow_orbit<digits>(own, go_on); });
        };
        *ticket = tickets().add(std::make_shared<LongWork>(work));
    });
}

EXPORT int divergence_mandelbrot_perturbation_submit(const MandelbrotParameters* parameters,
                                                     const PerturbationJob* job, int64_t* ticket) {
    return guarded([&] {
        using Map = Mandelbrot<double, WholePower>;
        *ticket = tickets().add(
            std::make_shared<PerturbationRun>(*job, fraction_of<Map>(*parameters, *job)));
    });
}
EXPORT int divergence_logistic_r_perturbation_submit(const LogisticRParameters* parameters,
                                                     const PerturbationJob* job, int64_t* ticket) {
    return guarded([&] {
        using Map = LogisticR<double>;
        *ticket = tickets().add(
            std::make_shared<PerturbationRun>(*job, fraction_of<Map>(*parameters, *job)));
    });
}

EXPORT const char* divergence_reference_job_fields() { return describe_parameters<ReferenceJob>(); }

EXPORT int divergence_three_body_reference_submit(const ThreeBodyParameters* parameters,
                                                  const ReferenceJob* job, int64_t* ticket) {
    return guarded([&] {
        const auto work = [p = *parameters, job = *job, x = std::string(job->x),
                           y = std::string(job->y)](const GoOn& go_on) mutable {
            job.x = x.c_str();
            job.y = y.c_str();
            with_digits<3, 4, 5, 6, 8, 12, 18>(
                job.bits, [&](auto digits) { follow_reference<digits>(p, job, go_on); });
        };
        *ticket = tickets().add(std::make_shared<LongWork>(work));
    });
}

EXPORT int divergence_three_body_jet_states(const double* jets, double shift, int64_t octave,
                                            const double* u, const double* v, int64_t count,
                                            double* states) {
    return guarded([&] { states_of_jets(jets, shift, octave, u, v, count, states); });
}

}  // namespace divergence
#endif
