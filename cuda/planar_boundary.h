// The C boundary of planar maps: each can escape, has orbits, and can have a twin.
#pragma once

#include "boundary.h"
#include "planar_times.h"

#ifdef __CUDACC__
#include "orbits_cuda.h"
#else
#include "orbits_cpu.h"
#endif

namespace divergence {

template <class F, class = void>
constexpr bool has_difference = false;
template <class F>
constexpr bool has_difference<F, std::void_t<decltype(&F::difference)>> = true;

// Twins where F has a difference; else the choice is refused.
template <template <class> class F>
struct TwinsOf {
    template <class R>
    using Map = Twins<F, R>;
    using Only = Choice<Map, double>;
};
template <template <class> class F, class Visit>
auto choose_twins(const char* name, const Visit& visit)
    -> decltype(visit(typename TwinsOf<F>::Only())) {
    if constexpr (has_difference<F<double>>) return visit(typename TwinsOf<F>::Only());
    throw std::invalid_argument(std::string(name) + " has no twins: its kernel has no difference");
}

template <template <class> class F>
int submit_orbits(const PlanarParameters<F>& parameters, const OrbitJob& job, int64_t* ticket) {
    return guarded([&] { *ticket = tickets().add(start_orbits<F>(parameters, job)); });
}

}  // namespace divergence

// Exports the orbits of a planar map F.
#define EXPORT_ORBITS(NAME, F)                                                           \
    namespace divergence {                                                               \
    EXPORT const char* divergence_##NAME##_orbits_parameters() {                         \
        return describe_parameters<PlanarParameters<F>>();                               \
    }                                                                                    \
    EXPORT int divergence_##NAME##_orbits_submit(const PlanarParameters<F>* parameters,  \
                                                 const OrbitJob* job, int64_t* ticket) { \
        return submit_orbits<F>(*parameters, *job, ticket);                              \
    }                                                                                    \
    }

// Exports all of a planar map F.
#define EXPORT_PLANAR(NAME, F)                                                  \
    namespace divergence {                                                      \
    template <class R>                                                          \
    using F##Escape = Escape<F, R>;                                             \
    template <class Visit>                                                      \
    auto choose_##NAME##_twins(const TwinsParameters<F>&, const Visit& visit) { \
        return choose_twins<F>(#NAME, visit);                                   \
    }                                                                           \
    }                                                                           \
    EXPORT_MAP(NAME, F##Escape)                                                 \
    EXPORT_CHOICE(NAME##_twins, TwinsParameters<F>, choose_##NAME##_twins)      \
    EXPORT_ORBITS(NAME, F)

// Exports the references of a planar map F and of its twins, for windows of any depth.
#define EXPORT_PLANES(NAME, F)    \
    namespace divergence {        \
    template <class R>            \
    using F##Twins = Twins<F, R>; \
    }                             \
    EXPORT_PLANE(NAME, F##Escape) \
    EXPORT_PLANE(NAME##_twins, F##Twins)

// Exports the basin of a planar map F: steps until a point arrives in a diamond.
#define EXPORT_ARRIVAL(NAME, F)       \
    namespace divergence {            \
    template <class R>                \
    using F##Arrival = Arrival<F, R>; \
    }                                 \
    EXPORT_MAP(NAME, F##Arrival)
