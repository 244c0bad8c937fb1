"""Orbit diagrams: a parameter across, and up the points that an orbit visits (rows A1, A6, A8).

Rows are those of docs/systems.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from itertools import islice
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import checks
from ..kernel.elsewhere import elsewhere
from ..kernel.launch import How, Progress, names_keywords
from ..maps.planar import PlanarMap
from ..window import Window
from .orbits import around, density
from .precise import decimal_orbit

EVERYWHERE = 1e300  # as wide as a column of pixels must be to miss no point


@names_keywords
def orbit_diagram(
    system: PlanarMap,
    parameter: str,
    range: tuple[float, float] | None,
    window: Window,
    *,
    start: tuple[float, float] = (0.5, 0.0),
    steps: int = 500,
    skip: int = 1000,
    orbits: int = 8,
    axis: str = "x",
    limit: int | None = None,
    digits: int | None = None,
    **how: Unpack[How],
) -> NDArray[np.int64]:
    """How often the orbits of each column's map visit each of its pixels.

    Args:
        system: a planar map, such as LogisticMap().
        parameter: the name of the one that goes from left to right, such as "r".
        range: its values in the first and the last column, the others evenly between; None for
            the window's own x.
        window: up, the coordinate that is shown; across, the parameter.
        start: the orbits begin within 1e-3 of it, the first of them at it.
        steps: points of each orbit to count.
        skip: points to leave out before, while the orbit finds its attractor.
        orbits: how many there are in every column.
        axis: "x" or "y": the coordinate that is shown.
        limit: go on until orbits * steps points of a column are in the window, or so many have
            been computed: so a window deep in the diagram is as full as the whole.
        digits: compute one orbit a column in so many decimal digits, with Python's decimal.
        how: see How; by default the CPU, as a column is too little work for a GPU.

    Returns:
        (rows, columns) int64; row 0 has the lowest values.

    Raises:
        ValueError: a bad value, or `parameter` is none of the map's.
    """
    how = {"device": "cpu"} | how
    progress: Callable[[Progress], object] | None = how.pop("progress", None)
    names = [field.name for field in fields(system) if field.name != "values"]
    names += [name for name, _ in getattr(system, "values", ())]
    checks.known("parameter", parameter, [name for name in names if name != "radius"])
    checks.choice("axis", axis, "xy")
    values = window.x
    if range is not None:
        low, high = checks.numbers("range", range, 2)
        values = np.linspace(low, high, window.shape[1])
    arguments: dict[str, Any] = {
        "system": system,
        "parameter": parameter,
        "window": window,
        "start": start,
        "steps": steps,
        "skip": skip,
        "orbits": orbits,
        "axis": axis,
        "limit": limit,
        "digits": digits,
    }
    if there := elsewhere(how["device"]):
        return there.columns(arguments, values.tolist(), progress)
    return columns(values.tolist(), how, progress, **arguments)


def columns(
    values: Sequence[float],
    how: How,
    progress: Callable[[Progress], object] | None = None,
    *,
    system: PlanarMap,
    parameter: str,
    window: Window,
    start: tuple[float, float],
    steps: int,
    skip: int,
    orbits: int,
    axis: str,
    limit: int | None,
    digits: int | None,
) -> NDArray[np.int64]:
    """The columns of an orbit diagram at some values of its parameter, (rows, values) int64; the
    arguments are those of orbit_diagram(), checked."""
    starts = around(start, orbits, 1e-3)
    starts[0] = start
    column = _column(window, axis)
    picture = np.zeros((window.shape[0], len(values)), np.int64)
    for i, value in enumerate(values):
        one = replace(system, **{parameter: value})
        if digits is None:
            visits = density(one, starts, steps, column, skip, limit=limit, **how).ravel()
        else:
            points = islice(decimal_orbit(one, start, digits), skip, skip + steps)
            visits = _visits([float(point["xy".index(axis)]) for point in points], column)
        picture[:, i] = visits
        if progress:
            progress(Progress(i + 1, len(values), (i + 1) * orbits * (skip + steps)))
    return picture


def _column(window: Window, axis: str) -> Window:
    """One column of the window, as wide as the plane; lying on its side where it shows x."""
    rows, middle = window.shape[0], window.center[1]
    if axis == "x":
        return Window((middle, 0.0), window.height, (1, rows), EVERYWHERE)
    return Window((0.0, middle), EVERYWHERE, (rows, 1), window.height)


def _visits(points: ArrayLike, column: Window) -> NDArray[np.int64]:
    """The same count as the kernel's, of points along a column."""
    along = 0 if column.shape[0] == 1 else 1
    count, low = column.shape[1 - along], column.extent[2 * along]
    length = column.size_in(1.0)[1 - along]
    place = np.floor((np.asarray(points) - low) * (count / length))
    inside = (place >= 0) & (place < count)
    return np.bincount(place[inside].astype(np.int64), minlength=count)
