#include "newton.h"
#include "plane_jump.h"

namespace divergence {
template <class R>
using NewtonOfAny = Newton<R, false>;
}  // namespace divergence

EXPORT_METHOD(newton, Newton)
EXPORT_PLANE(newton, NewtonOfAny)
