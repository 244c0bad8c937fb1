"""What became of points."""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, Unpack

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .. import checks
from ..maps.base import Map
from .elsewhere import Where
from .launch import How, run, state_type
from .points import Scattered

KINDS = {
    "times": np.int32,
    "fates": np.int32,
    "fractions": np.float64,
    "states": np.void,
    "above": np.int32,
}
"""The arrays of an outcome: times, and what may be asked for besides."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What became of points of a map within a step limit.

    All arrays have the points' shape, and may have one axis more.

    Attributes:
        map: the map.
        max_steps: the step limit.
        times: int32, steps until the point stopped, or max_steps.
        fates: int32, where it ended: 0 if it did not stop, else 1 and up as the map's fate_names
            say; None unless asked for.
        fractions: float64, to be added to a time for a smooth colour; None unless asked for.
        states: in which the points stopped or were left, from which resume() goes on: a structured
            array, whose fields are named as in the kernel's State. None unless asked for.
        above: int32, with a last axis for octaves from 1 up, the times as they are so far above in
            a zoom; None unless octaves.outcome_from_above() was asked.
    """

    map: Map
    max_steps: int
    times: NDArray[np.int32]
    fates: NDArray[np.int32] | None = None
    fractions: NDArray[np.float64] | None = None
    states: NDArray[np.void] | None = None
    above: NDArray[np.int32] | None = None

    @classmethod
    def empty(
        cls,
        system: Map,
        max_steps: int,
        shape: tuple[int, ...],
        wanted: Collection[str] = (),
        device: Where = "auto",
    ) -> Self:
        """Arrays to compute into: times, and what is wanted of "fates", "fractions", "states"."""
        types: dict[str, DTypeLike] = {name: KINDS[name] for name in ("times", *wanted)}
        if "states" in types:
            types["states"] = state_type(system, device)
        points = math.prod(shape)
        size = points * sum(np.dtype(of_type).itemsize for of_type in types.values())
        checks.memory(f"{' and '.join(types)} of {points:,} points", size)
        arrays: dict[str, Any] = {name: np.zeros(shape, of_type) for name, of_type in types.items()}
        return cls(system, max_steps, **arrays)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Those of the arrays that there are, by name; "times" first."""
        found = {name: getattr(self, name) for name in KINDS}
        return {name: array for name, array in found.items() if array is not None}

    def only(self, names: Collection[str]) -> Self:
        """With times and, of the other arrays, those named."""
        left_out: dict[str, Any] = {
            name: None for name in self.arrays() if name not in ("times", *names)
        }
        return replace(self, **left_out)

    def take(self, index: Any) -> Self:
        """Of the points at an index, whatever NumPy allows that leaves the arrays' last axis."""
        return self._each(lambda array: array[index])

    def put(self, index: Any, other: Self) -> None:
        """Puts another's arrays in the place of these, as far as both have them."""
        mine = self.arrays()
        for name, array in other.arrays().items():
            if name in mine:
                mine[name][index] = array

    def blank(self, size: int) -> Self:
        """As many zeros for (size,) points, to put() into."""
        axes = self.times.ndim
        return self._each(lambda array: np.zeros((size, *array.shape[axes:]), array.dtype))

    def copy(self) -> Self:
        """With arrays of its own, which keep no larger ones alive."""
        return self._each(np.copy)

    def reshape(self, shape: tuple[int, ...]) -> Self:
        """The points in another shape."""
        before = self.times.ndim
        return self._each(lambda array: array.reshape(*shape, *array.shape[before:]))

    @classmethod
    def join(cls, pieces: Sequence[Self]) -> Self:
        """The points of several, (points,) each, one after another: what all of them tell."""
        if len(pieces) == 1:
            return pieces[0]
        names = set.intersection(*(set(piece.arrays()) for piece in pieces))
        arrays = {
            name: np.concatenate([getattr(piece, name) for piece in pieces])
            for name in KINDS
            if name in names
        }
        return cls(pieces[0].map, pieces[0].max_steps, **arrays)

    def resume(self, max_steps: int, **how: Unpack[How]) -> Self:
        """The outcome at a larger step limit, bit for bit.

        Only points that had not stopped are computed, and of them only the steps that are new.

        Args:
            max_steps: the new limit, no less than the old one.
            how: see How.

        Raises:
            ValueError: the limit is less, or there are no states. DeviceError: as for times().
        """
        max_steps = checks.integer("max_steps", max_steps, minimum=self.max_steps)
        return self._resumed(self.map, max_steps, self.times >= self.max_steps, how)

    def resume_stopped(self, system: Map, **how: Unpack[How]) -> Self:
        """The outcome under a map that differs in nothing but that points stop later.

        Only points that had stopped are computed, and of them only the steps that are new.
        """
        return self._resumed(system, self.max_steps, self.times < self.max_steps, how)

    def _resumed(self, system: Map, max_steps: int, going: NDArray[np.bool_], how: How) -> Self:
        if self.states is None:
            raise ValueError("only an outcome with states can be resumed")
        whole = replace(self.copy(), map=system, max_steps=max_steps)
        part = self.take(going)
        nowhere = np.zeros(part.times.size)  # that they started there plays no part any more
        into = part.only(("fates", "fractions", "states")).arrays()
        run(system, Scattered(nowhere, nowhere), into, max_steps, resume=True, **how)
        whole.put(going, part)
        return whole

    def _each(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Self:
        arrays: dict[str, Any] = {name: change(array) for name, array in self.arrays().items()}
        return replace(self, **arrays)
