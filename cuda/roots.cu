#include "boundary.h"
#include "halley.h"
#include "newton.h"
#include "newton_cycle.h"
#include "secant.h"

namespace divergence {

template <template <class, bool> class Method, bool plain>
struct WithCoefficients {
    template <class R>
    using Map = Method<R, plain>;
};

template <template <class, bool> class Method, class Visit>
auto choose_coefficients(const RootParameters& p, const Visit& visit) {
    if (is_plain(p.f)) return visit(Choice<WithCoefficients<Method, true>::template Map, double>());
    return visit(Choice<WithCoefficients<Method, false>::template Map, double>());
}

}  // namespace divergence

#define EXPORT_METHOD(NAME, METHOD)                                   \
    namespace divergence {                                            \
    template <class Visit>                                            \
    auto choose_##NAME(const RootParameters& p, const Visit& visit) { \
        return choose_coefficients<METHOD>(p, visit);                 \
    }                                                                 \
    }                                                                 \
    EXPORT_CHOICE(NAME, RootParameters, choose_##NAME)

EXPORT_METHOD(newton, Newton)
EXPORT_METHOD(newton_cycle, NewtonCycle)
EXPORT_METHOD(halley, Halley)
EXPORT_METHOD(secant, Secant)
EXPORT_METHOD(newton_mandelbrot, NewtonMandelbrot)
EXPORT_METHOD(newton_together, NewtonTogether)
