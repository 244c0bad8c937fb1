"""Times for points and windows: devices, progress, cancelling."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import checks, native
from .devices import Device, cpu_threads, resolve
from .maps.base import Map
from .window import Window

POLL_SECONDS = 0.05


class Progress(NamedTuple):
    """How far a computation has come."""

    points: int
    total_points: int
    steps: int  # pixel-steps taken


Report = Callable[[Progress], object]


def times(
    system: Map,
    window: Window,
    max_steps: int,
    *,
    device: str = "auto",
    threads: int = 0,
    progress: Report | None = None,
) -> NDArray[np.int32]:
    """Steps until each point of a window stops, or max_steps.

    Args:
        system: the map, with its parameters.
        window: the lattice of starting points.
        max_steps: the step limit, 1 to 2^31 - 1.
        device: "auto", "cpu", "cuda" or "cuda:0,1"; see devices(). The result is the same.
        threads: of the CPU; 0 for all cores that this process may use.
        progress: called with a Progress a few times a second.

    Returns:
        (rows, columns) int32; row 0 has the lowest y.

    Raises:
        ValueError: a bad value. LibraryError, DeviceError: see errors.
    """
    x, y = window.points()
    return times_at(
        system, x, y, max_steps, device=device, threads=threads, progress=progress
    )


def times_at(
    system: Map,
    x: ArrayLike,
    y: ArrayLike,
    max_steps: int,
    *,
    device: str = "auto",
    threads: int = 0,
    progress: Report | None = None,
) -> NDArray[np.int32]:
    """The same for starting points of any shape.

    Args:
        x, y: float64 arrays that broadcast together; all values finite.

    Returns:
        int32, of the shape that x and y broadcast to.
    """
    x, y = np.broadcast_arrays(_points("x", x), _points("y", y))
    result = np.empty(x.shape, np.int32)
    max_steps = checks.integer("max_steps", max_steps, minimum=1)
    threads = checks.integer("threads", threads, minimum=0) or cpu_threads()
    workers = resolve(device)
    if x.size == 0:
        return result
    x, y = np.ascontiguousarray(x), np.ascontiguousarray(y)
    run_on(workers[0], system, x, y, result, max_steps, threads=threads, progress=progress)
    return result


def run_on(
    device: Device,
    system: Map,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    out: NDArray[np.int32],
    max_steps: int,
    *,
    threads: int,
    progress: Report | None,
) -> None:
    """Fills in `out` on one device. Ctrl-C is heard between two polls, and ends the run."""
    library = native.load(system.family, device.backend)
    run = native.Run(
        library, system, x, y, out, max_steps, device=device.index, threads=threads
    )
    with run:
        finished = False
        while not finished:
            finished = run.poll(POLL_SECONDS)
            if progress:
                progress(Progress(run.points, x.size, run.steps))


def _points(name: str, values: ArrayLike) -> NDArray[np.float64]:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be an array of numbers") from None
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite everywhere")
    return array
