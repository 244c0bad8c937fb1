"""Work under way in a library: runs, orbits, one point followed; or in what stands in for a library
where a formula is interpreted."""

import ctypes
import weakref
from collections.abc import Mapping
from ctypes import c_char_p, c_int64
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ..maps.base import Map
from ..maps.formula.interpreter import Interpreter
from ..maps.planar import PlanarMap
from ..window import Window
from . import interpreted
from .native import Library, elementary, struct, struct_type
from .points import Lattice


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


def _interpreter(system: Any) -> Interpreter:  # of what has a program; all others are compiled
    return interpreted.interpreter(system, system.parameters(), elementary)


def _on_arrays(more: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in more.items() if name not in ("device", "threads")}
    if (states := kept.get("states")) is not None:
        kept["states"] = numbers(states)
    return kept


def numbers(states: NDArray[np.void]) -> NDArray[np.float64]:
    """States as plain numbers, (..., variables), in the same memory."""
    return states.view(np.float64).reshape(*states.shape, states.itemsize // 8)


def state_type(library: Library | None, system: Map) -> np.dtype[np.void]:
    """Of the state of one point: float64 numbers, arrays of them, and complex numbers, by name."""
    if library is None:
        return struct_type(_interpreter(system).program.state)
    parameters, fields, variables = library.parameters(system), c_char_p(), c_int64()
    library.call("state", parameters.ctypes.data, fields, variables, entry=system.entry)
    found = struct_type((fields.value or b"").decode())
    assert found.itemsize == 8 * variables.value
    return found


_written: dict[int, tuple[c_int64, Mapping[str, np.ndarray | None]]] = {}
"""The arrays that a library may still write to, with their ticket, by its address."""


class Ticket:
    """Something under way on one device.

    It releases itself before its arrays are freed, since an interrupt may come at any moment: after
    a job was submitted and before anyone knows of it, or while others are released.
    """

    def __init__(
        self,
        library: Library,
        entry: str,
        parameters: NDArray[np.void] | None,
        job: str,
        arrays: Mapping[str, np.ndarray | None],
        **values: object,
    ) -> None:
        self._library = library
        self._ticket = c_int64()
        self._progress = struct(struct_type(library.text("progress_fields")), {})
        _written[ctypes.addressof(self._ticket)] = self._ticket, arrays
        self._end = weakref.finalize(self, _release, library, self._ticket)
        pointers = {name: a.ctypes.data for name, a in arrays.items() if a is not None}
        made = struct(struct_type(library.text(job)), pointers | values)
        given = None if parameters is None else parameters.ctypes.data
        library.call("submit", given, made.ctypes.data, self._ticket, entry=entry)

    def poll(self, seconds: float) -> bool:
        """Waits at most so long, without the GIL, for the end; whether it has come."""
        return self._library.call("poll", self._ticket, seconds, self._progress.ctypes.data)

    @property
    def points(self) -> int:
        """Points, or orbits, that had ended at the last poll."""
        return int(self._progress["points"])

    @property
    def steps(self) -> int:
        """Steps of them that had been taken at the last poll."""
        return int(self._progress["steps"])

    @property
    def number(self) -> int:
        """By which the library knows it."""
        return self._ticket.value

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
        states: of a state_type(), filled in with the last of each point.
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
        values = {"max_steps": max_steps, "resume": resume, "device": device, "threads": threads}
        if isinstance(points, Lattice):
            values |= {"columns": points.x.size, "rows": points.y.size, "first": points.first}
            for i, (rows, columns) in enumerate(points.blocks):
                begins = {"row": rows.start, "column": columns.start}
                block = begins | {"rows": len(rows), "columns": len(columns)}
                values |= {f"blocks.{i}.{name}": number for name, number in block.items()}
        arrays = {"times": times, "fates": fates, "fractions": fractions, "states": states}
        super().__init__(
            library,
            system.entry,
            library.parameters(system),
            "job_fields",
            {"x": points[0], "y": points[1], **arrays},
            count=times.size,
            **values,
        )


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
        values: dict[str, float] = {"count": x.size, "steps": steps}
        values |= {"device": device, "threads": threads}
        if window is not None:
            values["rows"], values["columns"] = rows, columns = window.shape
            values["left"], _, values["bottom"], _ = window.extent
            values |= {"across": columns / float(window.width), "up": rows / float(window.height)}
        super().__init__(
            library,
            f"{system.entry}_orbits",
            library.orbit_parameters(system),
            "orbit_job_fields",
            {"x": x, "y": y, "points": points, "visits": visits},
            **values,
        )


def follow(
    library: Library | None,
    system: Map,
    x: float,
    y: float,
    every: int,
    states: NDArray[np.void],
    now: NDArray[np.void],
    *,
    resume: bool,
) -> None:
    """Fills states (count,), of a state_type(), with one point's at every `every`-th step.

    It goes on from `now`, of one state, where `resume` says so and else from the start, and leaves
    in `now` where it has come. It holds up the caller, so count * every must not be large.
    """
    if library is None:
        program, plain = _interpreter(system), (numbers(states), numbers(now)[0])
        interpreted.follow(program, x, y, every, *plain, resume=resume)
        return
    parameters = library.parameters(system)
    library.call(
        "follow",
        parameters.ctypes.data,
        x,
        y,
        every,
        len(states),
        states.ctypes.data,
        now.ctypes.data,
        resume,
        entry=system.entry,
    )
