"""Descent on the loss (1 - ab)^2, as an iterated map: rows D1 to D3 of docs/systems.md."""

from dataclasses import dataclass, fields
from typing import ClassVar

from .. import checks
from .base import Map, Parameter

__all__ = [
    "ComplexNewtonDescent",
    "Descent",
    "GradientDescent",
    "GradientNormDescent",
    "NewtonDescent",
]

BRANCHES = ("branch a, b > 0", "branch a, b < 0", "diverged")


@dataclass(frozen=True)
class Descent(Map):
    """Descent on the loss L(a, b) = (1 - ab)^2 from the start (a, b), which is the pixel.

    Its minima are the two branches of the hyperbola ab = 1, and the origin is a saddle. A point
    stops when |1 - ab| < `tolerance`, or when |a| + |b| > `bound`, having diverged.
    """

    family: ClassVar[str] = "descent"

    def __post_init__(self) -> None:
        for field in fields(self):
            value = checks.number(field.name, getattr(self, field.name), positive=True)
            object.__setattr__(self, field.name, value)  # the dataclass is frozen

    def parameters(self) -> dict[str, Parameter]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True)
class GradientDescent(Descent):
    """Steps of gradient descent on L = (1 - ab)^2 until it ends.

    a' = a + 2 eta b (1 - ab), b' = b + 2 eta a (1 - ab). A minimum with a^2 + b^2 > 1/eta repels.

    Attributes:
        eta: the learning rate, positive.
        tolerance: a point whose |1 - ab| is below it has arrived.
        bound: a point whose |a| + |b| is above it has diverged.

    Raises:
        ValueError: a value is not a positive number.
    """

    name: ClassVar[str] = "gradient-descent"
    fate_names: ClassVar[tuple[str, ...]] = BRANCHES

    eta: float = 0.25
    tolerance: float = 1e-6
    bound: float = 100.0


@dataclass(frozen=True)
class GradientNormDescent(Descent):
    """Steps of descent on the squared norm of the gradient of L = (1 - ab)^2 until it ends.

    With p = ab and s = a^2 + b^2: a' = a + 4 eta (1 - p) (b s - (1 - p) a), and b' with a and b
    exchanged. The saddle at the origin attracts, as the gradient vanishes there too.

    Attributes:
        eta: the learning rate, positive.
        tolerance: a point whose |1 - ab| or |a| + |b| is below it has arrived.
        bound: a point whose |a| + |b| is above it has diverged.

    Raises:
        ValueError: a value is not a positive number.
    """

    name: ClassVar[str] = "gradient-norm-descent"
    fate_names: ClassVar[tuple[str, ...]] = (*BRANCHES, "origin")

    eta: float = 0.1
    tolerance: float = 1e-6
    bound: float = 100.0


@dataclass(frozen=True)
class NewtonDescent(Descent):
    """Steps of Newton's method on the gradient of L = (1 - ab)^2 until it ends.

    With p = ab: (a, b)' = (a, b) 2p / (3p - 1). A step from where 3p - 1 is nearly 0 goes far, but
    comes back by two thirds a step: only what the bound calls so diverges.

    Attributes:
        tolerance: a point whose |1 - ab| or |a| + |b| is below it has arrived.
        bound: a point whose |a| + |b| is above it has diverged.

    Raises:
        ValueError: a value is not a positive number.
    """

    name: ClassVar[str] = "newton-descent"
    fate_names: ClassVar[tuple[str, ...]] = (*BRANCHES, "origin")

    tolerance: float = 1e-6
    bound: float = 1e12


@dataclass(frozen=True)
class ComplexNewtonDescent(Descent):
    """Steps of NewtonDescent() as the complex number p = ab sees them until it ends.

    p' = 4 p^3 / (3p - 1)^2, which has a super-attracting 0, the saddle, and 1, the minima.

    Attributes:
        tolerance: a point whose |1 - p| or |p| is below it has arrived.
        bound: a point whose |p| is above it has diverged.

    Raises:
        ValueError: a value is not a positive number.
    """

    name: ClassVar[str] = "complex-newton-descent"
    fate_names: ClassVar[tuple[str, ...]] = ("minimum", "origin", "diverged")

    tolerance: float = 1e-6
    bound: float = 1e12
