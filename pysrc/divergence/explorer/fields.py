"""Times on a lattice, some of them known: what a view has, and what another view of the same map
can take from it, bit for bit."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..frame import Frame
from ..kernel.outcome import Outcome
from ..window import Window

MOST_FIELDS = 12  # that a view keeps of where it has been
MOST_POINTS = 8_000_000  # of all of them, in 25 bytes each


class Field:
    """The points of a window, and what became of those that are known.

    Attributes:
        window: of the points.
        max_steps: the step limit.
        times: (rows, columns) int32.
        fates: (rows, columns) int32.
        fractions: (rows, columns) float64.
        known: (rows, columns) bool.
    """

    def __init__(self, window: Window, max_steps: int) -> None:
        self.window, self.max_steps = window, max_steps
        self.times = np.zeros(window.shape, np.int32)
        self.fates = np.zeros(window.shape, np.int32)
        self.fractions = np.zeros(window.shape, np.float64)
        self.known = np.zeros(window.shape, np.bool_)

    def put(self, rows: NDArray[np.intp], columns: NDArray[np.intp], outcome: Outcome) -> None:
        """Notes what became of the points at these rows and columns."""
        assert outcome.fates is not None and outcome.fractions is not None
        self.times[rows, columns] = outcome.times
        self.fates[rows, columns] = outcome.fates
        self.fractions[rows, columns] = outcome.fractions
        self.known[rows, columns] = True

    def take(self, other: "Field") -> None:
        """Takes the points that another field of the same map knows and this one does not.

        Two points are the same if their coordinates are, to the bit. One that had stopped within
        both limits has its time; one that had not is known where the limit is not larger.
        """
        rows, their_rows = _equal(self.window.y, other.window.y)
        columns, their_columns = _equal(self.window.x, other.window.x)
        if not rows.size or not columns.size:
            return
        mine, theirs = _places(rows, columns), _places(their_rows, their_columns)
        new = other.known[theirs] & ~self.known[mine]
        if not new.any():
            return
        times = other.times[theirs]
        stopped = times < min(self.max_steps, other.max_steps)
        if self.max_steps > other.max_steps:
            new &= stopped
        values = {
            "times": np.minimum(times, self.max_steps),
            "fates": np.where(stopped, other.fates[theirs], 0),
            "fractions": np.where(stopped, other.fractions[theirs], 0),
        }
        for name, known in values.items():
            array = getattr(self, name)
            array[mine] = np.where(new, known, array[mine])
        self.known[mine] |= new

    def filled(self, stride: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """For every pixel, the row and the column of the known point that stands for it while only
        every `stride`-th is known for sure: its own, or the one below and left on the coarse grid.
        """
        row, column = np.indices(self.window.shape)
        coarse_row, coarse_column = row - row % stride, column - column % stride
        return (
            np.where(self.known, row, coarse_row),
            np.where(self.known, column, coarse_column),
        )


class Fields:
    """The fields where a view has been, the last of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Hashable, Window, int], Field] = OrderedDict()

    def of(self, frame: Frame) -> Field:
        """A field for a frame's window, with all points that are known already."""
        system, window, max_steps, arithmetic = frame
        assert system is not None
        kind = (system, system.arithmetic, arithmetic)
        key = (kind, window, max_steps)
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return kept
        field = Field(window, max_steps)
        for (other_kind, *_), other in reversed(self._kept.items()):
            if field.known.all():
                break
            if other_kind == kind and arithmetic == "float64":  # which tells points apart
                field.take(other)
        self._kept[key] = field
        while len(self._kept) > 1 and (
            len(self._kept) > MOST_FIELDS
            or sum(kept.known.size for kept in self._kept.values()) > MOST_POINTS
        ):
            self._kept.popitem(last=False)
        return field


def _equal(
    one: NDArray[np.float64], other: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The places of the numbers that two rising arrays share, in each of them."""
    _, mine, theirs = np.intersect1d(one, other, assume_unique=True, return_indices=True)
    return mine, theirs


def _places(rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Any:
    """What picks these rows and columns of an array: slices, which are much faster, where they are
    evenly spaced."""
    steps = [int(places[1] - places[0]) if places.size > 1 else 1 for places in (rows, columns)]
    for places, step in zip((rows, columns), steps, strict=True):
        if (np.diff(places) != step).any():
            return np.ix_(rows, columns)
    return (
        slice(int(rows[0]), int(rows[-1]) + 1, steps[0]),
        slice(int(columns[0]), int(columns[-1]) + 1, steps[1]),
    )
