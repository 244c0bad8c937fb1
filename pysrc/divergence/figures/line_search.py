"""Ways down a narrow valley: row D10."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .. import checks
from ..analysis.line_search import line_search
from ..analysis.orbits import path
from ..frame import Frame
from ..maps.training import QuadraticMomentum
from .base import Figure, Rgb, plot


@dataclass(frozen=True)
class LineSearch(Figure):
    """Paths on (x^2 + b y^2) / 2: exact line search, and the best momentum, over level lines.

    Attributes:
        b: the lesser curvature.
        steps: of each.
    """

    kind: ClassVar[str] = "line-search"
    group: ClassVar[str] = "Loss surfaces"

    b: float = 0.1
    steps: int = 40

    def __post_init__(self) -> None:
        checks.number("b", self.b, positive=True)
        checks.integer("steps", self.steps, minimum=2)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        start, root = (self.b, 1.0), self.b**0.5
        zigzag = line_search(self.b, start, self.steps)
        momentum = QuadraticMomentum(self.b, start)
        best = (2 / (1 + root)) ** 2, ((1 - root) / (1 + root)) ** 2
        states = path(momentum, best, self.steps)
        swing = np.stack([states["z.x"], states["z.y"]], axis=-1)
        with plot(frame.window) as (figure, picture):
            axes = figure.add_subplot()
            x, y = np.meshgrid(np.linspace(-1.2, 1.2, 200) * self.b, np.linspace(-0.6, 1.1, 200))
            levels = self.b * np.geomspace(1e-4, 1, 14)
            axes.contour(x, y, (x**2 + self.b * y**2) / 2, levels, colors="0.35", linewidths=0.5)
            axes.plot(*zigzag.T, ".-", color="C3", linewidth=0.8, label="exact line search")
            axes.plot(*swing.T, ".-", color="C2", linewidth=0.8, label="the best momentum")
            axes.set(xlabel="x", ylabel="y", xlim=(-1.2 * self.b, 1.2 * self.b), ylim=(-0.6, 1.1))
            axes.legend(frameon=False, loc="lower left")
        return picture[0]
