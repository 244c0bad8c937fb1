"""Starting points: rectangles of a lattice, or whichever are given. Kernels make the points of a
lattice from its lines; elsewhere coordinates are made of a few points at a time."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..window import Window

Coordinates = tuple[NDArray[np.float64], NDArray[np.float64]]


class Lattice(NamedTuple):
    """Points where lines cross, block by block and in every block row by row.

    Attributes:
        x: (columns,) float64, of the lines upwards.
        y: (rows,) float64, of the lines across.
        blocks: (rows, columns) of the one to four rectangles that have points, as ranges of lines.
        first: the number of the first point that is meant.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    blocks: tuple[tuple[range, range], ...]
    first: int


class Points(ABC):
    """Starting points in a fixed order."""

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """Of the arrays that say what becomes of them, in the same order."""

    @property
    def size(self) -> int:
        """How many points there are."""
        return math.prod(self.shape)

    @abstractmethod
    def coordinates(self, start: int = 0, stop: int | None = None) -> Coordinates:
        """x and y, float64 (points,), of points number start to stop - 1; of all by default."""

    def lattice(self, first: int = 0) -> Lattice | None:
        """The lines that the points are on, from a point on; None where they are anywhere."""
        return None

    def part(self, numbers: range) -> "Part":
        """The points with these consecutive numbers."""
        return Part(self, numbers)

    def where(self, chosen: NDArray[np.bool_]) -> "Scattered":
        """The points that are chosen, an array of their shape."""
        x, y = self.coordinates()
        return Scattered(x[chosen.ravel()], y[chosen.ravel()])


@dataclass(frozen=True, eq=False)
class Scattered(Points):
    """Points anywhere: x and y, contiguous float64 arrays of one shape."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]

    @classmethod
    def of(cls, x: ArrayLike, y: ArrayLike) -> Self:
        """Of numbers or arrays that broadcast together. ValueError: they are not, or not finite."""
        x, y = _finite("x", x), _finite("y", y)
        try:
            x, y = np.broadcast_arrays(x, y)
            return cls(np.asarray(x, order="C"), np.asarray(y, order="C"))
        except ValueError:
            raise ValueError(f"x and y must fit together, not {x.shape} and {y.shape}") from None

    @property
    def shape(self) -> tuple[int, ...]:
        return self.x.shape

    def coordinates(self, start: int = 0, stop: int | None = None) -> Coordinates:
        stop = self.size if stop is None else stop
        return self.x.reshape(-1)[start:stop], self.y.reshape(-1)[start:stop]


@dataclass(frozen=True, eq=False)
class Part(Points):
    """Points with consecutive numbers among others."""

    whole: Points
    numbers: range

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.numbers),)

    def coordinates(self, start: int = 0, stop: int | None = None) -> Coordinates:
        part = self.numbers[start:stop]
        return self.whole.coordinates(part.start, part.stop)

    def lattice(self, first: int = 0) -> Lattice | None:
        return self.whole.lattice(self.numbers.start + first)


@dataclass(frozen=True)
class Patch(Points):
    """A rectangle of a window's lattice, which may reach beyond the window and may have a hole.

    Attributes:
        window: it has the center and the lattice steps.
        rows, columns: ranges of offsets from the center.
        hole: (rows, columns) inside that are left out.
    """

    window: Window
    rows: range
    columns: range
    hole: tuple[range, range] | None = None

    @classmethod
    def of(cls, window: Window) -> Self:
        """All of a window, row by row from the lowest."""
        rows, columns = (range(-(n // 2), n - n // 2) for n in window.shape)
        return cls(window, rows, columns)

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows, columns); with a hole (points,)."""
        if self.hole is None:
            return len(self.rows), len(self.columns)
        return (sum(len(rows) * len(columns) for rows, columns in self.blocks),)

    @cached_property
    def blocks(self) -> tuple[tuple[range, range], ...]:
        """(rows, columns) of the rectangles that it is made of, in the order of its points."""
        if self.hole is None:
            return ((self.rows, self.columns),)
        rows, columns = self.hole
        four = (
            (range(self.rows.start, rows.start), self.columns),
            (rows, range(self.columns.start, columns.start)),
            (rows, range(columns.stop, self.columns.stop)),
            (range(rows.stop, self.rows.stop), self.columns),
        )
        return tuple(block for block in four if block[0] and block[1])

    def coordinates(self, start: int = 0, stop: int | None = None) -> Coordinates:
        """Of points number start to stop - 1; row by row in every block."""
        row, column = self.offsets(start, self.size if stop is None else stop)
        return self.window.x_at(column), self.window.y_at(row)

    def offsets(self, start: int, stop: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The rows and columns, from the center, of points number start to stop - 1."""
        row, column, before = [], [], 0
        for rows, columns in self.blocks:
            count = len(rows) * len(columns)
            number = np.arange(max(start - before, 0), min(stop - before, count))
            up, across = np.divmod(number, len(columns))
            row.append(rows.start + up)
            column.append(columns.start + across)
            before += count
        return np.concatenate(row), np.concatenate(column)

    def lattice(self, first: int = 0) -> Lattice:
        x, y = self._lines
        up, right = self.rows.start, self.columns.start
        blocks = tuple(
            (
                range(rows.start - up, rows.stop - up),
                range(columns.start - right, columns.stop - right),
            )
            for rows, columns in self.blocks
        )
        return Lattice(x, y, blocks, first)

    @cached_property
    def _lines(self) -> Coordinates:
        return self.window.x_at(np.array(self.columns)), self.window.y_at(np.array(self.rows))


def _finite(name: str, values: ArrayLike) -> NDArray[np.float64]:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be an array of numbers") from None
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite everywhere")
    return array
