"""Methods that find the roots of a polynomial: rows R1 to R7 of docs/systems.md."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from .. import checks
from .base import Map, Parameter, parts
from .polynomial import MAX_DEGREE, MAX_TERMS, Polynomial, plain_text

__all__ = [
    "Halley",
    "Newton",
    "NewtonCycle",
    "NewtonMandelbrot",
    "NewtonTogether",
    "RootMap",
    "Secant",
]

REACH = 0.01


@dataclass(frozen=True)
class RootMap(Map):
    """A method that steps from z towards a root of f.

    The time of a point is the number of the step, counted from 0, that moved it by less than
    `tol`, |z' - z| < tol, or the step limit. A fate of k + 1 is root k of `roots`, reached to
    within 0.01 or half the distance of any two roots; 0 is none of them.

    f is text, such as "x^5-x-1", with up to 16 terms, whose coefficients and exponents are any
    complex numbers (see polynomial.Polynomial.parse). Natural powers are multiplied out; others are
    exp(e log z) on the principal branch, with a cut along the negative real axis.
    """

    family: ClassVar[str] = "roots"

    def __post_init__(self) -> None:
        try:
            text = plain_text(vars(self)["f"])
            Polynomial.parse(text)
            object.__setattr__(self, "f", text)  # the dataclass is frozen
        except ValueError as error:
            raise ValueError(f"f {error}") from None
        tolerance = checks.number(self.tolerance, getattr(self, self.tolerance), minimum=self.least)
        object.__setattr__(self, self.tolerance, tolerance)

    tolerance: ClassVar[str] = "tol"  # the field that has it
    least: ClassVar[float] = 1e-100

    arithmetic: ClassVar[int] = 2

    @property
    def polynomial(self) -> Polynomial:
        """f, whose roots are sought."""
        return Polynomial.parse(vars(self)["f"])

    @cached_property
    def roots(self) -> tuple[complex, ...]:
        """The roots of f that fates are counted from; see Polynomial.roots()."""
        return self.polynomial.roots()

    @property
    def fate_names(self) -> tuple[str, ...]:  # type: ignore[override] # they depend on f
        return tuple(f"{root:.6g}" for root in self.roots)

    def parameters(self) -> dict[str, Parameter]:
        f = self.polynomial
        roots, found = self.roots, f.distinct_roots()
        distances = [abs(a - b) for i, a in enumerate(roots) for b in roots[:i]]
        return {
            "coefficients": _padded((c for c, _ in f.terms), MAX_TERMS),
            "exponents": _padded((e for _, e in f.terms), MAX_TERMS),
            "terms": len(f.terms),
            "tolerance": getattr(self, self.tolerance),
            "roots": _padded(roots, MAX_DEGREE),
            "reach": min([REACH, *(distance / 2 for distance in distances)]),
            "multiplicities": _filled(float(root.multiplicity) for root in found),
            "blurs": _filled(root.blur for root in found),
            "root_count": len(roots),
        }


def _filled(numbers: Iterable[float]) -> tuple[float, ...]:
    row = tuple(numbers)
    return (*row, *[0.0] * (MAX_DEGREE - len(row)))


def _padded(numbers: Iterable[complex], count: int) -> tuple[float, ...]:
    flat = [part for number in numbers for part in parts(number)]
    return (*flat, *[0.0] * (2 * count - len(flat)))


@dataclass(frozen=True)
class Newton(RootMap):
    """Steps of Newton's method, z' = z - f/f', from the pixel. Rows R1 to R3.

    Attributes:
        f: the polynomial, as text.
        tol: the method has arrived when a step is shorter than this.

    Raises:
        ValueError: f cannot be read, or tol is not positive.
    """

    name: ClassVar[str] = "newton"

    f: str = "x^3-1"
    tol: float = 1e-7


@dataclass(frozen=True)
class NewtonCycle(RootMap):
    """Steps of Newton's method until it comes back to where it was three steps before. Row R1.

    So it stops at roots and on orbits of period 3, one step after three that end within `tol` of
    where they began. The last fate is an orbit; x^5 - x - 1 has one that attracts.

    Attributes:
        f: the polynomial, as text.
        tol: how near it has to come.

    Raises:
        ValueError: f cannot be read, or tol is not positive.
    """

    name: ClassVar[str] = "newton-cycle"

    f: str = "x^5-x-1"
    tol: float = 1e-7

    @property
    def fate_names(self) -> tuple[str, ...]:  # type: ignore[override]
        return (*super().fate_names, "an orbit of period 3")


@dataclass(frozen=True)
class Halley(RootMap):
    """Steps of Halley's method, z' = z - 2 f f' / (2 f'^2 - f f''), from the pixel. Row R4.

    Attributes:
        f: the polynomial, as text.
        tol: the method has arrived when a step is shorter than this.

    Raises:
        ValueError: f cannot be read, or tol is not positive.
    """

    name: ClassVar[str] = "halley"

    f: str = "x^3-1"
    tol: float = 1e-9


@dataclass(frozen=True)
class Secant(RootMap):
    """Steps of the secant method, z'' = z' - f(z') (z' - z) / (f(z') - f(z)). Row R5.

    The pixel is the second point, and half of it the first.

    Attributes:
        f: the polynomial, as text.
        tol: the method has arrived when a step is shorter than this.

    Raises:
        ValueError: f cannot be read, or tol is not positive.
    """

    name: ClassVar[str] = "secant"

    f: str = "x^3-1"
    tol: float = 1e-7


@dataclass(frozen=True)
class NewtonMandelbrot(RootMap):
    """Steps of z' = z - f/f' + a from z = 0, where a is the pixel, until z rests. Row R6.

    Where it rests f/f' = a, so that it is at no root of f, and there is one fate only.

    Attributes:
        f: the polynomial, as text; f'(0) must not be 0, or no point moves.
        tol: the method has arrived when a step is shorter than this.

    Raises:
        ValueError: f cannot be read, or tol is not positive.
    """

    name: ClassVar[str] = "newton-mandelbrot"
    fate_names: ClassVar[tuple[str, ...]] = ("rests",)

    f: str = "x^5-x-1"
    tol: float = 1e-7


@dataclass(frozen=True)
class NewtonTogether(RootMap):
    """Steps of Newton's method until two iterates are as close as they started. Row R7.

    The second starts `shift` to the right of the pixel. The time is the number of the step, counted
    from 0, that left them no further apart than `shift`; there is one fate only.

    Attributes:
        f: the polynomial, as text.
        shift: by which the two start apart, at least 1e-12.

    Raises:
        ValueError: f cannot be read, or shift is too small.
    """

    name: ClassVar[str] = "newton-together"
    fate_names: ClassVar[tuple[str, ...]] = ("together",)
    tolerance: ClassVar[str] = "shift"
    least: ClassVar[float] = 1e-12  # float64 tells two such points apart out to about 1000

    f: str = "x^3-1"
    shift: float = 1e-7
