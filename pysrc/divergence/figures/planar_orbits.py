"""Orbits of planar maps point by point, and the field that moves them: rows A1, A3 to A5."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .. import checks, colormaps
from ..analysis.orbits import orbit
from ..frame import Frame
from ..maps.base import Map
from ..maps.planar import PlanarMap
from .base import Figure, Rgb, plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FASTER = 0.7  # power of |dx| + |dy| by which arrows are coloured: slow and fast ones both show


@dataclass(frozen=True)
class Orbit(Figure):
    """The points of one orbit of a planar map, or of two that start a small shift apart.

    Attributes:
        start: x, y.
        skip: points to leave out before.
        steps: points to draw.
        until: draw only so many of them, so that a film can grow; 0 for all.
        joined: draw lines from point to point.
        size: of a point, as a share of the picture's height.
        colour: of the points; a colormap's name colours them by their order.
        twin_shift: by which a second orbit starts to the right; 0 for none.
        twin_colour: of its points.
        arrows: columns of arrows that show which way the map goes, coloured by how far; 0 for none.
    """

    kind: ClassVar[str] = "orbit"
    group: ClassVar[str] = "Attractors"
    of: ClassVar[type[Map]] = PlanarMap

    start: tuple[float, float] = (0.0, 0.0)
    skip: int = 0
    steps: int = 1000
    until: int = 0
    joined: bool = False
    size: float = 0.004
    colour: str = "#ff5a4f"
    twin_shift: float = 0.0
    twin_colour: str = "#4f8dff"
    arrows: int = 0

    def __post_init__(self) -> None:
        checks.numbers("start", self.start, 2)
        checks.integer("skip", self.skip, minimum=0)
        checks.integer("steps", self.steps, minimum=1)
        checks.integer("until", self.until, minimum=0, maximum=self.steps)
        checks.number("size", self.size, positive=True)
        checks.integer("arrows", self.arrows, minimum=0)
        if not self._by_order(self.colour):
            colormaps.check_colour("colour", self.colour)
        colormaps.check_colour("twin_colour", self.twin_colour)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        left, right, bottom, top = frame.window.extent
        with plot(frame.window, layout=None) as (figure, picture):
            axes = figure.add_axes((0, 0, 1, 1))
            if self.arrows:
                draw_arrows(axes, frame, self.arrows)
            if self.twin_shift:
                twin = (self.start[0] + self.twin_shift, self.start[1])
                self._draw(axes, frame.map, twin, self.twin_colour)
            self._draw(axes, frame.map, self.start, self.colour)
            axes.set(xlim=(left, right), ylim=(bottom, top))
            axes.set_axis_off()
        return picture[0]

    @staticmethod
    def _by_order(colour: str) -> bool:
        return not colour.startswith("#") and colormaps.is_colormap(colour)

    def _draw(
        self, axes: "Axes", system: PlanarMap, start: tuple[float, float], colour: str
    ) -> None:
        points = orbit(system, start, self.until or self.steps, self.skip, device="cpu")
        x, y = points[np.isfinite(points).all(axis=1)].T
        by_order = self._by_order(colour)
        if self.joined:
            axes.plot(x, y, color="0.6" if by_order else colour, linewidth=0.5, alpha=0.7)
        area = (self.size * 5 * 72) ** 2  # of a figure five inches high, in points
        shade = {"c": np.arange(len(x)), "cmap": colour} if by_order else {"color": colour}
        axes.scatter(x, y, s=area, linewidths=0, zorder=3, **shade)


def draw_arrows(axes: "Axes", frame: Frame, columns: int) -> None:
    """Which way a planar map goes from the points of a lattice in the window; the arrows are of
    one length, and their colours tell how far it goes."""
    window = frame.window
    thin = (max(2, round(columns * window.shape[0] / window.shape[1])), columns)
    x, y = replace(window, shape=thin).points()
    ends = orbit(frame.map, np.stack([x.ravel(), y.ravel()], axis=-1), 2, device="cpu")
    move = ends[:, 1] - ends[:, 0]
    far = np.abs(move).sum(axis=1)
    unit = np.divide(
        move, np.hypot(*move.T)[:, None], out=np.zeros_like(move), where=far[:, None] > 0
    )
    axes.quiver(x, y, *unit.T, far**FASTER, cmap="cool", alpha=0.8, width=0.002)
