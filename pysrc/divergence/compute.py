"""What becomes of points and windows: times, fates, progress, cancelling."""

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


class Outcome(NamedTuple):
    """What became of every point; all arrays have the points' shape.

    Attributes:
        times: int32, steps until the point stopped, or max_steps.
        fates: int32, where it ended: 0 if it did not stop, else 1 and up as the map's fate_names
            say; None unless asked for.
        fractions: float64, to be added to a time for a smooth colour; None unless asked for.
    """

    times: NDArray[np.int32]
    fates: NDArray[np.int32] | None = None
    fractions: NDArray[np.float64] | None = None


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
    return times_at(system, x, y, max_steps, device=device, threads=threads, progress=progress)


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
    """The same for starting points x, y: float64 of any shapes that broadcast together."""
    return outcome_at(
        system, x, y, max_steps, device=device, threads=threads, progress=progress
    ).times


def fates(
    system: Map,
    window: Window,
    max_steps: int,
    *,
    device: str = "auto",
    threads: int = 0,
    progress: Report | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Times, as above, and where each point ended: 0 for nowhere, else as map.fate_names say."""
    x, y = window.points()
    outcome = outcome_at(
        system, x, y, max_steps, fates=True, device=device, threads=threads, progress=progress
    )
    return outcome.times, outcome.fates


def outcome_at(
    system: Map,
    x: ArrayLike,
    y: ArrayLike,
    max_steps: int,
    *,
    fates: bool = False,
    fractions: bool = False,
    device: str = "auto",
    threads: int = 0,
    progress: Report | None = None,
) -> Outcome:
    """Everything that one pass of the kernel can tell of starting points x, y.

    Args and errors as for times(); `fates` and `fractions` say which of these to fill in.
    """
    x, y = np.broadcast_arrays(_points("x", x), _points("y", y))
    max_steps = checks.integer("max_steps", max_steps, minimum=1)
    threads = checks.integer("threads", threads, minimum=0) or cpu_threads()
    workers = resolve(device)
    outcome = Outcome(
        np.empty(x.shape, np.int32),
        np.empty(x.shape, np.int32) if fates else None,
        np.empty(x.shape, np.float64) if fractions else None,
    )
    if x.size:
        x, y = np.ascontiguousarray(x), np.ascontiguousarray(y)
        _fill(workers[0], system, x, y, outcome, max_steps, threads, progress)
    return outcome


def _fill(
    device: Device,
    system: Map,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    outcome: Outcome,
    max_steps: int,
    threads: int,
    progress: Report | None,
) -> None:
    """Fills in an outcome on one device. Ctrl-C is heard between two polls, and ends the run."""
    library = native.load(system.family, device.backend)
    with native.Run(
        library,
        system,
        x,
        y,
        outcome.times,
        max_steps,
        fates=outcome.fates,
        fractions=outcome.fractions,
        device=device.index,
        threads=threads,
    ) as run:
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
