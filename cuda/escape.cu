#include "boundary.h"
#include "julia.h"
#include "logistic.h"
#include "mandelbrot.h"

namespace divergence {

template <template <class, template <class> class> class PowerMap, template <class> class Power>
struct RaisedBy {
    template <class R>
    using Map = PowerMap<R, Power>;
};

template <template <class, template <class> class> class PowerMap, class Parameters, class Visit>
auto choose_power(const Parameters& p, const Visit& visit) {
    if (!is_natural(p.exponent[0], p.exponent[1]))
        return visit(Choice<RaisedBy<PowerMap, AnyPower>::template Map, double>());
    if (p.exponent[0] != 2)
        return visit(Choice<RaisedBy<PowerMap, WholePower>::template Map, double>());
    return visit(Choice<RaisedBy<PowerMap, Square>::template Map, double>());
}

template <class Visit>
auto choose_julia(const JuliaParameters& p, const Visit& visit) {
    return choose_power<Julia>(p, visit);
}
template <class Visit>
auto choose_mandelbrot(const MandelbrotParameters& p, const Visit& visit) {
    return choose_power<Mandelbrot>(p, visit);
}

}  // namespace divergence

EXPORT_CHOICE(julia, JuliaParameters, choose_julia)
EXPORT_CHOICE(mandelbrot, MandelbrotParameters, choose_mandelbrot)
EXPORT_MAP(logistic_z, LogisticZ)
EXPORT_MAP(logistic_r, LogisticR)
