"""Orbits of planar maps, their visits to pixels, and paths of any map: rows A1 to A5.

Rows are those of docs/systems.md.
"""

from dataclasses import replace
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import checks
from ..kernel import native, runs
from ..kernel.devices import Device
from ..kernel.elsewhere import elsewhere
from ..kernel.launch import How, names_keywords, over_tiles
from ..maps.base import Map
from ..maps.formula import Formula
from ..maps.planar import PlanarMap
from ..maps.roots import NewtonMandelbrot, RootMap
from ..maps.three_body import AXES, ThreeBody
from ..window import Window
from .projected import is_projected, orbits, visits_of
from .trajectories import trajectory

MAX_STEPS = 2**53
STEPS_AT_ONCE = 1 << 16  # between two looks for Ctrl-C
MAX_PIXELS = 2**31 - 1


@names_keywords
def orbit(
    system: PlanarMap | Formula, start: ArrayLike, steps: int, skip: int = 0, **how: Unpack[How]
) -> NDArray[np.float64]:
    """The points of one orbit, or of several side by side.

    Args:
        system: a planar map, discrete or with a dt; or a formula of any number of variables, of
            which the two of its plane are seen, or the first two.
        start: x, y; or (n, 2) for n orbits.
        steps: how many points to return: with skip = 0 the first is the start itself.
        skip: points to leave out before.
        how: see How; the points are the same bits everywhere.

    Returns:
        (steps, 2) float64, or (n, steps, 2); not a number or infinite once an orbit is beyond
        float64.

    Raises:
        ValueError: a bad value. LibraryError, DeviceError: see errors.
    """
    x, y = _starts(start)
    steps = checks.integer("steps", steps, minimum=1)
    skip = checks.integer("skip", skip, minimum=0, maximum=MAX_STEPS)
    checks.memory(f"an orbit's {x.size * steps:,} points", 16 * x.size * steps)
    if isinstance(system, Formula) and is_projected(system):
        points = orbits(system, x, y, steps, skip)
        return points[0] if np.ndim(start) == 1 else points
    points = np.empty((x.size, steps, 2))
    follow(system, x, y, skip, **how)
    follow(system, x, y, steps, points=points, **how)
    return points[0] if np.ndim(start) == 1 else points


