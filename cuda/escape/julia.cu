#include "julia.h"
#include "plane_jump.h"

namespace divergence {
template <class R>
using WholeJulia = Julia<R, WholePower>;
}  // namespace divergence

EXPORT_POWER_MAP(julia, Julia)
EXPORT_PLANE(julia, WholeJulia)
