"""What becomes of points and windows: times, fates, progress, cancelling."""

from collections.abc import Callable
from typing import NamedTuple, TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import checks
from ..maps.base import Map
from ..window import Window
from . import native, schedule
from .devices import Device, cpu_threads, resolve


class Progress(NamedTuple):
    """How far a computation has come."""

    points: int
    total_points: int
    steps: int  # pixel-steps taken


class How(TypedDict, total=False):
    """How to compute, which has no influence on the result.

    Attributes:
        device: "auto" (the default), "cpu", "cuda" or "cuda:0,1"; see devices().
        threads: of the CPU; 0, the default, for all cores that this process may use.
        progress: called with a Progress some times a second.
        thread_per_device: a host thread for each GPU; by default, one looks after all of them.
    """

    device: str
    threads: int
    progress: Callable[[Progress], object] | None
    thread_per_device: bool


class Outcome(NamedTuple):
    """What became of every point; all arrays have the points' shape.

    Attributes:
        times: int32, steps until the point stopped, or max_steps.
        fates: int32, where it ended: 0 if it did not stop, else 1 and up as the map's fate_names
            say; None unless asked for.
        fractions: float64, to be added to a time for a smooth colour; None unless asked for.
        states: float64, with a last axis for the state's numbers, in which the points stopped or
            were left, as go_on() takes them. None unless asked for.
        above: int32, with a last axis for octaves from 1 up, the times as they are so far above in
            a zoom; None unless octaves.outcome_from_above() was asked.
    """

    times: NDArray[np.int32]
    fates: NDArray[np.int32] | None = None
    fractions: NDArray[np.float64] | None = None
    states: NDArray[np.float64] | None = None
    above: NDArray[np.int32] | None = None


def times(system: Map, window: Window, max_steps: int, **how: Unpack[How]) -> NDArray[np.int32]:
    """Steps until each point of a window stops, or max_steps.

    Args:
        system: the map, with its parameters.
        window: the lattice of starting points.
        max_steps: the step limit, 1 to 2^31 - 1.
        how: see How.

    Returns:
        (rows, columns) int32; row 0 has the lowest y.

    Raises:
        ValueError: a bad value. LibraryError, DeviceError: see errors.
    """
    return outcome_at(system, *window.points(), max_steps, **how).times


def times_at(
    system: Map, x: ArrayLike, y: ArrayLike, max_steps: int, **how: Unpack[How]
) -> NDArray[np.int32]:
    """The same for starting points x, y: float64 of any shapes that broadcast together."""
    return outcome_at(system, x, y, max_steps, **how).times


def fates(
    system: Map, window: Window, max_steps: int, **how: Unpack[How]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Times, and where each point ended: 0 for nowhere, else as the map's fate_names say."""
    outcome = outcome_at(system, *window.points(), max_steps, fates=True, **how)
    return outcome.times, outcome.fates


def outcome_at(
    system: Map,
    x: ArrayLike,
    y: ArrayLike,
    max_steps: int,
    *,
    fates: bool = False,
    fractions: bool = False,
    states: bool = False,
    **how: Unpack[How],
) -> Outcome:
    """Everything that one pass of the kernel can tell of starting points x, y.

    Args and errors as for times() and times_at(); `fates`, `fractions` and `states` ask for these.
    """
    x, y = _points("x", x), _points("y", y)
    try:
        x, y = np.broadcast_arrays(x, y)
    except ValueError:
        raise ValueError(f"x and y must fit together, not {x.shape} and {y.shape}") from None
    max_steps = checks.integer("max_steps", max_steps, minimum=1)
    outcome = Outcome(
        np.empty(x.shape, np.int32),
        np.empty(x.shape, np.int32) if fates else None,
        np.empty(x.shape, np.float64) if fractions else None,
        np.zeros((*x.shape, _variables(system, how)), np.float64) if states else None,
    )
    _fill(outcome, system, x.ravel(), y.ravel(), max_steps, **how)
    return outcome


def go_on(
    system: Map, outcome: Outcome, reached: int, max_steps: int, **how: Unpack[How]
) -> Outcome:
    """The outcome at a larger step limit, bit for bit, from where it was left.

    Only points that had not stopped are computed, and of them only the steps that are new.

    Args:
        system: the map, with the parameters that it had.
        outcome: with states.
        reached: the step limit that the outcome has.
        max_steps: the new one, no less.
        how: see How.
    """
    max_steps = checks.integer("max_steps", max_steps, minimum=reached)
    if outcome.states is None:
        raise ValueError("only an outcome with states can be gone on with")
    whole = Outcome(*(None if array is None else array.copy() for array in outcome))
    going = outcome.times >= reached
    part = Outcome(*(None if array is None else array[going] for array in outcome))
    nowhere = np.zeros(part.times.size)
    _fill(part, system, nowhere, nowhere, max_steps, resume=True, **how)
    for array, new in zip(whole, part, strict=True):
        if array is not None:
            array[going] = new
    return whole


def _variables(system: Map, how: How) -> int:
    worker = resolve(how.get("device", "auto"))[0]
    return native.variables(native.load(system.family, worker.backend), system)


def _fill(
    outcome: Outcome,
    system: Map,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    max_steps: int,
    *,
    resume: bool = False,
    device: str = "auto",
    threads: int = 0,
    progress: Callable[[Progress], object] | None = None,
    thread_per_device: bool = False,
) -> None:
    threads = checks.integer("threads", threads, minimum=0) or cpu_threads()
    workers = resolve(device)
    rows = [
        None if a is None else a.reshape(x.size, *a.shape[outcome.times.ndim :])
        for a in outcome[:4]
    ]

    def start(worker: Device, tile: slice) -> native.Run:
        times, fates, fractions, states = (None if a is None else a[tile] for a in rows)
        library = native.load(system.family, worker.backend)
        return native.Run(
            library,
            system,
            x[tile],
            y[tile],
            times,
            max_steps,
            fates=fates,
            fractions=fractions,
            states=states,
            resume=resume,
            device=worker.index,
            threads=threads,
        )

    schedule.run_tiles(
        workers,
        schedule.tiles(x.size, len(workers)),
        start,
        progress and (lambda points, steps: progress(Progress(points, x.size, steps))),
        thread_per_device=thread_per_device,
    )


def _points(name: str, values: ArrayLike) -> NDArray[np.float64]:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be an array of numbers") from None
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite everywhere")
    return array