@names_keywords
def density(
    system: PlanarMap | Formula,
    starts: ArrayLike,
    steps: int,
    window: Window,
    skip: int = 0,
    *,
    limit: int | None = None,
    **how: Unpack[How],
) -> NDArray[np.int64]:
    """How many points of some orbits fall on each pixel.

    The more orbits there are, the faster each goes: from 64 for each core of a CPU, and from
    100 000 on a GPU. around() makes starts of one.

    Args:
        system: a planar map, discrete or with a dt; or a formula, see orbit().
        starts: (n, 2), or x, y.
        steps: points of each orbit to count: with skip = 0 the first is the start itself.
        window: the picture.
        skip: points of each orbit to leave out before.
        limit: if given, go on until n * steps points have fallen into the window, or limit have
            been computed: so a window deep in an attractor is as full as a wide one.
        how: see How; the counts are the same everywhere.

    Returns:
        (rows, columns) int64; row 0 has the lowest y.

    Raises:
        ValueError: a bad value. LibraryError, DeviceError: see errors.
    """
    x, y = _starts(starts)
    steps = checks.integer("steps", steps, minimum=1, maximum=MAX_STEPS)
    skip = checks.integer("skip", skip, minimum=0, maximum=MAX_STEPS)
    pixels = window.shape[0] * window.shape[1]
    if pixels > MAX_PIXELS:
        raise ValueError(f"a density has at most {MAX_PIXELS} pixels, not {window.shape}")
    checks.memory(f"visits of {pixels:,} pixels", 8 * pixels)
    if isinstance(system, Formula) and is_projected(system):
        if limit is not None:
            raise ValueError("limit is for maps whose whole state is a point of the plane")
        return visits_of(system, x, y, steps, window, skip)
    visits = np.zeros(window.shape, np.int64)
    follow(system, x, y, skip, **how)
    follow(system, x, y, steps, visits=visits, window=window, **how)
    if limit is None:
        return visits
    limit = checks.integer("limit", limit, minimum=1, maximum=MAX_STEPS)
    taken = steps
    while (inside := int(visits.sum())) < steps * x.size and taken * x.size < limit:
        missing = steps * x.size / inside - 1 if inside else 1
        more = int(min(taken * min(missing, 7) + 1, limit // x.size - taken))
        if more <= 0:
            break
        follow(system, x, y, more, visits=visits, window=window, **how)
        taken += more
    return visits


def path(system: Map, start: ArrayLike, steps: int) -> NDArray[np.void]:
    """What the kernel knows of one point of any map, step by step, whether it has stopped or not.

    Args:
        system: the map.
        start: x, y.
        steps: how many states to return, the first that of the start.

    Returns:
        (steps,), a structured array whose fields are those of the kernel's State: x and y of a
        planar map or a descent, z of a complex one, and so on (see its dtype.names).
    """
    x, y = checks.numbers("start", start, 2)
    steps = checks.integer("steps", steps, minimum=1)
    library = native.library_of(system, "cpu")
    of_type = runs.state_type(library, system)
    checks.memory(f"a path's {steps:,} states", of_type.itemsize * steps)
    states, now = np.empty(steps, of_type), np.empty(1, of_type)
    for first in range(0, steps, STEPS_AT_ONCE):
        part = states[first : first + STEPS_AT_ONCE]
        runs.follow(library, system, x, y, 1, part, now, resume=first > 0)
    return states


def track(system: Map, start: ArrayLike, steps: int) -> NDArray[np.float64]:
    """Where a point of a map's picture goes, in the plane of that picture, stopped or not.

    Args:
        system: any map whose starts are points of the plane in which it moves; over a plane of
            parameters, as Mandelbrot's set is, the orbit of the parameter at `start`.
        start: x, y.
        steps: how many points to return.

    Returns:
        (steps, 2) float64. A map of root finding begins with the start itself.

    Raises:
        ValueError: a bad value, or a map whose picture is of numbers that do not move.
    """
    x, y = checks.numbers("start", start, 2)
    if not system.moves:
        raise ValueError(f"what {system.name} steps is not in the plane of its picture")
    if isinstance(system, PlanarMap):
        return orbit(system, (x, y), steps, device="cpu")
    if isinstance(system, ThreeBody):
        return _track_of_body(system, x, y, steps)
    points = runs.numbers(path(system, (x, y), steps))[:, :2]
    if isinstance(system, RootMap) and not isinstance(system, NewtonMandelbrot):
        points = np.concatenate([[[x, y]], points[:-1]])  # their kernels begin after a step
    return points


def _track_of_body(system: ThreeBody, x: float, y: float, steps: int) -> NDArray[np.float64]:
    across, up = (AXES.index(axis) for axis in system.plane)
    positions = [list(position) for position in system.positions]
    positions[0][across], positions[0][up] = x, y
    found = trajectory(replace(system, positions=positions), steps)
    return found.positions[:, 0, [across, up]]


def around(start: ArrayLike, count: int, width: float = 0.1, seed: int = 0) -> NDArray[np.float64]:
    """Points drawn at random from the square of a width around a start.

    Returns:
        (count, 2) float64; the same for the same seed.
    """
    center = checks.numbers("start", start, 2)
    count = checks.integer("count", count, minimum=1)
    width = checks.number("width", width, minimum=0)
    random = np.random.default_rng(checks.integer("seed", seed, minimum=0))
    return center + random.uniform(-width / 2, width / 2, (count, 2))


def _starts(starts: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x and y of their own, since runs change them."""
    try:
        array = np.asarray(starts, np.float64)
    except (TypeError, ValueError):
        array = np.empty(0)
    if array.shape[-1:] != (2,) or array.ndim > 2 or array.size == 0:
        raise ValueError("a start must be two numbers, or several an (n, 2) array")
    if not np.isfinite(array).all():
        raise ValueError("starts must be finite")
    array = array.reshape(-1, 2)
    return array[:, 0].copy(), array[:, 1].copy()


def follow(
    system: PlanarMap | Formula,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    steps: int,
    *,
    points: NDArray[np.float64] | None = None,
    visits: NDArray[np.int64] | None = None,
    window: Window | None = None,
    **how: Unpack[How],
) -> None:
    """Takes orbits so many steps on.

    Args:
        system, window, how: as of density().
        x, y: float64 (orbits,): where they are, changed to where they will be.
        steps: how many; may be 0.
        points: float64 (orbits, steps, 2), filled in where given.
        visits: int64 of the window's shape, to which they are added where given.
    """
    if not isinstance(system, PlanarMap):
        raise ValueError(f"orbits are of planar maps, and {system!r} is none")
    if steps and (there := elsewhere(how.get("device", "auto"))):
        there.follow(system, x, y, steps, points, visits, window, how.get("progress"))
        return

    def start(worker: Device, tile: slice, threads: int) -> runs.OrbitRun:
        return runs.start_orbits(
            native.library_of(system, worker.backend),
            system,
            x[tile],
            y[tile],
            steps,
            points=None if points is None else points[tile],
            visits=visits,
            window=window,
            device=worker.index,
            threads=threads,
        )

    if steps:
        bytes_each = 16 + (points.nbytes // x.size if points is not None else 0)
        over_tiles(x.size, bytes_each, start, **how)
