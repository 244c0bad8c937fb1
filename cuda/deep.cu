#include "boundary.h"

#ifndef __CUDACC__  // references and jets are the work of one core
#include "logistic.h"
#include "mandelbrot.h"
#include "perturbation.h"
#include "three_body_reference.h"

namespace divergence {

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

int64_t submit_pixels(const PerturbationJob& job, Perturbation::Fraction fraction) {
    const auto pixels = std::make_shared<Perturbation>(job, std::move(fraction));
    const auto find = [pixels](int64_t i) { return pixels->find(i); };
    return tickets().add(std::make_shared<PixelsRun>(job.count, job.threads, find));
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
        *ticket = submit_pixels(*job, fraction_of<Map>(*parameters, *job));
    });
}
EXPORT int divergence_logistic_r_perturbation_submit(const LogisticRParameters* parameters,
                                                     const PerturbationJob* job, int64_t* ticket) {
    return guarded([&] {
        using Map = LogisticR<double>;
        *ticket = submit_pixels(*job, fraction_of<Map>(*parameters, *job));
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
                                            int64_t in_pairs, double* states) {
    return guarded(
        [&] { states_of_jets(jets, shift, octave, u, v, count, in_pairs != 0, states); });
}

}  // namespace divergence

EXPORT_MAP(three_body_in_pairs, ThreeBodyInPairs)
#endif
