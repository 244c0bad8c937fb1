#include "three_body.h"

#include "boundary.h"
#include "rough_pull.h"
#include "three_body_adaptive.h"

namespace divergence {

template <class R>
using Itself = R;

// A number type made from R, and how the pulls are found.
template <class T, template <class> class NumberOf = Itself, template <class> class PullsOf = Pulls>
struct Arithmetic {
    using Scalar = T;
    template <class Integrator>
    struct SteppedBy {
        template <class R>
        using Map = ThreeBody<NumberOf<R>, Integrator, PullsOf>;
    };
};

template <class Arithmetic, class Visit>
auto choose_integrator(const ThreeBodyParameters& p, const Visit& visit) {
    const auto with = [&](auto integrator) {
        using Stepped = typename Arithmetic::template SteppedBy<decltype(integrator)>;
        return visit(Choice<Stepped::template Map, typename Arithmetic::Scalar>());
    };
    switch (p.integrator) {
        case 0:
            return with(Euler());
        case 1:
            return with(AdamsBashforth<2>());
        case 2:
            return with(AdamsBashforth<4>());
        case 3:
            return with(Leapfrog());
    }
    throw std::invalid_argument("three_body knows no such integrator");
}

template <class Visit>
auto choose_three_body(const ThreeBodyParameters& p, const Visit& visit) {
    if (p.integrator == 4 && p.precision == 0) return visit(Choice<ThreeBodyAdaptive, double>());
    switch (p.precision) {
        case 0:
            return choose_integrator<Arithmetic<double>>(p, visit);
        case 1:
            return choose_integrator<Arithmetic<float>>(p, visit);
        case 2:
            return choose_integrator<Arithmetic<float, Pair>>(p, visit);
        case 3:
            return choose_integrator<Arithmetic<double, Itself, RoughPulls>>(p, visit);
    }
    throw std::invalid_argument("three_body knows no such precision");
}

}  // namespace divergence

EXPORT_CHOICE(three_body, ThreeBodyParameters, choose_three_body)
