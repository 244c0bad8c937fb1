"""The compiled libraries: the only file that knows ctypes. Find, check, bind, call, raise."""

import ctypes
import logging
import threading
import weakref
from collections.abc import Mapping
from ctypes import POINTER, c_char_p, c_double, c_int, c_int64, c_void_p
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np

from .. import places
from ..errors import DeviceError, DeviceMemoryError, LibraryError
from ..maps.base import Map, Parameter
from ..maps.planar import PlanarMap
from ..window import Window
from . import compiled, interpreted
from .points import Lattice

SOURCES, BUILD = places.SOURCES, places.LIBRARIES
PREFIX = "divergence_"  # of every exported name
ABI = 3
DONE, BUSY, FAILED, OUT_OF_MEMORY = 0, 1, 2, 3


class Block(ctypes.Structure):
    """struct Points::Block of cuda/job.h."""

    _fields_ = [("row", c_int64), ("column", c_int64), ("rows", c_int64), ("columns", c_int64)]


class Points(ctypes.Structure):
    """struct Points of cuda/job.h."""

    _fields_ = [
        ("x", c_void_p),
        ("y", c_void_p),
        ("columns", c_int64),
        ("rows", c_int64),
        ("first", c_int64),
        ("blocks", Block * 4),
    ]


class Job(ctypes.Structure):
    """struct Job of cuda/job.h."""

    _fields_ = [
        ("points", Points),
        ("count", c_int64),
        ("max_steps", c_int64),
        ("times", c_void_p),
        ("fates", c_void_p),
        ("fractions", c_void_p),
        ("states", c_void_p),
        ("resume", c_int64),
        ("device", c_int64),
        ("threads", c_int64),
    ]


class OrbitJob(ctypes.Structure):
    """struct OrbitJob of cuda/orbits.h."""

    _fields_ = [
        ("x", c_void_p),
        ("y", c_void_p),
        ("count", c_int64),
        ("steps", c_int64),
        ("points", c_void_p),
        ("visits", c_void_p),
        ("rows", c_int64),
        ("columns", c_int64),
        ("left", c_double),
        ("bottom", c_double),
        ("across", c_double),
        ("up", c_double),
        ("device", c_int64),
        ("threads", c_int64),
    ]


class Progress(ctypes.Structure):
    """struct Progress of cuda/job.h."""

    _fields_ = [("points", c_int64), ("steps", c_int64)]


# One row a function: its name after PREFIX, what it returns, what it takes.
FUNCTIONS = [
    ("abi_number", c_int64, []),
    ("job_size", c_int64, []),
    ("source_files", c_char_p, []),
    ("source_digest", c_char_p, []),
    ("last_error", c_char_p, []),
    ("device_count", c_int, [POINTER(c_int64)]),
    ("device_name", c_int, [c_int64, c_char_p, c_int64]),
    ("poll", c_int, [c_int64, c_double, POINTER(Progress)]),
    ("release", c_int, [c_int64]),
]
# The same for every map, whose entry takes the place of {}.
MAP_FUNCTIONS = [
    ("{}_parameters_size", c_int64, []),
    ("{}_variables", c_int, [c_void_p, POINTER(c_int64)]),
    ("{}_submit", c_int, [c_void_p, POINTER(Job), POINTER(c_int64)]),
    (
        "{}_follow",
        c_int,
        [c_void_p, c_double, c_double, c_int64, c_int64, c_void_p, c_void_p, c_int64],
    ),
]
# The same for the orbits of every planar map.
ORBIT_FUNCTIONS = [
    ("orbit_job_size", c_int64, []),
    ("{}_orbits_parameters_size", c_int64, []),
    ("{}_orbits_submit", c_int, [c_void_p, POINTER(OrbitJob), POINTER(c_int64)]),
]


