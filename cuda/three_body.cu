#include "three_body.h"

#include "boundary.h"

namespace divergence {

template <class Integrator>
struct SteppedBy {
    template <class R>
    using Map = ThreeBody<R, Integrator>;
};

template <class T, class Visit>
auto choose_integrator(const ThreeBodyParameters& p, const Visit& visit) {
    switch (p.integrator) {
        case 0:
            return visit(Choice<SteppedBy<Euler>::Map, T>());
        case 1:
            return visit(Choice<SteppedBy<AdamsBashforth<2>>::Map, T>());
        case 2:
            return visit(Choice<SteppedBy<AdamsBashforth<4>>::Map, T>());
        case 3:
            return visit(Choice<SteppedBy<Leapfrog>::Map, T>());
    }
    throw std::invalid_argument("three_body knows no such integrator");
}

template <class Visit>
auto choose_three_body(const ThreeBodyParameters& p, const Visit& visit) {
    switch (p.precision) {
        case 0:
            return choose_integrator<double>(p, visit);
        case 1:
            return choose_integrator<float>(p, visit);
    }
    throw std::invalid_argument("three_body knows no such precision");
}

}  // namespace divergence

EXPORT_CHOICE(three_body, ThreeBodyParameters, choose_three_body)
