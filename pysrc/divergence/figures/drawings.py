"""Recursive curves, the chaos game and box counts: rows F1 to F3 of docs/systems.md."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .. import checks, colormaps
from ..analysis.box_counting import box_dimension
from ..analysis.curves import CURVES, chaos_game, curve, curve_mask
from ..colour import tone
from ..frame import Frame
from .base import Figure, Rgb, plot

GROUP = "Curves"
CORNERS = {
    "triangle": ((0.0, 0.0), (1.0, 0.0), (0.5, 0.75**0.5)),
    "rectangle": ((0.0, 0.0), (1.6, 0.0), (1.6, 1.0), (0.0, 1.0)),
}


@dataclass(frozen=True)
class Curve(Figure):
    """A recursive curve, one of the named ones, coloured from its one end to the other.

    Attributes:
        curve: its name.
        depth: of the recursion.
        zoom: how many times larger than the whole, about its left end (Cantor's set and its
            zoom); the depth should grow with it.
        bars: the height of a line as a share of the picture, for a set that lies in a line; 0 for
            a plain line.
    """

    kind: ClassVar[str] = "curve"
    group: ClassVar[str] = GROUP

    curve: str = "koch"
    depth: int = 5
    zoom: float = 1.0
    bars: float = 0.0

    def __post_init__(self) -> None:
        checks.choice("curve", self.curve, CURVES)
        checks.integer("depth", self.depth, minimum=0, maximum=20)
        checks.number("zoom", self.zoom, positive=True)
        checks.number("bars", self.bars, minimum=0)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        path = curve(self.curve, self.depth)
        low, high = np.nanmin(path, axis=0), np.nanmax(path, axis=0)
        rows, columns = frame.window.shape
        room = max((high[0] - low[0]) / columns, (high[1] - low[1]) / rows) * 1.08
        half = np.array([columns, rows]) * room / 2 / self.zoom
        middle = low + (high - low) / 2 / self.zoom
        ends = np.stack([path[:-1], path[1:]], axis=1)
        ends = ends[np.isfinite(ends).all(axis=(1, 2))]
        inside = (ends.min(axis=1) <= middle + half) & (ends.max(axis=1) >= middle - half)
        place = np.linspace(0, 1, len(ends))[inside.all(axis=1)]
        ends = ends[inside.all(axis=1)]
        with plot(frame.window, layout=None) as (figure, picture):
            from matplotlib.collections import LineCollection

            axes = figure.add_axes((0, 0, 1, 1))
            width = self.bars * 5 * 72 if self.bars else np.clip(400 / len(ends) ** 0.5, 0.3, 1.5)
            cool = colormaps.colormap("cool")
            lines = LineCollection(ends, array=place, cmap=cool, linewidths=width)
            lines.set_capstyle("butt" if self.bars else "round")
            axes.add_collection(lines)
            axes.set(xlim=middle[0] + half[0] * np.array([-1, 1]))
            axes.set(ylim=middle[1] + half[1] * np.array([-1, 1]))
            axes.set_axis_off()
        return picture[0]


@dataclass(frozen=True)
class ChaosGame(Figure):
    """The chaos game in a triangle or a rectangle.

    Attributes:
        corners: "triangle" or "rectangle".
        divisor: d of p' = (p + v) / d, from 1, a random walk; the view holds all points.
        points_per_pixel: how many points, as a multiple of the pixels.
        colormap: any of Matplotlib's.
    """

    kind: ClassVar[str] = "chaos-game"
    group: ClassVar[str] = GROUP

    corners: str = "triangle"
    divisor: float = 2.0
    points_per_pixel: float = 4.0
    colormap: str = "cividis"

    def __post_init__(self) -> None:
        checks.choice("corners", self.corners, CORNERS)
        checks.number("divisor", self.divisor, minimum=1)
        checks.number("points_per_pixel", self.points_per_pixel, positive=True)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        rows, columns = frame.window.shape
        corners = np.array(CORNERS[self.corners])
        count = max(1, round(self.points_per_pixel * rows * columns))
        points = chaos_game(corners, count, divisor=self.divisor)
        return tone(_scatter(points, (rows, columns)), "equalised", self.colormap)[::-1]


def _scatter(points: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.int64]:
    """Counts points on pixels; their box fills the picture but for a margin."""
    low, high = points.min(axis=0), points.max(axis=0)
    step = 1.06 * max((high - low) / np.array(shape[::-1]))
    edge = (low + high) / 2 - step * np.array(shape[::-1]) / 2
    column, row = np.floor((points - edge) / step).astype(np.intp).T
    return np.bincount(row * shape[1] + column, minlength=shape[0] * shape[1]).reshape(shape)


@dataclass(frozen=True)
class BoxCount(Figure):
    """A curve's boxes counted, against their size, and the line whose slope is the dimension.

    Attributes:
        curve: its name.
        depth: of the recursion.
        pixels: of the side of the picture whose boxes are counted.
    """

    kind: ClassVar[str] = "box-count"
    group: ClassVar[str] = GROUP

    curve: str = "koch"
    depth: int = 7
    pixels: int = 2048

    def __post_init__(self) -> None:
        checks.choice("curve", self.curve, CURVES)
        checks.integer("depth", self.depth, minimum=0, maximum=20)
        checks.integer("pixels", self.pixels, minimum=128)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        mask = curve_mask(curve(self.curve, self.depth), (self.pixels, self.pixels))
        dimension, error, fit = box_dimension(mask)
        with plot(frame.window) as (figure, picture):
            axes = figure.add_subplot()
            line = np.exp(fit.constant) * fit.x**fit.exponent
            axes.loglog(1 / fit.x, line, color="0.5", linewidth=0.7)
            axes.loglog(1 / fit.x, fit.y, "o", color="C3", markersize=4)
            axes.set(xlabel="side of a box, pixels", ylabel="boxes")
            axes.set_title(f"{self.curve}: dimension {dimension:.3f} ± {error:.3f}")
        return picture[0]