class Library:
    """A loaded library, checked against the sources and the structs of this file."""

    def __init__(self, family: str, backend: str, path: Path | None = None) -> None:
        self.path = path or BUILD / f"lib{family}.{backend}.so"
        if not self.path.exists():
            raise LibraryError(f"{self.path} is missing: run 'make'")
        if not compiled.is_whole(self.path):  # loading a truncated file would kill the process
            raise LibraryError(f"{self.path} is damaged: run 'make'")
        try:
            self._dll = ctypes.CDLL(str(self.path))
            self._bind(FUNCTIONS)
        except (OSError, AttributeError) as error:
            raise LibraryError(f"{self.path} cannot be loaded ({error}): run 'make'") from None
        if self.abi_number() != ABI or self.job_size() != ctypes.sizeof(Job):
            raise LibraryError(f"{self.path} has another interface: run 'make'")
        if (
            compiled.source_digest(SOURCES, self.source_files().decode().split())
            != self.source_digest().decode()
        ):
            raise LibraryError(f"{self.path} was built from other sources: run 'make'")

    def _bind(self, rows: list[tuple], entry: str = "") -> None:
        for name, result, arguments in rows:
            function = getattr(self._dll, PREFIX + name.format(entry))
            function.restype, function.argtypes = result, arguments
            setattr(self, name.format(entry), function)

    def bind(self, rows: list[tuple], sizes: Mapping[str, type[ctypes.Structure]]) -> None:
        """Binds other functions once; `sizes` says which of them tell the size of which struct."""
        if hasattr(self, rows[0][0]):
            return
        try:
            self._bind(rows)
        except AttributeError as error:
            raise LibraryError(f"{self.path} lacks a function ({error}): run 'make'") from None
        for name, struct in sizes.items():
            if getattr(self, name)() != ctypes.sizeof(struct):
                raise LibraryError(f"{self.path} has another interface: run 'make'")

    def bind_map(self, entry: str, parameters: ctypes.Structure) -> None:
        """Binds a map's functions once, and compares its parameter struct with the library's."""
        if hasattr(self, f"{entry}_submit"):
            return
        try:
            self._bind(MAP_FUNCTIONS, entry)
        except AttributeError as error:
            raise LibraryError(f"{self.path} lacks a map ({error}): run 'make'") from None
        self._check_parameters(entry, f"{entry}_parameters_size", parameters)

    def bind_orbits(self, entry: str, parameters: ctypes.Structure) -> None:
        """The same for the orbits of a planar map."""
        if hasattr(self, f"{entry}_orbits_submit"):
            return
        try:
            self._bind(ORBIT_FUNCTIONS, entry)
        except AttributeError as error:
            raise LibraryError(f"{self.path} lacks orbits ({error}): run 'make'") from None
        self._check_parameters(entry, f"{entry}_orbits_parameters_size", parameters)
        if self.orbit_job_size() != ctypes.sizeof(OrbitJob):
            raise LibraryError(f"{self.path} has another interface: run 'make'")

    def _check_parameters(self, entry: str, size: str, parameters: ctypes.Structure) -> None:
        if getattr(self, size)() != ctypes.sizeof(parameters):
            raise LibraryError(f"{self.path} has other parameters for {entry}: run 'make'")

    def check(self, status: int) -> int:
        """The status, if it is not a failure; else the library's own words, raised."""
        if status in (FAILED, OUT_OF_MEMORY):
            kind = DeviceMemoryError if status == OUT_OF_MEMORY else DeviceError
            raise kind(f"{self.path.name}: {self.last_error().decode()}")
        return status

    def count_devices(self) -> int:
        """How many devices the library finds here. DeviceError: why there are none."""
        count = c_int64()
        self.check(self.device_count(count))
        return count.value

    def name_device(self, device: int) -> str:
        """The name of one of them. DeviceError: why the library cannot use it."""
        name = ctypes.create_string_buffer(256)
        self.check(self.device_name(device, name, len(name)))
        return name.value.decode()


_loading = threading.Lock()


@cache
def _load(family: str, backend: str) -> Library:
    return Library(family, backend)


def load(family: str, backend: str) -> Library:
    """The library of a family, "cpu" or "cuda", loaded once in a process.

    Raises:
        LibraryError: it is missing, damaged, or not built from the sources at hand.
    """
    with _loading:
        return _load(family, backend)


@cache
def _loaded(path: Path, backend: str) -> Library:
    return Library("formula", backend, path)


def library_of(system: Map, backend: str) -> Library | None:
    """The library that has a map: its family's, or one of its own, compiled at its first use; None
    where there is no compiler for that, and the map is interpreted.

    Raises:
        LibraryError: as of load().
    """
    source = system.source
    if source is None:
        return load(system.family, backend)
    with _loading:
        try:
            path = compiled.library_of(source, BUILD, SOURCES, backend)
        except compiled.NoCompilerError as reason:
            _warn_once(str(reason))
            return None
        return _loaded(path, backend)


