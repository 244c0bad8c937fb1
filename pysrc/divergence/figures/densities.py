"""Densities of orbits, and orbit diagrams: rows A1 to A6 and A8."""

from dataclasses import dataclass, replace
from itertools import cycle
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .. import checks, colormaps
from ..analysis.orbit_diagram import orbit_diagram
from ..analysis.orbits import around, density, orbit
from ..colour import TONES, tone
from ..frame import Frame
from ..maps.base import Map
from ..maps.planar import PlanarMap
from .base import Figure, Rgb, plot


@dataclass(frozen=True)
class Density(Figure):
    """How often the points of many orbits of a planar map visit each pixel.

    Attributes:
        start: x, y; the orbits start in a square around it.
        spread: the width of that square.
        orbits: how many there are.
        points_per_pixel: how many points to count, as a multiple of the pixels. A zoom goes on
            until so many have fallen into the window, however small a part of the attractor it is.
        most: but not beyond so many points.
        skip: points of each orbit to leave out before.
        tone: "logarithmic" or "equalised".
        colormap: any of Matplotlib's.
        arrows: columns of arrows that show which way a semi-continuous map goes; 0 for none.
    """

    kind: ClassVar[str] = "density"
    group: ClassVar[str] = "Attractors"
    of: ClassVar[type[Map]] = PlanarMap

    start: tuple[float, float] = (0.0, 0.0)
    spread: float = 0.1
    orbits: int = 4096
    points_per_pixel: float = 25.0
    most: int = 1_000_000_000
    skip: int = 1000
    tone: str = "equalised"
    colormap: str = "inferno"
    arrows: int = 0

    def __post_init__(self) -> None:
        checks.numbers("start", self.start, 2)
        checks.integer("orbits", self.orbits, minimum=1)
        checks.integer("arrows", self.arrows, minimum=0)
        checks.number("points_per_pixel", self.points_per_pixel, positive=True)
        checks.choice("tone", self.tone, TONES)
        colormaps.check_colormap("colormap", self.colormap)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        rows, columns = frame.window.shape
        steps = max(1, round(self.points_per_pixel * rows * columns / self.orbits))
        starts = around(self.start, self.orbits, self.spread)
        visits = density(
            frame.map,
            starts,
            steps,
            frame.window,
            self.skip,
            limit=max(self.most, 1),
            device=device,
        )
        rgb = tone(visits, self.tone, self.colormap)[::-1]
        return self._with_arrows(rgb, frame) if self.arrows else rgb

    def _with_arrows(self, rgb: Rgb, frame: Frame) -> Rgb:
        rows, columns = frame.window.shape
        thin = (max(2, round(self.arrows * rows / columns)), self.arrows)
        x, y = replace(frame.window, shape=thin).points()
        ends = orbit(frame.map, np.stack([x.ravel(), y.ravel()], axis=-1), 2, device="cpu")
        apart = ends[:, 1] - ends[:, 0]
        length = np.hypot(*apart.T)[:, None]
        apart = np.divide(apart, length, out=np.zeros_like(apart), where=length > 0)
        with plot(frame.window, layout=None) as (figure, picture):
            axes = figure.add_axes((0, 0, 1, 1))
            axes.imshow(rgb, extent=frame.window.extent, aspect="auto")
            axes.quiver(x, y, *apart.T, color="white", alpha=0.45, width=0.0015)
            axes.set_axis_off()
        return picture[0]


HUES = ("#ff5a4f", "#ffc857", "#5ad1a0", "#4f8dff", "#c58cff", "#ff9ad5")


@dataclass(frozen=True)
class OrbitDiagram(Figure):
    """What the orbits of a map visit, up, against one of its parameters, across.

    The window's x is the parameter and its y the coordinate.

    Attributes:
        parameter: its name.
        axis: "x" or "y".
        start: of the orbits.
        points_per_pixel: how many points of a column to count, as a multiple of its pixels; a
            zoom goes on until so many have fallen into it.
        most: but not beyond so many points a column.
        skip: points to leave out before.
        orbits: how many there are in every column.
        digits: compute one orbit a column in so many decimal digits; 0 in double precision.
        iterates: draw over it the first so many points of the orbit of 1/2 (the images of the
            logistic map's critical point, where the diagram is densest).
        tone, colormap: as of a density.
    """

    kind: ClassVar[str] = "orbit-diagram"
    group: ClassVar[str] = "Orbit diagrams"
    of: ClassVar[type[Map]] = PlanarMap

    parameter: str = "r"
    axis: str = "x"
    start: tuple[float, float] = (0.5, 0.0)
    points_per_pixel: float = 4.0
    most: int = 1_000_000
    skip: int = 2000
    orbits: int = 8
    digits: int = 0
    iterates: int = 0
    tone: str = "logarithmic"
    colormap: str = "bone"

    def __post_init__(self) -> None:
        checks.numbers("start", self.start, 2)
        checks.integer("orbits", self.orbits, minimum=1)
        checks.integer("digits", self.digits, minimum=0)
        checks.number("points_per_pixel", self.points_per_pixel, positive=True)
        checks.choice("axis", self.axis, "xy")
        checks.choice("tone", self.tone, TONES)
        colormaps.check_colormap("colormap", self.colormap)

    def check(self, system: Map | None) -> None:
        super().check(system)
        checks.known("parameter", self.parameter, vars(system))

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        rows, columns = frame.window.shape
        points = max(1, round(self.points_per_pixel * rows))
        visits = orbit_diagram(
            frame.map,
            self.parameter,
            None,
            frame.window,
            start=self.start,
            steps=points if self.digits else -(-points // self.orbits),
            skip=self.skip,
            orbits=self.orbits,
            axis=self.axis,
            limit=max(self.most, 1),
            digits=self.digits or None,
        )
        rgb = tone(visits, self.tone, self.colormap)
        for path, colour in zip(self._iterates(frame).T, cycle(HUES), strict=False):
            _trace(rgb, path, colour)
        return rgb[::-1]

    def _iterates(self, frame: Frame) -> NDArray[np.float64]:
        """(columns, iterates): the row, with its fraction, of the images of the start."""
        window, along = frame.window, "xy".index(self.axis)
        maps = (replace(frame.map, **{self.parameter: value}) for value in window.x.tolist())
        points = [orbit(one, self.start, self.iterates + 1, device="cpu") for one in maps]
        return (np.array(points)[:, 1:, along] - window.y[0]) * window.shape[0] / window.height


def _trace(rgb: Rgb, row: NDArray[np.float64], colour: str) -> None:
    """Draws a curve over a picture, without gaps from column to column."""
    rows = rgb.shape[0]
    for i, (here, there) in enumerate(zip(row, np.append(row[1:], row[-1]), strict=True)):
        low, high = sorted((here, there))
        if high >= 0 and low < rows:
            rgb[max(0, round(low)) : min(rows, round(high) + 1), i] = np.rint(
                255 * np.array(colormaps.rgb(colour))
            )
