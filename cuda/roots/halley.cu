#include "halley.h"
#include "plane_jump.h"

namespace divergence {
template <class R>
using HalleyOfAny = Halley<R, false>;
}  // namespace divergence

EXPORT_METHOD(halley, Halley)
EXPORT_PLANE(halley, HalleyOfAny)
