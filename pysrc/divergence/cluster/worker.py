"""What a worker does: one function from bytes to bytes, which any executor can send anywhere.

A worker computes with what its machine has. It refuses, in a line, what it would not compute to the
same bits as the client: where its library is of other sources, or a map's arithmetic is another.
"""

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import __version__
from ..analysis import orbit_diagram, orbits
from ..bars import Silent
from ..deep.compute import prepare
from ..film.source import source_of
from ..film.tiles import computed
from ..kernel.devices import cpu_threads
from ..kernel.launch import How, computing, source
from ..kernel.outcome import Outcome
from ..maps.base import Map
from ..scenes.scene import Scene
from .message import Arrays, Table, layer_of, pack, unpack

# How many processes MPI, by whichever library, has started on this machine.
LOCAL_PROCESSES = ("OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS")


class RefusedError(Exception):
    """What is asked for would not be the same here, and why."""


def compute(request: bytes) -> bytes:
    """Answers a request of a client's.

    Returns:
        Packed, the worker's name, the seconds that it took, and what came of it; or why it refuses.
    """
    began = time.perf_counter()
    try:
        asked, arrays = unpack(request)
        with computing(threads=asked["threads"] or threads()):
            told, answer = ANSWERS[asked["do"]](asked, arrays, {"device": asked["device"]})
    except Exception as error:  # whatever it is, the client says it
        words = (
            str(error) if isinstance(error, RefusedError) else f"{type(error).__name__}: {error}"
        )
        told, answer = {"refused": words}, {}
    seconds = time.perf_counter() - began
    return pack({"worker": name(), "seconds": seconds} | told, answer)


def name() -> str:
    """This worker's, as its engine knows it: an address of Dask's, or a machine and a process."""
    worker = _of_dask()
    return worker.address if worker else f"{os.uname().nodename}:{os.getpid()}"


def threads() -> int:
    """Of the CPU, for one of the requests that this process has at a time."""
    worker = _of_dask()
    at_once = worker.state.nthreads if worker else 1
    processes = max(int(os.environ.get(name, 1)) for name in LOCAL_PROCESSES)
    mine = min(cpu_threads(), (os.cpu_count() or 1) // processes)
    return max(1, mine // at_once)


def _of_dask() -> Any:
    """The worker of Dask's that this thread works for, if there is one."""
    if "distributed" not in sys.modules:
        return None
    try:
        return sys.modules["distributed"].get_worker()
    except ValueError:
        return None


def check(system: Map, digest: str) -> None:
    """Raises RefusedError where the library that a map has here is not of a digest."""
    mine = source(system, "cpu")
    if mine != digest:
        raise RefusedError(
            f"its library of {system.family} was built from other sources ({mine[:8]}) than the "
            f"client's ({digest[:8]}): run 'make' there, on the same commit"
        )


def _tile(asked: Table, arrays: Arrays, how: How) -> tuple[Table, Arrays]:
    """Some points of a layer."""
    try:
        layer = layer_of(asked["layer"])
    except ValueError as error:
        raise RefusedError(str(error)) from None
    check(layer.map, asked["layer"]["source"])
    if deepest := asked["layer"]["deepest"]:  # whose reference serves others, too
        last = layer_of(deepest)
        prepare([(last.map, last.patch, last.max_steps)], None, Silent)
    some: Any = arrays
    known = Outcome(layer.map, asked["known_steps"], **some) if arrays else None
    outcome, steps = computed(layer, range(*asked["part"]), known, asked["wanted"], how)
    return {"steps": steps}, outcome.arrays()


def _orbits(asked: Table, arrays: Arrays, how: How) -> tuple[Table, Arrays]:
    """Some orbits, so many steps on: where they are, and their points or visits."""
    system, steps, window = asked["map"], asked["steps"], asked["window"]
    check(system, asked["source"])
    x, y = (np.array(arrays[axis]) for axis in "xy")
    answer = {"x": x, "y": y}
    if asked["points"]:
        answer["points"] = np.empty((x.size, steps, 2))
    if window:
        answer["visits"] = np.zeros(window.shape, np.int64)
    more: Any = {name: answer.get(name) for name in ("points", "visits")}
    orbits.follow(system, x, y, steps, window=window, **more, **how)
    return {"steps": steps * x.size}, answer


def _columns(asked: Table, _: Arrays, how: How) -> tuple[Table, Arrays]:
    """Some columns of an orbit diagram."""
    arguments, values = dict(asked["arguments"]), asked["values"]
    check(arguments["system"], asked["source"])
    counts = orbit_diagram.columns(values, how, **arguments)
    return {"steps": len(values) * arguments["orbits"] * arguments["steps"]}, {"counts": counts}


def _picture(asked: Table, _: Arrays, how: How) -> tuple[Table, Arrays]:
    """A frame of a scene, in colours."""
    if asked["version"] != __version__:
        raise RefusedError(f"it has version {__version__}, the client has {asked['version']}")
    scene = Scene.loads(asked["scene"], asked["name"], "the client's scene")
    if (system := scene.frame(asked["frame"]).map) is not None:
        check(system, asked["source"])
    frames = source_of(scene, device=how["device"], numbers=[asked["frame"]])
    frames.complete(Silent, lambda: None)
    return {"steps": 1}, {"rgb": next(frames.pictures())}


ANSWERS: dict[str, Callable[[Table, Arrays, How], tuple[Table, Arrays]]] = {
    "tile": _tile,
    "orbits": _orbits,
    "columns": _columns,
    "picture": _picture,
}
