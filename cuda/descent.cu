#include "boundary.h"
#include "gradient_descent.h"
#include "newton_descent.h"

namespace divergence {

template <class R>
using DescendGradient = Descent<GradientDescent, R>;
template <class R>
using DescendGradientNorm = Descent<GradientNormDescent, R>;
template <class R>
using DescendNewton = Descent<NewtonDescent, R>;

}  // namespace divergence

EXPORT_MAP(gradient_descent, DescendGradient)
EXPORT_MAP(gradient_norm_descent, DescendGradientNorm)
EXPORT_MAP(newton_descent, DescendNewton)
EXPORT_MAP(complex_newton_descent, ComplexNewtonDescent)
