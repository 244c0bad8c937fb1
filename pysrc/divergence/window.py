"""The lattice of starting points."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from . import checks


@dataclass(frozen=True)
class Window:
    """A rectangle of the plane with a starting point for every pixel.

    Pixel (row j, column i) of `shape` (rows, columns) starts at
    x = cx + (i - columns//2) * width/columns and y = cy + (j - rows//2) * height/rows; row 0 has
    the lowest y. So a window and the same window at half the width share a quarter of their
    points exactly.

    Attributes:
        center: (cx, cy).
        width: in the units of the map.
        shape: (rows, columns).
        height: by default the one that makes pixels square, width * rows / columns.

    Raises:
        ValueError: a value is not finite or not positive, or the pixels are closer together than
            float64 can tell apart at this center.
    """

    center: tuple[float, float] = (0.0, 0.0)
    width: float = 40.0
    shape: tuple[int, int] = (300, 300)
    height: float | None = None

    def __post_init__(self) -> None:
        try:
            rows, columns = self.shape
        except (TypeError, ValueError):
            raise ValueError(f"shape must be (rows, columns), not {self.shape!r}") from None
        rows = checks.integer("shape's rows", rows, minimum=1)
        columns = checks.integer("shape's columns", columns, minimum=1)
        width = checks.number("width", self.width, positive=True)
        height = width * rows / columns
        if self.height is not None:
            height = checks.number("height", self.height, positive=True)
        fix = object.__setattr__
        fix(self, "center", checks.numbers("center", self.center, 2))
        fix(self, "width", width)
        fix(self, "shape", (rows, columns))
        fix(self, "height", height)
        for axis, middle, step in (
            ("x", self.center[0], width / columns),
            ("y", self.center[1], height / rows),
        ):
            if step < np.spacing(abs(middle)):
                raise ValueError(
                    f"pixels {step:.3g} apart in {axis} are too close for float64 at {middle!r}"
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
        return self.center[0] + offset * self.width / self.shape[1]

    def y_at(self, offset: np.ndarray) -> np.ndarray:
        """The y of rows so many from the center, which may be outside the window."""
        return self.center[1] + offset * self.height / self.shape[0]

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """(left, right, bottom, top) of the picture, as Matplotlib's imshow wants it."""
        dx, dy = self.width / self.shape[1], self.height / self.shape[0]
        return (
            self.x[0] - dx / 2,
            self.x[-1] + dx / 2,
            self.y[0] - dy / 2,
            self.y[-1] + dy / 2,
        )

    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """x and y of every pixel, float64 arrays (rows, columns)."""
        x, y = np.meshgrid(self.x, self.y)
        return x, y
