"""Orbits in as many decimal digits as one likes, by Python's decimal: rows A6 and A10.

Rows are those of docs/systems.md.
"""

from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Any

from .. import checks
from ..maps.interval import LogisticMap, QuadraticMap
from ..maps.planar import Henon, PlanarMap, ReversedHenon

Step = Callable[[Decimal, Decimal], tuple[Decimal, Decimal]]

MAX_DIGITS = 1_000_000


def decimal_orbit(
    system: PlanarMap, start: tuple[object, object], digits: int
) -> Iterator[tuple[Decimal, Decimal]]:
    """The points of an orbit, the start first, without end.

    Every operation is rounded to so many significant digits; the parameters are the decimal
    numbers that they are written as (0.3, not the double next to it).

    Args:
        system: a logistic, quadratic, Henon or reversed Henon map, without a dt.
        start: x and y, numbers or Decimals.
        digits: 1 to 1 000 000.

    Raises:
        ValueError: another map, or a bad value.
    """
    step = _step(system)
    digits = checks.integer("digits", digits, minimum=1, maximum=MAX_DIGITS)
    x, y = (value if isinstance(value, Decimal) else _decimal(value) for value in start)
    context = Context(prec=digits, rounding=ROUND_HALF_EVEN, Emin=-(10**15), Emax=10**15)
    with localcontext(context):
        x, y = +x, +y
    while True:
        yield x, y
        with localcontext(context):
            x, y = step(x, y)


def reversal(digits: int, a: float = 1.4, b: float = 0.3, radius: float = 10.0) -> int:
    """How many steps the reversed Henon map stays near the attractor that the Henon map drew.

    The Henon map is iterated from (0, 0) for 100 steps and 2 more a digit; from there the reversed
    map goes back until it is further than `radius` from the origin. Reversed, the attractor repels:
    every step costs log10(b) plus a Lyapunov exponent of digits, so the answer grows in proportion
    to the digits.
    """
    *_, last = _first(decimal_orbit(Henon(a, b), (0, 0), digits), 101 + 2 * digits)
    limit = Decimal(checks.number("radius", radius, positive=True)) ** 2
    for steps, (x, y) in enumerate(decimal_orbit(ReversedHenon(a, b), last, digits)):
        if x * x + y * y > limit:
            return steps
    raise AssertionError("an orbit has no end")


def _first(orbit: Iterator[Any], count: int) -> Iterator[Any]:
    for _ in range(count):
        yield next(orbit)


def _decimal(value: object) -> Decimal:
    return Decimal(repr(checks.number("start", value)))


def _step(system: PlanarMap) -> Step:
    """The map's step, with parameters as they are written."""
    if getattr(system, "dt", None) is None:
        match system:
            case LogisticMap():
                r = Decimal(repr(system.r))
                return lambda x, y: (r * x * (1 - x), y)
            case QuadraticMap():
                c = Decimal(repr(system.c))
                return lambda x, y: (x * x + c, y)
            case Henon():
                a, b = Decimal(repr(system.a)), Decimal(repr(system.b))
                return lambda x, y: (1 - a * x * x + y, b * x)
            case ReversedHenon():
                a, b = Decimal(repr(system.a)), Decimal(repr(system.b))
                return lambda x, y: (y / b, a * (y / b) ** 2 + x - 1)
    raise ValueError(
        f"decimal orbits are of logistic, quadratic and Henon maps without a dt, not of {system!r}"
    )
