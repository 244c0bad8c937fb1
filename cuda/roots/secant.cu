#include "plane_jump.h"
#include "secant.h"

namespace divergence {
template <class R>
using SecantOfAny = Secant<R, false>;
}  // namespace divergence

EXPORT_METHOD(secant, Secant)
EXPORT_PLANE(secant, SecantOfAny)
