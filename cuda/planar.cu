#include "clifford.h"
#include "grid_map.h"
#include "henon.h"
#include "information_map.h"
#include "linear_swirl.h"
#include "logistic_map.h"
#include "orbits_boundary.h"
#include "pendulum.h"
#include "planar_times.h"
#include "quadratic_map.h"
#include "reversed_henon.h"

// Each planar map F can escape, can have a twin, and has orbits.
#define EXPORT_PLANAR(NAME, F)         \
    namespace divergence {             \
    template <class R>                 \
    using F##Escape = Escape<F, R>;    \
    template <class R>                 \
    using F##Twins = Twins<F, R>;      \
    }                                  \
    EXPORT_MAP(NAME, F##Escape)        \
    EXPORT_MAP(NAME##_twins, F##Twins) \
    EXPORT_ORBITS(NAME, F)

EXPORT_PLANAR(henon, Henon)
EXPORT_PLANAR(reversed_henon, ReversedHenon)
EXPORT_PLANAR(clifford, Clifford)
EXPORT_PLANAR(grid_map, GridMap)
EXPORT_PLANAR(pendulum, Pendulum)
EXPORT_PLANAR(linear_swirl, LinearSwirl)
EXPORT_PLANAR(logistic_map, LogisticMap)
EXPORT_PLANAR(quadratic_map, QuadraticMap)
EXPORT_PLANAR(information_map, InformationMap)

namespace divergence {
template <class R>
using CliffordArrival = Arrival<Clifford, R>;
}
EXPORT_MAP(clifford_basin, CliffordArrival)
