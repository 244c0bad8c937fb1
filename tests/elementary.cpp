// The functions of elementary.h and hyperbolic.h over arrays, each in packs of this build's width.
#include "../cuda/hyperbolic.h"

namespace divergence {

using R = Pack<double>;

template <class Function>
void map(const Function& function, const double* x, double* y, int64_t count) {
    for (int64_t i = 0; i < count; i += Number<R>::lanes) {
        R pack;
        memcpy(&pack, x + i, sizeof pack);
        pack = function(pack);
        memcpy(y + i, &pack, sizeof pack);
    }
}

}  // namespace divergence

// `count` must be a multiple of 8, which every pack's width divides.
#define FUNCTION(NAME)                                                                     \
    extern "C" void map_##NAME(const double* x, double* y, int64_t count) {                \
        divergence::map([](divergence::R x) { return divergence::NAME(x); }, x, y, count); \
    }
FUNCTION(exp)
FUNCTION(log)
FUNCTION(sin)
FUNCTION(cos)
FUNCTION(expm1)
FUNCTION(log1p)
FUNCTION(sinh)
FUNCTION(cosh)
FUNCTION(tanh)
FUNCTION(sqrt)
FUNCTION(floor)
FUNCTION(round)

extern "C" void map_atan2(const double* y, const double* x, double* angle, int64_t count) {
    using divergence::R;
    for (int64_t i = 0; i < count; i += divergence::Number<R>::lanes) {
        R up, across;
        memcpy(&up, y + i, sizeof up);
        memcpy(&across, x + i, sizeof across);
        up = divergence::atan2(up, across);
        memcpy(angle + i, &up, sizeof up);
    }
}
