"""What is shown beside a picture of the point under the cursor: the Julia set of a parameter, the
cobweb of a map of one number, three bodies and their twin in space, or the orbit over the picture.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analysis.orbits import path
from ..analysis.trajectories import trajectory
from ..colour import Colouring
from ..deep.compute import window_outcome
from ..kernel.runs import numbers
from ..maps.base import Map
from ..maps.escape import Julia, LogisticR, LogisticZ, Mandelbrot
from ..maps.formula import Formula
from ..maps.interval import IntervalMap
from ..maps.three_body import AXES, ThreeBody
from ..scenes.scene import Scene
from ..window import Window

JULIA_SHAPE = (144, 144)
JULIA_STEPS = 500  # at most
CURVE = 161  # points of the curve of a cobweb
BEYOND = 1.5  # of the view: an orbit that goes further is not followed in a cobweb


def kinds(scene: Scene) -> list[str]:
    """What there is for a still scene: of "bodies", "julia", "cobweb" and "orbit"."""
    if not scene.map:
        return []
    system = scene.frame(0).map
    if isinstance(system, ThreeBody):
        return ["bodies", "orbit"]
    if is_of_one_number(system):
        return ["cobweb"]
    if scene.figure:
        return []
    return ["julia", "orbit"] if dynamical(system, 0, 0) else ["orbit"]


def dynamical(system: Map, x: float, y: float) -> Map | None:
    """The map of starts whose parameter is a pixel of a plane of parameters; None elsewhere."""
    pixel = complex(x, y)
    if isinstance(system, Mandelbrot):
        return Julia(pixel + system.b, system.exponent, system.radius)
    if isinstance(system, LogisticR):
        return LogisticZ(pixel, system.radius)
    if isinstance(system, Formula) and len(system.plane) == 1 and system.plane[0] != "z":
        values = dict(system.values) | {system.plane[0]: pixel}
        return Formula(system.text, ("z",), system.method, values)
    return None


def julia(scene: Scene, x: float, y: float, device: str = "auto") -> NDArray[np.uint8] | None:
    """The picture of dynamical(), in the colours of a still scene: top row first."""
    frame = scene.frame(0)
    system = dynamical(frame.map, x, y)
    if system is None:
        return None
    window = Window(center=(0.0, 0.0), width=4.0, shape=JULIA_SHAPE)
    if isinstance(system, LogisticZ):
        window = Window(center=(0.5, 0.0), width=4 / max(abs(system.r), 1), shape=JULIA_SHAPE)
    steps = min(frame.max_steps, JULIA_STEPS)
    colouring = Colouring.of(scene.colour)
    outcome = window_outcome(system, window, steps, colouring.needs, device=device)
    fitted = colouring.fitted([(outcome.times, steps)], [system])
    rgb = fitted.rgb(outcome.times, steps, fractions=outcome.fractions, fates=outcome.fates)
    return np.ascontiguousarray(rgb[::-1])


def is_of_one_number(system: object) -> bool:
    """Whether a map steps one real number, so that a cobweb shows all of it."""
    if isinstance(system, Formula):
        return system.program.variables == 1 and not system.system.is_flow
    return isinstance(system, IntervalMap)


def cobweb(scene: Scene, x: float, y: float, steps: int) -> dict[str, object]:
    """The curve of a map of one number, and the orbit of a pixel: a "curve" of (x, f(x)) and the
    "points" of the orbit. In an orbit diagram the pixel is a parameter, as its x says."""
    system, figure = scene.frame(0).map, scene.figure
    start = x
    if figure.get("kind") == "orbit-diagram":
        system = replace(system, **{figure["parameter"]: x})
        start = figure["start"][0]
    orbit = _numbers(system, start, y, steps)
    low, high = _range(scene, orbit)
    across = np.linspace(low, high, CURVE)
    curve = [[float(one), float(_numbers(system, one, y, 2)[-1])] for one in across]
    return {"curve": curve, "points": orbit.tolist(), "from": low, "to": high}


def _numbers(system: Map, x: float, y: float, steps: int) -> NDArray[np.float64]:
    return _finite(numbers(path(system, (x, y), steps)))[:, 0]


def _finite(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rows before the first that is not all numbers, for which JSON has no word."""
    lost = np.flatnonzero(~np.isfinite(rows).all(axis=1))
    return rows[: lost[0]] if lost.size else rows


def _range(scene: Scene, orbit: NDArray[np.float64]) -> tuple[float, float]:
    """Of x, for a cobweb: what the orbit spans, but not far beyond the unit or the view."""
    left, right, *_ = (float(side) for side in scene.frame(0).window.extent)
    if scene.figure:
        left, right = 0.0, 1.0
    middle, half = (left + right) / 2, BEYOND * (right - left) / 2
    near = orbit[abs(orbit - middle) <= half]
    low, high = min(near, default=left), max(near, default=right)
    margin = 0.1 * (high - low) or 0.5
    return float(min(low - margin, left)), float(max(high + margin, right))


def orbit(scene: Scene, x: float, y: float, steps: int) -> list[Any]:
    """The numbers of every step; of three bodies, where all of them are in space."""
    system = scene.frame(0).map
    if isinstance(system, ThreeBody):
        return _bodies(started_at(system, x, y), scene.max_steps, steps).tolist()
    return _finite(numbers(path(system, (x, y), steps))).tolist()


def bodies(scene: Scene, x: float, y: float, moments: int) -> dict[str, object]:
    """Three bodies and their twin at so many moments: "points" and "twin", each moment nine
    coordinates, in the units of the system; "masses", and the "step" between two moments, in time.
    """
    system = scene.frame(0).map
    assert isinstance(system, ThreeBody)
    here = started_at(system, x, y)
    first = tuple(position + system.shift for position in here.positions[0])
    there = replace(here, positions=(first, *here.positions[1:]))
    steps = scene.max_steps
    return {
        "points": _bodies(here, steps, moments).tolist(),
        "twin": _bodies(there, steps, moments).tolist() if system.shift else [],
        "masses": list(system.masses),
        "step": max(1, steps // moments) * system.dt,
        "critical_distance": system.critical_distance,
    }


def started_at(system: ThreeBody, x: float, y: float) -> ThreeBody:
    """The system whose body 1 starts where a pixel says."""
    first = list(system.positions[0])
    first[AXES.index(system.plane[0])], first[AXES.index(system.plane[1])] = x, y
    return replace(system, positions=(tuple(first), *system.positions[1:]))


def _bodies(system: ThreeBody, steps: int, moments: int) -> NDArray[np.float64]:
    """(moments, 9), those that are finite."""
    every = max(1, steps // moments)
    return _finite(trajectory(system, moments * every, every).positions.reshape(-1, 9))