@cache
def _warn_once(reason: str) -> None:
    said = "formulas are interpreted, which is some ten times slower: %s"
    logging.getLogger(__name__).warning(said, reason)


def elementary(name: str, *arrays: np.ndarray) -> np.ndarray:
    """One of the kernels' own functions, such as "exp", over one or two arrays."""
    library = load("elementary", "cpu")
    if not hasattr(library, f"elementary_{name}"):
        arguments = [c_void_p, c_void_p, c_void_p, c_int64]
        library._bind([(f"elementary_{name}", c_int, arguments)])
    given = [np.ascontiguousarray(each, np.float64) for each in np.broadcast_arrays(*arrays)]
    result = np.empty_like(given[0])
    pointers = (each.ctypes.data for each in (given[0], given[-1], result))
    library.check(getattr(library, f"elementary_{name}")(*pointers, result.size))
    return result


def start_run(library: Library | None, system: Map, *arrays: Any, **more: Any) -> Any:
    """A Run, or what takes its place where a formula is interpreted; arguments as of a Run."""
    if library is not None:
        return Run(library, system, *arrays, **more)
    return interpreted.InterpretedRun(_interpreter(system), *arrays, **_on_arrays(more))


def start_orbits(library: Library | None, system: PlanarMap, *arrays: Any, **more: Any) -> Any:
    """The same for an OrbitRun."""
    if library is not None:
        return OrbitRun(library, system, *arrays, **more)
    return interpreted.InterpretedOrbits(_interpreter(system), *arrays, **_on_arrays(more))


def _interpreter(system: Map) -> interpreted.Interpreter:
    return interpreted.interpreter(system, system.parameters(), elementary)


def _on_arrays(more: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in more.items() if name not in ("device", "threads")}


def structure(parameters: Mapping[str, Parameter]) -> ctypes.Structure:
    """A C struct with these fields: double, int64_t, or an array of doubles."""
    kinds = {float: c_double, int: c_int64}
    fields = tuple(
        (name, c_double * len(value) if isinstance(value, tuple) else kinds[type(value)])
        for name, value in parameters.items()
    )
    return _structure(fields)(*parameters.values())


@cache
def _structure(fields: tuple[tuple[str, type], ...]) -> type[ctypes.Structure]:
    return type("Parameters", (ctypes.Structure,), {"_fields_": list(fields)})


_written: dict[int, tuple[c_int64, tuple[np.ndarray | None, ...]]] = {}
"""The arrays that a library may still write to, with their ticket, by its address."""


class Ticket:
    """Something under way on one device.

    It releases itself before its arrays are freed, since an interrupt may come at any moment: after
    a job was submitted and before anyone knows of it, or while others are released.
    """

    def __init__(self, library: Library, arrays: tuple[np.ndarray | None, ...]) -> None:
        self._library = library
        self._arrays = arrays
        self._ticket = c_int64()
        self._progress = Progress()
        _written[ctypes.addressof(self._ticket)] = self._ticket, arrays
        self._end = weakref.finalize(self, _release, library, self._ticket)

    def _pointers(self) -> list[int | None]:
        return [None if array is None else array.ctypes.data for array in self._arrays]

    def poll(self, seconds: float) -> bool:
        """Waits at most so long, without the GIL, for the end; whether it has come."""
        status = self._library.poll(self._ticket, seconds, self._progress)
        return self._library.check(status) == DONE

    @property
    def points(self) -> int:
        """Points, or orbits, that had ended at the last poll."""
        return self._progress.points

    @property
    def steps(self) -> int:
        """Steps of them that had been taken at the last poll."""
        return self._progress.steps

    def release(self) -> None:
        """Stops what still runs and frees what the library holds for it."""
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _release(library: Library, ticket: c_int64) -> None:
    if ticket.value:
        library.release(ticket)
    _written.pop(ctypes.addressof(ticket))


