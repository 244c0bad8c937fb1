// The C boundary of orbits: jobs like the others, under tickets from the same counter.
#pragma once

#include "boundary.h"

#ifdef __CUDACC__
#include "orbits_cuda.h"
#else
#include "orbits_cpu.h"
#endif

EXPORT int64_t divergence_orbit_job_size() { return sizeof(divergence::OrbitJob); }

// Exports the orbits of a planar map F.
#define EXPORT_ORBITS(NAME, F)                                               \
    EXPORT int64_t divergence_##NAME##_orbits_parameters_size() {            \
        return sizeof(divergence::PlanarParameters<divergence::F>);          \
    }                                                                        \
    EXPORT int divergence_##NAME##_orbits_submit(                            \
        const divergence::PlanarParameters<divergence::F>* parameters,       \
        const divergence::OrbitJob* job, int64_t* ticket) {                  \
        return divergence::guarded([&] {                                     \
            *ticket = divergence::tickets().add(                             \
                divergence::start_orbits<divergence::F>(*parameters, *job)); \
            return divergence::done;                                         \
        });                                                                  \
    }
