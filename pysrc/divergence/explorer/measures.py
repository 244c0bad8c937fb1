"""Numbers that are measured of a view: its boundary, its basins, its exponents along a line."""

import threading

import numpy as np
from numpy.typing import NDArray

from .. import checks
from ..analysis.box_counting import box_dimension
from ..analysis.exponents import time_of_step
from ..analysis.fractal import basin_entropy, boundary
from ..analysis.lyapunov import lyapunov
from ..kernel.launch import Progress
from ..scenes.scene import Scene
from ..window import Window
from .fields import Field
from .painter import GivenUpError

LINE = 384  # points of a line
MOST_LINE_STEPS = 5_000  # over which growth is measured, a point


def dimension(field: Field) -> dict[str, object]:
    """The box-counting "dimension" of the boundary between what became of points, its "error", and
    how many "pixels" the boundary has.

    Raises:
        ValueError: the view has no boundary, or a small one.
    """
    edge = boundary(_ends(field))
    found = box_dimension(edge) if edge.any() else None
    if found is None:
        raise ValueError("all of the view has one end: there is no boundary to measure")
    return {
        "dimension": float(found.dimension),
        "error": float(found.error),
        "pixels": int(edge.sum()),
    }


def basins(field: Field, names: tuple[str, ...]) -> dict[str, object]:
    """The "fractions" of the view that have each end, by name, and the "entropy" of its basins in
    boxes of 5 by 5 pixels, in nats."""
    ends = _ends(field)
    numbers, counts = np.unique(ends, return_counts=True)

    def name(end: int) -> str:
        return "did not stop" if end == 0 else names[end - 1] if end <= len(names) else str(end)

    shares = [(name(int(n)), int(c) / ends.size) for n, c in zip(numbers, counts, strict=True)]
    return {
        "fractions": sorted(shares, key=lambda named: -named[1]),
        "entropy": basin_entropy(ends, min(5, *ends.shape)).entropy,
    }


def exponents(
    scene: Scene, along: str, device: str, given_up: threading.Event
) -> dict[str, object]:
    """The largest Lyapunov exponents of points on the line through the middle of a still view.

    Args:
        scene: the view.
        along: "x" or "y", which way the line goes.
        device: see How.
        given_up: ends the work.

    Returns:
        "along" the coordinates (LINE,) and "exponents" (LINE,) per unit of time, None where they
        are not numbers; and the "time" over which they are measured.

    Raises:
        ValueError: the map has none. GivenUpError: the event was set.
    """
    checks.choice("along", along, ("x", "y"))
    frame = scene.frame(0)
    if frame.map is None:
        raise ValueError("a figure has no exponents")
    frame.window.check_float64()
    x, y = (float(c) for c in frame.window.center)
    width, height = float(frame.window.width), float(frame.window.height)
    flat = (1, LINE) if along == "x" else (LINE, 1)
    sides = (width, height / LINE) if along == "x" else (width / LINE, height)
    line = Window(center=(x, y), width=sides[0], shape=flat, height=sides[1])

    def alive(_: Progress) -> None:
        if given_up.is_set():
            raise GivenUpError

    time = min(frame.max_steps, MOST_LINE_STEPS) * time_of_step(frame.map)
    found = lyapunov(frame.map, line, time, device=device, progress=alive).ravel()
    axis = line.x if along == "x" else line.y
    values = [float(v) if np.isfinite(v) else None for v in found]
    return {"along": axis.tolist(), "exponents": values, "time": time}


def _ends(field: Field) -> NDArray[np.int32]:
    """(rows, columns) the fate of every point, 0 for those that did not stop."""
    if not field.known.all():
        raise ValueError("the picture is not complete yet")
    return np.where(field.times < field.max_steps, np.maximum(field.fates, 1), 0)
