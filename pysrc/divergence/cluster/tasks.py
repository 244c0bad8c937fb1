"""What is asked of workers: how it is put, how an answer is read, and whether that is true."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import __version__
from ..film.layer_store import Stored
from ..film.tiles import Job, computed
from ..kernel.launch import source
from ..kernel.outcome import KINDS, Outcome
from ..scenes.scene import Scene
from ..window import Window
from . import worker
from .message import Arrays, Table, pack, unpack

PROBED = 64  # points that this machine computes where two workers disagree


class Task(ABC):
    """Something that one worker can do.

    Attributes:
        steps: that it is expected to take; 0 where that is not known.
        exact: whether every machine gives the same bits.
    """

    steps: float = 0.0
    exact = True

    @abstractmethod
    def asks(self) -> tuple[Table, Arrays]:
        """The request, but for where and with how many threads to compute."""

    @abstractmethod
    def read(self, told: Table, arrays: Arrays) -> Any:
        """What an answer says. ValueError, KeyError: it is no answer to this."""

    def alike(self, one: Any, other: Any) -> bool:
        """Whether two answers say the same."""
        return all(same(one[name], other[name]) for name in one)

    def true(self, one: Any, other: Any) -> tuple[bool, bool]:
        """Which of two answers that are not alike is what this machine computes."""
        asked, arrays = self.asks()
        asked |= {"device": "cpu", "threads": 0}
        mine = self.read(*unpack(worker.compute(pack(asked, arrays))))
        return self.alike(one, mine), self.alike(other, mine)


class TileTask(Task):
    """Some points of a layer; its answer is a Stored.

    Args:
        job, part: which.
        layer: its layer_table(), with the "source" of its library and the job's "deepest" layer.
        steps: see Task.
    """

    def __init__(self, job: Job, part: range, layer: Table, steps: float) -> None:
        self.job, self.part, self.steps = job, part, steps
        self._layer = layer

    def asks(self) -> tuple[Table, Arrays]:
        known = self.job.known_of(self.part)
        asked = {
            "do": "tile",
            "layer": self._layer,
            "part": (self.part.start, self.part.stop),
            "wanted": sorted(self.job.wanted),
            "known_steps": known.max_steps if known else 0,
        }
        return asked, known.arrays() if known else {}

    def read(self, told: Table, arrays: Arrays) -> Stored:
        layer = self.job.layer
        wanted = {"times", *self.job.wanted} - {"states"}  # which there may be none of
        if missing := wanted - set(arrays):
            raise ValueError(f"no {' and '.join(missing)}")
        for name, array in arrays.items():
            if len(array) != len(self.part) or not np.issubdtype(array.dtype, KINDS[name]):
                raise ValueError(f"{name} of {array.shape} {array.dtype}")
        some: Any = arrays
        return Stored(Outcome(layer.map, layer.max_steps, **some), int(told["steps"]))

    def alike(self, one: Stored, other: Stored) -> bool:
        return one.steps == other.steps and super().alike(
            one.outcome.arrays(), other.outcome.arrays()
        )

    def true(self, one: Stored, other: Stored) -> tuple[bool, bool]:
        """By some points, from the first on at which they differ."""
        first = min(
            (int(np.argmax(differ)) for differ in _differences(one, other) if differ.any()),
            default=0,
        )
        few = slice(first, min(first + PROBED, len(self.part)))
        part = self.part[few]
        known, job = self.job.known_of(part), self.job
        mine = computed(job.layer, part, known, job.wanted, {"device": "cpu"}).outcome.arrays()
        taken = (stored.outcome.take(few).arrays() for stored in (one, other))
        is_mine, is_mine_too = (Task.alike(self, mine, arrays) for arrays in taken)
        return is_mine, is_mine_too


class OrbitsTask(Task):
    """Some orbits, so many steps on; its answer is arrays."""

    def __init__(
        self,
        system: Any,
        places: slice,
        starts: Arrays,
        steps: int,
        points: bool,
        window: Window | None,
    ) -> None:
        self.places, self._starts = places, starts
        self.steps = float(steps * starts["x"].size)
        self._asks = {
            "do": "orbits",
            "map": system,
            "steps": steps,
            "points": points,
            "window": window,
            "source": source(system, "cpu"),
        }

    def asks(self) -> tuple[Table, Arrays]:
        return dict(self._asks), self._starts

    def read(self, told: Table, arrays: Arrays) -> Arrays:
        if arrays["x"].shape != self._starts["x"].shape:
            raise ValueError(f"orbits of {arrays['x'].shape}")
        return arrays


class ColumnsTask(Task):
    """Some columns of an orbit diagram; its answer is arrays with "counts"."""

    def __init__(self, arguments: Table, values: list[float], first: int) -> None:
        self.first, self.values, self._arguments = first, values, arguments
        self.steps = float(len(values) * arguments["orbits"] * arguments["steps"])

    def asks(self) -> tuple[Table, Arrays]:
        digest = source(self._arguments["system"], "cpu")
        asked = {"arguments": self._arguments, "values": self.values, "source": digest}
        return {"do": "columns"} | asked, {}

    def read(self, told: Table, arrays: Arrays) -> Arrays:
        expected = self._arguments["window"].shape[0], len(self.values)
        if arrays["counts"].shape != expected:
            raise ValueError(f"counts of {arrays['counts'].shape}")
        return arrays


class PictureTask(Task):
    """A frame of a scene; its answer is arrays with "rgb". Letters may look otherwise elsewhere."""

    exact = False

    def __init__(self, scene: Scene, frame: int, place: int) -> None:
        self.place, self._scene, self._frame = place, scene, frame

    def asks(self) -> tuple[Table, Arrays]:
        system = self._scene.frame(self._frame).map
        asked = {
            "do": "picture",
            "scene": self._scene.dumps(),
            "name": self._scene.name,
            "frame": self._frame,
            "version": __version__,
            "source": "" if system is None else source(system, "cpu"),
        }
        return asked, {}

    def read(self, told: Table, arrays: Arrays) -> Arrays:
        rows, columns = self._scene.window["shape"]
        if arrays["rgb"].shape != (rows, columns, 3):
            raise ValueError(f"a picture of {arrays['rgb'].shape}")
        return arrays


def same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether arrays have the same numbers; of those that are none, the bits play no part."""
    return one.dtype == other.dtype and one.shape == other.shape and not _unlike(one, other).any()


def _unlike(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """At which points, along the first axis, arrays of one kind and shape have other numbers."""
    if one.dtype.names:
        one, other = (
            np.ascontiguousarray(states).view(np.float64).reshape(len(states), -1)
            for states in (one, other)
        )
    differ = one != other
    if np.issubdtype(one.dtype, np.inexact):
        differ &= ~(np.isnan(one) & np.isnan(other))
    return np.asarray(differ.reshape(len(differ), -1).any(axis=1))


def _differences(one: Stored, other: Stored) -> list[NDArray[np.bool_]]:
    arrays, others = one.outcome.arrays(), other.outcome.arrays()
    return [_unlike(arrays[name], others[name]) for name in arrays if name in others]