class Run(Ticket):
    """A job under way on one device.

    Args:
        library: from load().
        system: the map.
        points: x and y, float64, contiguous, one entry a point; or the lattice that they are on.
        times: int32, filled in.
        max_steps: the step limit.
        fates, fractions: int32 and float64, filled in where given.
        states: float64 (points, variables), filled in with the last of each point.
        resume: go on from `states`, which have taken `times` steps.
        device: of a GPU library.
        threads: of the CPU library; 0 for one a core.

    Raises:
        DeviceError: the library's own words.
    """

    def __init__(
        self,
        library: Library,
        system: Map,
        points: tuple[np.ndarray, np.ndarray] | Lattice,
        times: np.ndarray,
        *,
        max_steps: int,
        fates: np.ndarray | None = None,
        fractions: np.ndarray | None = None,
        states: np.ndarray | None = None,
        resume: bool = False,
        device: int = 0,
        threads: int = 0,
    ) -> None:
        parameters = structure(system.parameters())
        library.bind_map(system.entry, parameters)
        super().__init__(library, (*points[:2], times, fates, fractions, states))
        pointers = self._pointers()
        told = Points(*pointers[:2])
        if isinstance(points, Lattice):
            told.columns, told.rows, told.first = points.x.size, points.y.size, points.first
            for i, (rows, columns) in enumerate(points.blocks):
                told.blocks[i] = Block(rows.start, columns.start, len(rows), len(columns))
        job = Job(told, times.size, max_steps, *pointers[2:], resume, device, threads)
        submit = getattr(library, f"{system.entry}_submit")
        library.check(submit(ctypes.byref(parameters), job, self._ticket))


class OrbitRun(Ticket):
    """Orbits of a planar map under way on one device.

    Args:
        library: from load().
        system: the map.
        x, y: float64, contiguous: where the orbits are, changed to where they will be.
        steps: to take.
        points: float64 (orbits, steps, 2), filled in where given: the points before each step.
        visits: int64 (rows, columns), where given: each of those points is added to its pixel.
        window: of the pixels.
        device, threads: as of a Run.

    Raises:
        DeviceError: the library's own words.
    """

    def __init__(
        self,
        library: Library,
        system: PlanarMap,
        x: np.ndarray,
        y: np.ndarray,
        steps: int,
        *,
        points: np.ndarray | None = None,
        visits: np.ndarray | None = None,
        window: Window | None = None,
        device: int = 0,
        threads: int = 0,
    ) -> None:
        parameters = structure(system.planar())
        library.bind_orbits(system.entry, parameters)
        super().__init__(library, (x, y, points, visits))
        pointers = self._pointers()
        grid: tuple[float, ...] = (0, 0, 0, 0, 0, 0)
        if window is not None:
            rows, columns = window.shape
            left, _, bottom, _ = window.extent
            grid = (
                rows,
                columns,
                left,
                bottom,
                columns / float(window.width),
                rows / float(window.height),
            )
        job = OrbitJob(*pointers[:2], x.size, steps, *pointers[2:], *grid, device, threads)
        submit = getattr(library, f"{system.entry}_orbits_submit")
        library.check(submit(ctypes.byref(parameters), job, self._ticket))


def variables(library: Library | None, system: Map) -> int:
    """How many numbers the state of one point holds."""
    if library is None:
        return len(_interpreter(system).program.fields)
    parameters, count = structure(system.parameters()), c_int64()
    library.bind_map(system.entry, parameters)
    function = getattr(library, f"{system.entry}_variables")
    library.check(function(ctypes.byref(parameters), count))
    return count.value


def follow(
    library: Library | None,
    system: Map,
    x: float,
    y: float,
    every: int,
    states: np.ndarray,
    now: np.ndarray,
    *,
    resume: bool,
) -> None:
    """Fills states, float64 (count, variables), with one point's at every `every`-th step.

    It goes on from `now`, float64 (variables,), where `resume` says so and else from the start, and
    leaves in `now` where it has come. It holds up the caller, so count * every must not be large.
    """
    if library is None:
        interpreted.follow(_interpreter(system), x, y, every, states, now, resume=resume)
        return
    parameters = structure(system.parameters())
    library.bind_map(system.entry, parameters)
    function = getattr(library, f"{system.entry}_follow")
    library.check(
        function(
            ctypes.byref(parameters),
            x,
            y,
            every,
            len(states),
            states.ctypes.data,
            now.ctypes.data,
            resume,
        )
    )
