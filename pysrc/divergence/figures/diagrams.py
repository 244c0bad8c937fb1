"""Orbit diagrams, and the swept one: rows A6 and A8."""

from dataclasses import dataclass, replace
from itertools import cycle
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .. import checks, colormaps
from ..analysis.orbit_diagram import orbit_diagram
from ..analysis.orbits import orbit
from ..analysis.swept import swept_orbit
from ..colour import TONES, tone
from ..frame import Frame
from ..maps.base import Map
from ..maps.planar import PlanarMap
from .base import Figure, Rgb

HUES = ("#ff5a4f", "#ff9d4f", "#ffe14f", "#5ad16a", "#4fd1d1", "#4f8dff", "#c58cff")


@dataclass(frozen=True)
class OrbitDiagram(Figure):
    """What the orbits of a map visit, up, against one of its parameters, across.

    The window's x is the parameter and its y the coordinate.

    Attributes:
        parameter: its name.
        upright: draw the coordinate across and the parameter up, the other way round: the window's
            lowest parameter is on top. The shape of the window is that of the picture then, too.
        axis: "x" or "y".
        start: of the orbits.
        points_per_pixel: how many points of a column to count, as a multiple of its pixels; a
            zoom goes on until so many have fallen into it.
        most: but not beyond so many points a column.
        skip: points to leave out before.
        orbits: how many there are in every column.
        digits: compute one orbit a column in so many decimal digits; 0 in double precision.
        iterates: draw over it so many points of the orbit of the start; those of 1/2 are the
            images of the logistic map's critical point, where the diagram is densest.
        first, every: the number of the first of these points, and the distance to the next.
        tone, colormap: as of a density.
    """

    kind: ClassVar[str] = "orbit-diagram"
    group: ClassVar[str] = "Orbit diagrams"
    of: ClassVar[type[Map]] = PlanarMap

    parameter: str = "r"
    upright: bool = False
    axis: str = "x"
    start: tuple[float, float] = (0.5, 0.0)
    points_per_pixel: float = 4.0
    most: int = 1_000_000
    skip: int = 2000
    orbits: int = 8
    digits: int = 0
    iterates: int = 0
    first: int = 1
    every: int = 1
    tone: str = "logarithmic"
    colormap: str = "bone"

    def __post_init__(self) -> None:
        checks.numbers("start", self.start, 2)
        checks.integer("orbits", self.orbits, minimum=1)
        checks.integer("digits", self.digits, minimum=0)
        checks.integer("iterates", self.iterates, minimum=0)
        checks.integer("first", self.first, minimum=0)
        checks.integer("every", self.every, minimum=1)
        checks.number("points_per_pixel", self.points_per_pixel, positive=True)
        checks.choice("axis", self.axis, "xy")
        checks.choice("tone", self.tone, TONES)
        colormaps.check_colormap("colormap", self.colormap)

    def check(self, system: Map | None) -> None:
        super().check(system)
        checks.known("parameter", self.parameter, vars(system))

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        if self.upright:
            window = replace(frame.window, shape=frame.window.shape[::-1])
            turned = replace(self, upright=False).draw(frame._replace(window=window), device)
            return np.ascontiguousarray(turned[::-1].swapaxes(0, 1))
        points = max(1, round(self.points_per_pixel * frame.window.shape[0]))
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
        for path, colour in zip(self._paths(frame).T, cycle(HUES), strict=False):
            _trace(rgb, path, colour)
        return rgb[::-1]

    def _paths(self, frame: Frame) -> NDArray[np.float64]:
        """(columns, iterates): the row, with its fraction, of the chosen images of the start."""
        chosen = self.first + self.every * np.arange(self.iterates)
        window, along = frame.window, "xy".index(self.axis)
        maps = (replace(frame.map, **{self.parameter: value}) for value in window.x.tolist())
        points = [
            orbit(one, self.start, int(chosen.max(initial=1)) + 1, device="cpu") for one in maps
        ]
        return (
            (np.array(points)[:, chosen, along] - window.y[0])
            * window.shape[0]
            / float(window.height)
        )


def _trace(rgb: Rgb, row: NDArray[np.float64], colour: str) -> None:
    """Draws a curve over a picture, without gaps from column to column."""
    rows = rgb.shape[0]
    for i, (here, there) in enumerate(zip(row, np.append(row[1:], row[-1]), strict=True)):
        low, high = sorted((here, there))
        if high >= 0 and low < rows:
            rgb[max(0, round(low)) : min(rows, round(high) + 1), i] = np.rint(
                255 * np.array(colormaps.rgb(colour))
            )


@dataclass(frozen=True)
class SweptDiagram(Figure):
    """The points of one orbit of the logistic map while r rises by a little at every step.

    The window's x is r and its y the coordinate. Where a branch becomes unstable, the orbit stays
    on it for a while, and longer the more digits it is computed in.

    Attributes:
        digits: decimal ones.
        steps_per_column: of the orbit; so a wider picture is of a slower sweep.
        start: of x, 0 to 1.
        tone, colormap: as of a density.
    """

    kind: ClassVar[str] = "swept-diagram"
    group: ClassVar[str] = "Orbit diagrams"

    digits: int = 16
    steps_per_column: float = 100.0
    start: float = 0.5
    tone: str = "logarithmic"
    colormap: str = "bone"

    def __post_init__(self) -> None:
        checks.integer("digits", self.digits, minimum=1)
        checks.number("steps_per_column", self.steps_per_column, positive=True)
        checks.choice("tone", self.tone, TONES)
        colormaps.check_colormap("colormap", self.colormap)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        window, (rows, columns) = frame.window, frame.window.shape
        low, high, bottom, _ = window.extent
        steps = max(1, round(self.steps_per_column * columns))
        x = swept_orbit(low, min(high, 4.0), steps, self.digits, self.start)
        column = np.arange(steps) * (min(high, 4.0) - low) / steps * (columns / float(window.width))
        row = np.floor((x - bottom) * (rows / float(window.height)))
        inside = (row >= 0) & (row < rows)
        place = row[inside].astype(np.intp) * columns + column[inside].astype(np.intp)
        visits = np.bincount(place, minlength=rows * columns).reshape(rows, columns)
        return tone(visits, self.tone, self.colormap)[::-1]
