"""Orbits of formulas whose state is more than a point of the plane, as the plane shows them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..kernel import native, runs
from ..maps.formula import Formula
from ..maps.formula.formula import Unstopped
from ..window import Window

AT_ONCE = 1 << 14  # steps of an orbit whose states are held


def is_projected(system: Formula) -> bool:
    """Whether its orbits are followed by these functions alone."""
    return not system.program.is_planar


def points_of(
    system: Formula, start: tuple[float, float], steps: int, skip: int
) -> Iterator[NDArray[np.float64]]:
    """The points (n, 2) of one orbit, some thousand at a time; those before `skip` are left out."""
    moving = Unstopped(system)
    library = native.library_of(moving, "cpu")
    of_type = runs.state_type(library, moving)
    now, going = np.empty(1, of_type), False
    columns = [moving.program.fields.index(name) for name in system.axes]
    done = 0
    while done < skip + steps:
        seen = done >= skip
        more = min(AT_ONCE, (skip + steps if seen else skip) - done)
        states = np.empty(more if seen else 1, of_type)
        every = 1 if seen else more
        runs.follow(library, moving, *start, every, states, now, resume=going)
        going, done = True, done + more
        if seen:
            yield runs.numbers(states)[:, columns]


def orbits(
    system: Formula, x: NDArray[np.float64], y: NDArray[np.float64], steps: int, skip: int
) -> NDArray[np.float64]:
    """(n, steps, 2), as orbit() has them."""
    found = np.empty((x.size, steps, 2))
    for each, start in zip(found, zip(x.tolist(), y.tolist(), strict=True), strict=True):
        np.concatenate([*points_of(system, start, steps, skip)], out=each)
    return found


def visits_of(
    system: Formula,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    steps: int,
    window: Window,
    skip: int,
) -> NDArray[np.int64]:
    """(rows, columns), as density() has them."""
    rows, columns = window.shape
    left, _, bottom, _ = map(float, window.extent)
    across, up = columns / float(window.width), rows / float(window.height)
    found = np.zeros(rows * columns, np.int64)
    for start in zip(x.tolist(), y.tolist(), strict=True):
        for points in points_of(system, start, steps, skip):
            with np.errstate(invalid="ignore"):
                column, row = (points[:, 0] - left) * across, (points[:, 1] - bottom) * up
                inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
            pixels = row[inside].astype(np.int64) * columns + column[inside].astype(np.int64)
            found += np.bincount(pixels, minlength=found.size)
    return found.reshape(window.shape)
