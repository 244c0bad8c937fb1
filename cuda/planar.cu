#include "boundary.h"
#include "henon.h"
#include "linear_swirl.h"
#include "planar_times.h"
#include "reversed_henon.h"

// Each planar map F can escape and can have a twin.
#define EXPORT_PLANAR(NAME, F)      \
    namespace divergence {          \
    template <class R>              \
    using F##Escape = Escape<F, R>; \
    template <class R>              \
    using F##Twins = Twins<F, R>;   \
    }                               \
    EXPORT_MAP(NAME, F##Escape)     \
    EXPORT_MAP(NAME##_twins, F##Twins)

EXPORT_PLANAR(henon, Henon)
EXPORT_PLANAR(reversed_henon, ReversedHenon)
EXPORT_PLANAR(linear_swirl, LinearSwirl)
