"""Maps of an interval of real numbers, as planar maps that leave y alone: rows A6 to A9.

Rows are those of docs/systems.md.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .planar import PlanarMap

__all__ = ["InformationMap", "IntervalMap", "LogisticMap", "QuadraticMap"]


@dataclass(frozen=True)
class IntervalMap(PlanarMap):
    """A map of real numbers x. It is one of the plane too, where every y stays what it is."""


@dataclass(frozen=True)
class LogisticMap(IntervalMap):
    """Steps until x' = r x (1 - x) takes a point away; none leaves 0..1 for r from 0 to 4.

    May, "Simple mathematical models with very complicated dynamics", 1976.

    Attributes:
        r: the rate of growth.
        dt: of an Euler step, positive; None, the default, for the discrete map.
        radius: a point further than this from the origin has escaped.

    Raises:
        ValueError: a value is not finite, or dt or radius is not positive.
    """

    name: ClassVar[str] = "logistic-map"
    arithmetic: ClassVar[int] = 2

    r: float = 3.7
    dt: float | None = None
    radius: float = 100.0

    def f(self, x: Any, y: Any, m: Any = np) -> tuple[Any, Any]:
        return self.r * x * (1 - x), y


@dataclass(frozen=True)
class QuadraticMap(IntervalMap):
    """Steps until x' = x^2 + c takes a point away; that of 0 stays for c from -2 to 1/4.

    Attributes:
        c: the constant.
        dt: of an Euler step, positive; None, the default, for the discrete map.
        radius: a point further than this from the origin has escaped.

    Raises:
        ValueError: a value is not finite, or dt or radius is not positive.
    """

    name: ClassVar[str] = "quadratic-map"

    c: float = -1.5
    dt: float | None = None
    radius: float = 100.0

    def f(self, x: Any, y: Any, m: Any = np) -> tuple[Any, Any]:
        return x**2 + self.c, y


@dataclass(frozen=True)
class InformationMap(IntervalMap):
    """Steps until x' = -a (x log2 x + (1 - x) log2(1 - x)) takes a point away.

    That is a times the entropy, in bits, of a choice of probability x; none leaves 0..1 for a from
    0 to 1, and outside of 0..1 there is no value.

    Attributes:
        a: the scale.
        dt: of an Euler step, positive; None, the default, for the discrete map.
        radius: a point further than this from the origin has escaped.

    Raises:
        ValueError: a value is not finite, or dt or radius is not positive.
    """

    name: ClassVar[str] = "information-map"
    arithmetic: ClassVar[int] = 2

    a: float = 1.0
    dt: float | None = None
    radius: float = 100.0

    def f(self, x: Any, y: Any, m: Any = np) -> tuple[Any, Any]:
        return -self.a / m.log(2) * (x * m.log(x) + (1 - x) * m.log(1 - x)), y
