// The elementary functions over arrays, for formulas that are interpreted: the kernels' own, since
// those of a C library differ in last bits from machine to machine.
#include "boundary.h"
#include "hyperbolic.h"

namespace divergence {

// function(a, b) of each pair; scalars, as the compiler packs them where it can.
template <class Function>
void over_arrays(const Function& function, const double* a, const double* b, double* to,
                 int64_t count) {
    for (int64_t i = 0; i < count; ++i) to[i] = function(a[i], b[i]);
}

}  // namespace divergence

#define ELEMENTARY(NAME)                                                                        \
    EXPORT int divergence_elementary_##NAME(const double* a, const double* b, double* to,       \
                                            int64_t count) {                                    \
        (void)b;                                                                                \
        divergence::over_arrays([](double x, double) { return divergence::NAME(x); }, a, a, to, \
                                count);                                                         \
        return divergence_done;                                                                 \
    }
ELEMENTARY(exp)
ELEMENTARY(log)
ELEMENTARY(sin)
ELEMENTARY(cos)
ELEMENTARY(expm1)
ELEMENTARY(log1p)
ELEMENTARY(sinh)
ELEMENTARY(cosh)
ELEMENTARY(tanh)

EXPORT int divergence_elementary_atan2(const double* a, const double* b, double* to,
                                       int64_t count) {
    divergence::over_arrays([](double y, double x) { return divergence::atan2(y, x); }, a, b, to,
                            count);
    return divergence_done;
}
