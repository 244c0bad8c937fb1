"""Complex maps that escape to infinity: rows C1 to C7 of docs/systems.md."""

import math
from dataclasses import dataclass, fields
from typing import ClassVar, get_type_hints

from .. import checks
from .base import Map, Parameter, parts

__all__ = ["EscapeMap", "Julia", "LogisticR", "LogisticZ", "Mandelbrot"]


def farthest_radius(degree: float) -> float:
    """The largest radius that points escape from: further out |z|^degree, or |z|^2, may be no
    number."""
    octaves = max(math.floor(1024 / max(degree, 2.0)), 1)
    return min(2.0**octaves, math.nextafter(2.0**512, 0))


def bounded_radius(radius: float, exponent: complex = 2) -> float:
    """The radius that the points of a map with an exponent escape from."""
    return min(radius, farthest_radius(complex(exponent).real))


@dataclass(frozen=True)
class EscapeMap(Map):
    """A map of the complex numbers z = x + iy.

    The time of a point is the number of the step, counted from 0, after which |z| > radius, or the
    step limit. Its fraction makes that time continuous: 1 - log(log|z| / log radius) / log degree,
    carried on to where |z| is over 10^12, so that times plus fractions grow smoothly towards the
    boundary for any degree over 1 (Peitgen and Richter, "The Beauty of Fractals", 1986). For other
    degrees it is 0. Fractions are finite always: a radius beyond 2^512, or 2^(1024/degree), where
    the next z would be no number, counts as that.
    """

    family: ClassVar[str] = "escape"
    fate_names: ClassVar[tuple[str, ...]] = ("escaped",)

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self))
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "radius":
                value = checks.number("radius", value, positive=True)
            elif hints[field.name] is complex:
                value = checks.complex_number(field.name, value)
            object.__setattr__(self, field.name, value)  # the dataclass is frozen


@dataclass(frozen=True)
class Julia(EscapeMap):
    """Steps until z -> z^exponent + a, started at the pixel, escapes. Rows C1 to C3.

    Attributes:
        a: complex, or a text such as "-0.744+0.148i".
        exponent: complex; natural ones are multiplied out, for others z^w is exp(w log z) on the
            principal branch, with a cut along the negative real axis.
        radius: beyond which a point has escaped.

    Raises:
        ValueError: a value is not a finite number, or radius is not positive.
    """

    name: ClassVar[str] = "julia"

    a: complex = -0.744 + 0.148j
    exponent: complex = 2
    radius: float = 2.0

    def parameters(self) -> dict[str, Parameter]:
        return {
            "a": parts(self.a),
            "exponent": parts(self.exponent),
            "radius": bounded_radius(self.radius, self.exponent),
        }


@dataclass(frozen=True)
class Mandelbrot(EscapeMap):
    """Steps until z -> z^exponent + a + b, where a is the pixel, escapes. Rows C4 and C5.

    Attributes:
        exponent: complex; see Julia.
        z0: where z starts: a complex number, or "a" for the pixel itself.
        b: complex, added at each step.
        radius: beyond which a point has escaped.

    Raises:
        ValueError: a value is not a finite number, or radius is not positive.
    """

    name: ClassVar[str] = "mandelbrot"

    exponent: complex = 2
    z0: complex | str = 0
    b: complex = 0
    radius: float = 2.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.z0 != "a":
            object.__setattr__(self, "z0", checks.complex_number("z0", self.z0))

    def parameters(self) -> dict[str, Parameter]:
        from_a = self.z0 == "a"
        return {
            "exponent": parts(self.exponent),
            "z0": parts(0 if isinstance(self.z0, str) else self.z0),
            "b": parts(self.b),
            "radius": bounded_radius(self.radius, self.exponent),
            "from_a": int(from_a),
        }


@dataclass(frozen=True)
class LogisticZ(EscapeMap):
    """Steps until the logistic map z -> r z (1 - z), started at the pixel, escapes. Row C6.

    With w = r (1/2 - z) it is w -> w^2 + c, c = r/2 (1 - r/2): the Julia set of c in other
    coordinates, |r| times smaller.

    Attributes:
        r: complex.
        radius: beyond which a point has escaped.

    Raises:
        ValueError: a value is not a finite number, or radius is not positive.
    """

    name: ClassVar[str] = "logistic-z"

    r: complex = 3
    radius: float = 2.0

    def parameters(self) -> dict[str, Parameter]:
        return {"r": parts(self.r), "radius": bounded_radius(self.radius)}


@dataclass(frozen=True)
class LogisticR(EscapeMap):
    """Steps until the logistic map z -> r z (1 - z), where r is the pixel, escapes. Row C7.

    Attributes:
        z0: where z starts. At 1/2, the critical point, the points that stay are Mandelbrot's,
            twice: r and 2 - r have the same c = r/2 (1 - r/2).
        radius: beyond which a point has escaped.

    Raises:
        ValueError: a value is not a finite number, or radius is not positive.
    """

    name: ClassVar[str] = "logistic-r"

    z0: complex = 0.5
    radius: float = 2.0

    def parameters(self) -> dict[str, Parameter]:
        return {"z0": parts(self.z0), "radius": bounded_radius(self.radius)}
