"""Tiles of points to devices: how to compute, and the one place where that is begun."""

import difflib
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from inspect import Parameter, signature
from typing import Any, NamedTuple, ParamSpec, TypedDict, TypeVar, Unpack

import numpy as np
from numpy.typing import NDArray

from .. import checks
from ..errors import DeviceError, LibraryError
from ..maps.base import Map
from . import native, runs, schedule
from .devices import Device, cpu_threads, resolve
from .elsewhere import Where
from .points import Points

LOG = logging.getLogger(__name__)


class Progress(NamedTuple):
    """How far a computation has come."""

    points: int
    total_points: int
    steps: int  # pixel-steps taken


class How(TypedDict, total=False):
    """How to compute, which has no influence on the result.

    Attributes:
        device: "auto" (the default), "cpu", "cuda" or "cuda:0,1"; see devices(). Windows, orbits
            and orbit diagrams are computed by other machines, too: see elsewhere.Where.
        threads: of the CPU; 0, the default, for all cores that this process may use.
        progress: called with a Progress some times a second.
        thread_per_device: a host thread for each GPU, as by default where there are several, or one
            that looks after all of them.
    """

    device: Where
    threads: int
    progress: Callable[[Progress], object] | None
    thread_per_device: bool | None


Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def names_keywords(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """For a public function that passes `**how` on: a keyword that neither it nor How has is its
    caller's mistake, and is called so before anything starts."""
    parameters = signature(function).parameters.values()
    known = {p.name for p in parameters if p.kind is not Parameter.VAR_KEYWORD}
    known |= set(How.__annotations__)

    @wraps(function)
    def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        for name in kwargs:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                advice = f"; did you mean {near[0]!r}?" if near else ""
                raise TypeError(
                    f"{function.__name__}() got an unexpected keyword argument {name!r}{advice}"
                )
        return function(*args, **kwargs)

    return checked


def run(
    system: Map,
    points: Points,
    into: Mapping[str, NDArray[Any]],
    max_steps: int,
    *,
    resume: bool = False,
    **how: Unpack[How],
) -> None:
    """Computes points of a map into arrays.

    Args:
        system: the map.
        points: where they start.
        into: "times", int32, and whichever else is wanted of "fates", int32, "fractions",
            float64, and "states", of a state_type(): contiguous arrays of the points' shape.
        max_steps: the step limit.
        resume: go on from the states, which have taken `times` steps, wherever the points started.
        how: see How.
    """
    rows = {name: array.reshape(points.size) for name, array in into.items()}

    def start(worker: Device, tile: slice, threads: int) -> runs.Run:
        library = native.library_of(system, worker.backend)
        arrays = {name: array[tile] for name, array in rows.items()}
        lattice = points.lattice(tile.start) if library else None
        return runs.start_run(
            library,
            system,
            lattice or points.coordinates(tile.start, tile.stop),
            max_steps=max_steps,
            **arrays,
            resume=resume,
            device=worker.index,
            threads=threads,
        )

    bytes_each = 16 + sum(array.nbytes for array in rows.values()) // max(points.size, 1)
    over_tiles(points.size, bytes_each, start, **how)


_ambient: ContextVar[tuple[int | None, bool | None]] = ContextVar("ambient", default=(None, None))


@contextmanager
def computing(threads: int | None = None, thread_per_device: bool | None = None) -> Iterator[None]:
    """Lets what is computed meanwhile, and says nothing of these, have them; see How."""
    if threads is not None:
        checks.integer("threads", threads, minimum=0)
    before = _ambient.set((threads, thread_per_device))
    try:
        yield
    finally:
        _ambient.reset(before)


def over_tiles(
    count: int,
    bytes_each: int,
    start: Callable[[Device, slice, int], schedule.Run],
    *,
    device: Where = "auto",
    threads: int = 0,
    progress: Callable[[Progress], object] | None = None,
    thread_per_device: bool | None = None,
) -> None:
    """Shares out `count` points, each of so many bytes, among devices; start(device, tile, threads)
    sets a tile going."""
    default_threads, default_thread_per_device = _ambient.get()
    threads = checks.integer("threads", threads, minimum=0) or default_threads or cpu_threads()
    if thread_per_device is None:
        thread_per_device = default_thread_per_device
    workers = resolve(device)
    spare = Device("cpu") if device == "auto" and workers != [Device("cpu")] else None
    LOG.info("%d points on %s", count, ", ".join(map(str, workers)))

    def begin(worker: Device, tile: slice) -> schedule.Run:
        try:
            return start(worker, tile, threads)
        except LibraryError as error:
            if spare is None or worker == spare:
                raise
            raise DeviceError(str(error)) from None

    schedule.run_tiles(
        workers,
        schedule.tiles(count, workers, bytes_each),
        begin,
        progress and (lambda points, steps: progress(Progress(points, count, steps))),
        thread_per_device=thread_per_device,
        spare=spare,
    )


def state_type(system: Map, device: Where = "auto") -> np.dtype[np.void]:
    """Of the state of one point of a map: its numbers by name, as the kernel names them."""
    library = native.library_of(system, resolve(device)[0].backend)
    return runs.state_type(library, system)


def source(system: Map, device: Where = "auto") -> str:
    """The digest of the sources that a map's library was built from."""
    library = native.library_of(system, resolve(device)[0].backend)
    return "interpreted" if library is None else library.sources
