"""The loss surface of (1 - ab)^2, and the ways down it: row D5 of docs/systems.md."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from .. import checks
from ..analysis.orbits import path
from ..frame import Frame
from ..maps.base import Map
from ..maps.descent import ComplexNewtonDescent, Descent
from ..window import Window
from .base import Figure, Rgb, plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes

VIEWS = ("surface", "plan", "loss")


@dataclass(frozen=True)
class Loss(Figure):
    """The loss (1 - ab)^2 with gradient arrows, its branches of solutions, and descent paths.

    Attributes:
        view: "surface" in three dimensions, as high as log(1 + loss), "plan" from above, or
            "loss" against the iteration.
        starts: "grid" in the window, or "circle" around the origin.
        count: of the starts, along a side of the grid or around the circle.
        radius: of the circle.
        steps: of each path.
        azimuth, elevation: degrees, from where the surface is seen.
    """

    kind: ClassVar[str] = "loss"
    group: ClassVar[str] = "Loss surfaces"
    of: ClassVar[type[Map]] = Descent

    view: str = "plan"
    starts: str = "grid"
    count: int = 8
    radius: float = 1.0
    steps: int = 500
    azimuth: float = -60.0
    elevation: float = 40.0

    def __post_init__(self) -> None:
        checks.choice("view", self.view, VIEWS)
        checks.choice("starts", self.starts, ("grid", "circle"))
        checks.integer("count", self.count, minimum=1, maximum=100)
        checks.integer("steps", self.steps, minimum=2)
        checks.number("radius", self.radius, positive=True)

    def check(self, system: Map | None) -> None:
        super().check(system)
        if isinstance(system, ComplexNewtonDescent):
            raise ValueError("a loss is of real a and b, not of complex ones")

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        with np.errstate(all="ignore"):  # a path may leave for infinity
            states = [path(frame.map, start, self.steps) for start in self._starts(frame.window)]
            paths = [np.stack([state["x"], state["y"]], axis=-1) for state in states]
            if self.view == "surface":
                return self._surface(frame.window, paths)
            with plot(frame.window) as (figure, picture):
                view = _plan if self.view == "plan" else _losses
                view(figure.add_subplot(), frame.window, paths)
        return picture[0]

    def _starts(self, window: Window) -> NDArray[np.float64]:
        if self.starts == "circle":
            angle = 2 * np.pi * (np.arange(self.count) + 0.5) / self.count
            return self.radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        left, right, bottom, top = window.extent
        share = (np.arange(self.count) + 0.5) / self.count
        a, b = np.meshgrid(left + share * (right - left), bottom + share * (top - bottom))
        return np.stack([a.ravel(), b.ravel()], axis=-1)

    def _surface(self, window: Window, paths: list[NDArray[np.float64]]) -> Rgb:
        with plot(window, layout=None) as (figure, picture):
            axes: Any = figure.add_axes((0, 0, 1, 1), projection="3d", computed_zorder=False)
            a, b = Window(window.center, window.width, (120, 120), window.height).points()
            height = {"rcount": 120, "ccount": 120, "linewidth": 0, "antialiased": False}
            axes.plot_surface(a, b, _height(a, b), cmap="magma", alpha=0.9, **height)
            a, b, down = _slopes(window, 13)
            down *= 0.4 * float(window.width) / 13
            rise = _height(a + down[0], b + down[1]) - _height(a, b)
            axes.quiver(a, b, _height(a, b) + 0.03, *down, rise, color="white", linewidth=0.5)
            for way in paths:
                x, y = _within(way, window)
                axes.plot(x, y, _height(x, y) + 0.03, color="C2", linewidth=1.0)
            for branch in _branches(window):
                axes.plot(*branch, 0.03, color="C4", linewidth=1.8)
            axes.view_init(self.elevation, self.azimuth)
            axes.set_box_aspect((1, 1, 0.6), zoom=1.25)
            axes.set_axis_off()
        return picture[0]


def _height(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the surface: log(1 + loss), or the walls would hide the valleys."""
    return np.log1p(_loss(a, b))


def _slopes(window: Window, count: int) -> tuple[NDArray[np.float64], ...]:
    """a and b of a lattice of points, and the directions of steepest descent there."""
    a, b = Window(window.center, window.width, (count, count), window.height).points()
    down = np.stack([b, a]) * (1 - a * b)  # half of the negative gradient
    return a, b, down / (np.hypot(*down) + 1e-9)


def _plan(axes: "Axes", window: Window, paths: list[NDArray[np.float64]]) -> None:
    a, b = Window(window.center, window.width, (300, 300), window.height).points()
    levels = np.geomspace(1e-3, 100, 26)
    axes.contourf(a, b, np.log(_loss(a, b) + 1e-3), levels=np.log(levels), cmap="magma")
    a, b, down = _slopes(window, 21)
    axes.quiver(a, b, *down, color="white", alpha=0.4, width=0.002)
    for way in paths:
        axes.plot(*_within(way, window), color="C2", linewidth=0.8)
        axes.plot(*way[0], ".", color="C1", markersize=3)
    for branch in _branches(window):
        axes.plot(*branch, color="C4", linewidth=1.5)
    left, right, bottom, top = window.extent
    axes.set(xlabel="a", ylabel="b", aspect="equal", xlim=(left, right), ylim=(bottom, top))


def _losses(axes: "Axes", window: Window, paths: list[NDArray[np.float64]]) -> None:
    for way in paths:
        axes.semilogy(np.maximum(_loss(*way.T), 1e-18), linewidth=0.7, alpha=0.8)
    axes.set(xlabel="iteration", ylabel="loss", ylim=(1e-18, 1e3), xlim=(0, len(paths[0]) - 1))


def _loss(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return (1 - a * b) ** 2


def _within(way: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    """a and b of a path as long as it stays in the window."""
    left, right, bottom, top = window.extent
    a, b = way.T
    inside = (a >= left) & (a <= right) & (b >= bottom) & (b <= top)
    return way[: len(way) if inside.all() else inside.argmin()].T


def _branches(window: Window) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """The solutions ab = 1 that are in the window."""
    left, right, bottom, top = window.extent
    found = []
    for sign, end_a, end_b in ((1, right, top), (-1, left, bottom)):
        if sign * end_a > 0 and sign * end_b > 0 and end_a * end_b > 1:
            a = sign * np.geomspace(1 / abs(end_b), abs(end_a), 200)
            found.append((a, 1 / a))
    return found
