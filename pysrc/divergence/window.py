"""The lattice of starting points."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from . import checks
from .checks import Exact

PRECISE = Context(prec=40, Emin=-(10**15), Emax=10**15)


def in_units(length: Exact, unit: Exact) -> float:
    """How many units a length is; both may be smaller than float64 can be."""
    if isinstance(unit, float) and isinstance(length, float):
        return length / unit
    return float(PRECISE.divide(checks.decimal(length), checks.decimal(unit)))


@dataclass(frozen=True)
class Window:
    """A rectangle of the plane with a starting point for every pixel.

    Pixel (row j, column i) of `shape` (rows, columns) starts at
    x = cx + (i - columns//2) * width/columns and y = cy + (j - rows//2) * height/rows; row 0 has
    the lowest y. So a window and the same window at half the width share a quarter of their
    points exactly.

    A number may be a float, a Decimal, or a text such as "5.3003118132720401214801787" or "1e-30".
    It is kept as a float where that has the same shortest decimal, else as a Decimal.

    Attributes:
        center: (cx, cy).
        width: in the units of the map.
        shape: (rows, columns).
        height: by default the one that makes pixels square, width * rows / columns.

    Raises:
        ValueError: a value is not finite or not positive.
    """

    center: tuple[Exact, Exact] = (0.0, 0.0)
    width: Exact = 40.0
    shape: tuple[int, int] = (300, 300)
    height: Exact = None  # type: ignore[assignment] # a number once it is made

    if TYPE_CHECKING:  # what it is made of, beside what it holds

        def __init__(
            self,
            center: Sequence[Exact | str] = (0.0, 0.0),
            width: Exact | str = 40.0,
            shape: Sequence[int] = (300, 300),
            height: Exact | str | None = None,
        ) -> None: ...

    def __post_init__(self) -> None:
        try:
            rows, columns = self.shape
        except (TypeError, ValueError):
            raise ValueError(f"shape must be (rows, columns), not {self.shape!r}") from None
        rows = checks.integer("shape's rows", rows, minimum=1)
        columns = checks.integer("shape's columns", columns, minimum=1)
        width = checks.exact("width", self.width, positive=True)
        if self.height is None:
            height = width * rows / columns
        else:
            height = checks.exact("height", self.height, positive=True)
        fix = object.__setattr__
        fix(self, "center", checks.exact_numbers("center", self.center, 2))
        fix(self, "width", width)
        fix(self, "shape", (rows, columns))
        fix(self, "height", height)

    @property
    def unit(self) -> Exact:
        """In which float64 can say the window's lengths: 1, or its width where that may be less
        than a float64 can be."""
        return 1.0 if isinstance(self.width, float) else self.width

    def size_in(self, unit: Exact) -> tuple[float, float]:
        """(height, width) in a unit."""
        return in_units(self.height, unit), in_units(self.width, unit)

    def check_float64(self) -> None:
        """Raises a ValueError where float64 cannot tell the window's pixels apart."""
        for axis, middle, size, count in (
            ("x", self.center[0], self.width, self.shape[1]),
            ("y", self.center[1], self.height, self.shape[0]),
        ):
            step = float(size) / count
            if step < np.spacing(abs(float(middle))):
                raise ValueError(
                    f"pixels {size / count:.3g} apart in {axis} are too close for float64 "
                    f"at {float(middle)!r}"
                )

    @cached_property
    def x(self) -> np.ndarray:
        """(columns,) float64: the x of each column."""
        return self.x_at(np.arange(self.shape[1]) - self.shape[1] // 2)

    @cached_property
    def y(self) -> np.ndarray:
        """(rows,) float64: the y of each row, rising."""
        return self.y_at(np.arange(self.shape[0]) - self.shape[0] // 2)

    def x_at(self, offset: np.ndarray) -> np.ndarray:
        """The x of columns so many from the center, which may be outside the window."""
        return float(self.center[0]) + offset * float(self.width) / self.shape[1]

    def y_at(self, offset: np.ndarray) -> np.ndarray:
        """The y of rows so many from the center, which may be outside the window."""
        return float(self.center[1]) + offset * float(self.height) / self.shape[0]

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """(left, right, bottom, top) of the picture, as Matplotlib's imshow wants it."""
        dx, dy = float(self.width) / self.shape[1], float(self.height) / self.shape[0]
        return (
            self.x[0] - dx / 2,
            self.x[-1] + dx / 2,
            self.y[0] - dy / 2,
            self.y[-1] + dy / 2,
        )

    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """x and y of every pixel, float64 arrays (rows, columns).

        Raises:
            ValueError: float64 cannot tell the pixels apart.
        """
        self.check_float64()
        rows, columns = self.shape
        checks.memory(f"the points of {rows:,} x {columns:,} pixels", 16 * rows * columns)
        x, y = np.meshgrid(self.x, self.y)
        return x, y
