"""Where to zoom: the nucleus of a small Mandelbrot set in a window, to the digits it needs."""

import math
from decimal import Context, Decimal, localcontext
from typing import NamedTuple

from .. import checks
from ..checks import Exact, decimal
from ..maps.escape import Mandelbrot
from ..window import Window
from .points import octave_of

MOST_STEPS = 10_000_000
MOST_ROUNDS = 200  # of Newton's method, which doubles its digits in each once it is close
SPARE_DIGITS = 12  # beyond what tells apart points of a set's size

Pair = tuple[Decimal, Decimal]


class Nucleus(NamedTuple):
    """The c in the middle of a small Mandelbrot set, whose orbit of 0 comes back to 0.

    Attributes:
        center: (x, y), as a Window takes it.
        period: after how many steps it comes back.
        size: of the set in relation to the whole one, whose main cardioid is about 1 across.
    """

    center: tuple[Exact, Exact]
    period: int
    size: Exact


def nucleus(system: Mandelbrot, window: Window, max_steps: int = 100_000) -> Nucleus:
    """The nucleus of least period in a window, or very near to it.

    The period is found by a box about the window's center: it is the first number of steps after
    which the box, stretched by the derivative, reaches 0. Newton's method then finds the nucleus
    (R. Munafo, "Period", Mu-Ency).

    Args:
        system: z^2 + a, from z0 = 0 and with b = 0.
        window: where to look.
        max_steps: the largest period that is looked for.

    Raises:
        ValueError: another map; or there is none, as the center's orbit leaves before.
    """
    if (complex(system.exponent), system.z0, complex(system.b)) != (2, 0, 0):
        raise ValueError("nuclei are sought for z^2 + a from z0 = 0, with b = 0")
    max_steps = checks.integer("max_steps", max_steps, minimum=1, maximum=MOST_STEPS)
    x, y = (decimal(number) for number in window.center)
    box = max(decimal(window.width), decimal(window.height)) / 2
    digits = math.ceil(octave_of(window.width) * math.log10(2)) + 2 * SPARE_DIGITS
    with localcontext(_context(digits)):
        period = _period((+x, +y), box, max_steps)
    digits = 2 * digits
    with localcontext(_context(digits)):
        c, size = _polished((x, y), period)
    digits = max(digits, SPARE_DIGITS - size.adjusted())
    with localcontext(_context(digits)):
        c, size = _polished(c, period)
    last = Decimal(1).scaleb(min(size.adjusted() - SPARE_DIGITS, -16))
    with localcontext(_context(digits)):
        center = tuple(checks.exact("center", (part.quantize(last) + 0).normalize()) for part in c)
    return Nucleus((center[0], center[1]), period, checks.exact("size", Context(prec=6).plus(size)))


def _context(digits: int) -> Context:
    return Context(prec=max(digits, 30), Emin=-(10**15), Emax=10**15)


def _times(a: Pair, b: Pair) -> Pair:
    return a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]


def _over(a: Pair, b: Pair) -> Pair:
    square = b[0] * b[0] + b[1] * b[1]
    product = _times(a, (b[0], -b[1]))
    return product[0] / square, product[1] / square


def _size(a: Pair) -> Decimal:
    return (a[0] * a[0] + a[1] * a[1]).sqrt()


def _period(c: Pair, box: Decimal, max_steps: int) -> int:
    z, slope = c, (Decimal(1), Decimal(0))
    for n in range(1, max_steps + 1):
        if _size(z) <= box * _size(slope):
            return n
        if _size(z) > 2:
            raise ValueError(f"no nucleus near: the center's orbit leaves after {n} steps")
        twice = _times(z, slope)
        slope = 2 * twice[0] + 1, 2 * twice[1]
        square = _times(z, z)
        z = square[0] + c[0], square[1] + c[1]
    raise ValueError(f"no nucleus of a period up to {max_steps} near")


def _polished(c: Pair, period: int) -> tuple[Pair, Decimal]:
    """The nucleus that Newton's method finds from c, and its set's size 1 / |b l^2|, with l the
    product of 2 z over the orbit but its start and b the sum of the inverses of its parts."""
    last: Decimal | None = None
    for _ in range(MOST_ROUNDS):
        z, slope = c, (Decimal(1), Decimal(0))
        stretch, sum_of_inverses = (Decimal(1), Decimal(0)), (Decimal(1), Decimal(0))
        for _ in range(period - 1):
            re, im = _times(stretch, z)
            stretch = 2 * re, 2 * im
            inverse = _over((Decimal(1), Decimal(0)), stretch)
            sum_of_inverses = sum_of_inverses[0] + inverse[0], sum_of_inverses[1] + inverse[1]
            twice = _times(z, slope)
            slope = 2 * twice[0] + 1, 2 * twice[1]
            square = _times(z, z)
            z = square[0] + c[0], square[1] + c[1]
        move = _over(z, slope)
        c = c[0] - move[0], c[1] - move[1]
        moved = _size(move)
        if last is not None and (moved == 0 or moved >= last) and last < Decimal("1e-10"):
            break
        last = moved
    else:
        raise ValueError("no nucleus near: Newton's method does not come to rest")
    return c, 1 / _size(_times(sum_of_inverses, _times(stretch, stretch)))
