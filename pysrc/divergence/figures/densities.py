"""Densities of orbits: rows A1 to A5 of docs/systems.md."""

from dataclasses import dataclass
from typing import ClassVar

from .. import checks, colormaps
from ..analysis.orbits import around, density
from ..colour import TONES, tone
from ..frame import Frame
from ..maps.base import Map
from ..maps.planar import PlanarMap
from .base import Figure, Rgb, plot
from .planar_orbits import draw_arrows


@dataclass(frozen=True)
class Density(Figure):
    """How often the points of many orbits of a planar map visit each pixel.

    Attributes:
        start: x, y; the orbits start in a square around it.
        spread: the width of that square.
        orbits: how many there are.
        points_per_pixel: how many points to count, as a multiple of the pixels. A zoom goes on
            until so many have fallen into the window, however small a part of the attractor it is.
        points: count so many, whatever the pixels; 0 for as many as points_per_pixel asks for.
        most: but not beyond so many points.
        skip: points of each orbit to leave out before.
        tone: "logarithmic" or "equalised".
        colormap: any of Matplotlib's.
        arrows: columns of arrows that show which way the map goes, coloured by how far; 0 for none.
    """

    kind: ClassVar[str] = "density"
    group: ClassVar[str] = "Attractors"
    of: ClassVar[type[Map]] = PlanarMap

    start: tuple[float, float] = (0.0, 0.0)
    spread: float = 0.1
    orbits: int = 4096
    points_per_pixel: float = 25.0
    points: int = 0
    most: int = 1_000_000_000
    skip: int = 1000
    tone: str = "equalised"
    colormap: str = "inferno"
    arrows: int = 0

    def __post_init__(self) -> None:
        checks.numbers("start", self.start, 2)
        checks.integer("orbits", self.orbits, minimum=1)
        checks.integer("arrows", self.arrows, minimum=0)
        checks.integer("points", self.points, minimum=0)
        checks.number("points_per_pixel", self.points_per_pixel, positive=True)
        checks.choice("tone", self.tone, TONES)
        colormaps.check_colormap("colormap", self.colormap)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        rows, columns = frame.window.shape
        points = self.points or self.points_per_pixel * rows * columns
        steps = max(1, round(points / self.orbits))
        starts = around(self.start, self.orbits, self.spread)
        visits = density(
            frame.map,
            starts,
            steps,
            frame.window,
            self.skip,
            limit=self.points or max(self.most, 1),
            device=device,
        )
        rgb = tone(visits, self.tone, self.colormap)[::-1]
        return self._with_arrows(rgb, frame) if self.arrows else rgb

    def _with_arrows(self, rgb: Rgb, frame: Frame) -> Rgb:
        with plot(frame.window, layout=None) as (figure, picture):
            axes = figure.add_axes((0, 0, 1, 1))
            axes.imshow(rgb, extent=frame.window.extent, aspect="auto")
            draw_arrows(axes, frame, self.arrows)
            axes.set_axis_off()
        return picture[0]
