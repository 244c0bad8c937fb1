"""Where to zoom: a centre on a boundary, to the digits that a width needs.

Most points that a float64 can say are inside something: a zoom into them is flat below some depth.
So points on two lines across the window are computed, the window becomes a sixteenth of what it
was where their times differ most, and so on; where there is nothing left to see, it goes back and
takes the next best place.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Context, Decimal, localcontext
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import checks
from ..checks import Exact, decimal
from ..kernel.points import Points, Scattered
from ..maps.base import Map
from ..maps.three_body import ThreeBody
from ..window import Window
from .compute import chosen, outcome_of
from .points import Offsets, octave_of

POINTS = 64  # on a line
NEIGHBOURS = 5  # whose times are compared
CLOSER = POINTS // (NEIGHBOURS - 1)  # a window's width beside the next one's
LINES = ((0.8, 0.6), (-0.6, 0.8))  # their directions, so that stripes are across one of them
LEVELS_A_REFERENCE = 3  # that one reference orbit serves
LEAST_SHARE = 0.1  # of points that must stop
CHOICES = 3  # places of a level to try
MOST_LEVELS = 10  # to go back over, for each that is needed
SPARE_DIGITS = 8


class Sought(NamedTuple):
    """A place on a boundary.

    Attributes:
        center: (x, y), as a Window takes it.
        width: of the window about it in which there is something to see.
        max_steps: the step limit that it was seen with.
    """

    center: tuple[Exact, Exact]
    width: Exact
    max_steps: int


@dataclass(frozen=True)
class _Level:
    """A window on the way down, and where to go from it: the best place last."""

    center: tuple[Decimal, Decimal]
    width: Decimal
    reference: tuple[Decimal, Decimal]
    places: list[tuple[float, float]]


def seek(
    system: Map,
    window: Window,
    width: Exact | str,
    max_steps: int | None = None,
    *,
    device: str = "auto",
    reached: Callable[[Exact], object] | None = None,
) -> Sought:
    """A place on a boundary inside a window, so that a zoom into it stays worth seeing.

    Args:
        system: the map; a shift of its twin is in proportion to the width, as in a zoom.
        window: where to look.
        width: at which to end, such as "1e-50".
        max_steps: the step limit at that width, and less above; by default, what a zoom of so many
            octaves nearly always needs.
        device: see How.
        reached: is told the widths that are come down to.

    Raises:
        ValueError: the map cannot zoom so deep, or all there is to see ends before.
    """
    end = decimal(checks.exact("width", width, positive=True))
    start = decimal(window.width)
    if end >= start:
        raise ValueError(f"width must be less than the window's, {window.width}, not {width}")
    with localcontext(Context(prec=_digits(start, end), Emin=-(10**15), Emax=10**15)):
        return _descend(system, window, end, max_steps, device, reached)


def _digits(start: Decimal, end: Decimal) -> int:
    return max(start.adjusted(), 0) - end.adjusted() + 2 * SPARE_DIGITS


def _descend(
    system: Map,
    window: Window,
    end: Decimal,
    max_steps: int | None,
    device: str,
    reached: Callable[[Exact], object] | None,
) -> Sought:
    x, y = (+decimal(number) for number in window.center)
    top = decimal(window.width)
    needed = math.ceil(math.log(float(top / end), CLOSER)) if top / end < 10**300 else 250
    left = MOST_LEVELS * max(needed, 1) + MOST_LEVELS
    way: list[_Level] = []
    center, width, reference = (x, y), top, (x, y)
    while left > 0:
        left -= 1
        limit = _limit(system, width, max_steps, end)
        places = _places(_at(system, width / top), center, width, reference, limit, device)
        if places and width <= end:
            last = Decimal(1).scaleb(width.adjusted() - SPARE_DIGITS)
            found = [
                checks.exact("center", (part.quantize(last) + 0).normalize()) for part in center
            ]
            return Sought((found[0], found[1]), checks.exact("width", width), limit)
        way.append(_Level(center, width, reference, places))
        while way and not way[-1].places:
            way.pop()
        if not way:
            break
        level = way[-1]
        across, up = level.places.pop()
        center = (
            level.center[0] + Decimal(across) * level.width,
            level.center[1] + Decimal(up) * level.width,
        )
        width = max(level.width / CLOSER, end)
        reference = center if len(way) % LEVELS_A_REFERENCE == 0 else level.reference
        if reached:
            reached(checks.exact("width", Context(prec=6).plus(width)))
    raise ValueError(f"no boundary found that goes on to {end}: it ends about {width:.3g} wide")


def _at(system: Map, share: Decimal) -> Map:
    """The map with what follows the depth of a zoom at so many times the width."""
    follow = {name: float(decimal(vars(system)[name]) * share) for name in system.depth_parameters}
    return replace(system, **follow) if follow else system


def _limit(system: Map, width: Decimal, max_steps: int | None, end: Decimal) -> int:
    octaves = max(octave_of(width), 0)
    if max_steps is not None:
        return max(1, math.ceil(max_steps * (octaves + 20) / (max(octave_of(end), 0) + 20)))
    if isinstance(system, ThreeBody):
        return 1_500_000 + 45_000 * octaves
    return 2_000 + 60 * octaves


def _places(
    system: Map,
    center: tuple[Decimal, Decimal],
    width: Decimal,
    reference: tuple[Decimal, Decimal],
    limit: int,
    device: str,
) -> list[tuple[float, float]]:
    """Offsets, in widths from the center, of the roughest places, the roughest last."""
    along = (np.arange(POINTS) - (POINTS - 1) / 2) / POINTS
    lines = [(along * x, along * y) for x, y in LINES]
    across, up = (np.concatenate(parts) for parts in zip(*lines, strict=True))
    points = _points(system, center, width, reference, across, up)
    times = outcome_of(system, points, limit, device=device).times
    places: list[tuple[float, tuple[float, float]]] = []
    for part, x, y in zip(
        times.reshape(len(LINES), POINTS), *map(_by_line, (across, up)), strict=True
    ):
        scores, steps = _roughness(part, limit), np.abs(np.diff(np.log(part + 1.0)))
        for _ in range(CHOICES):
            first = int(scores.argmax())
            if scores[first] == 0:
                break
            i = first + int(
                steps[first : first + NEIGHBOURS - 1].argmax()
            )  # where they differ most
            places.append((scores[first], (x[i : i + 2].mean(), y[i : i + 2].mean())))
            scores[max(first - NEIGHBOURS, 0) : first + NEIGHBOURS] = 0
    return [place for _, place in sorted(places)[-CHOICES:]]


def _points(
    system: Map,
    center: tuple[Decimal, Decimal],
    width: Decimal,
    reference: tuple[Decimal, Decimal],
    across: NDArray[np.float64],
    up: NDArray[np.float64],
) -> Points:
    x, y = (checks.exact("center", part) for part in center)
    window = Window((x, y), checks.exact("width", width), (POINTS, POINTS))
    if chosen(system, window) == "float64":
        return Scattered(float(x) + across * float(width), float(y) + up * float(width))
    away = [float((part - other) / width) for part, other in zip(center, reference, strict=True)]
    return Offsets((reference[0], reference[1]), width, across + away[0], up + away[1])


def _roughness(times: NDArray[np.int32], limit: int) -> NDArray[np.float64]:
    """How much log t differs among neighbours, times the square of the share that stops: of each
    point and those after it."""
    stopped, rows = times < limit, np.lib.stride_tricks.sliding_window_view
    spread = rows(np.log(times + 1.0), NEIGHBOURS).std(axis=1)
    share = rows(stopped, NEIGHBOURS).mean(axis=1)
    return spread * share**2 * (stopped.mean() >= LEAST_SHARE)


def _by_line(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    return numbers.reshape(len(LINES), POINTS)
