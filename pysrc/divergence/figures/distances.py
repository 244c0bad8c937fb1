"""How far apart orbits end, and how far from the truth: rows A5 and A11."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .. import checks
from ..analysis.exact import exact_logistic
from ..analysis.orbits import orbit
from ..frame import Frame
from ..maps.base import Map
from ..maps.interval import LogisticMap
from ..maps.planar import PlanarMap
from .base import Figure, Rgb, plot

GROUP = "Series"


@dataclass(frozen=True)
class FinalDistance(Figure):
    """How far apart two orbits end, against how far apart they started, along x.

    Attributes:
        start: x, y of one orbit.
        smallest, largest: of the distances at first.
        pairs: how many, evenly in logarithm.
        steps: to go.
    """

    kind: ClassVar[str] = "final-distance"
    group: ClassVar[str] = GROUP
    of: ClassVar[type[Map]] = PlanarMap

    start: tuple[float, float] = (1.0, 0.0)
    smallest: float = 1e-10
    largest: float = 0.1
    pairs: int = 64
    steps: int = 500_000

    def __post_init__(self) -> None:
        checks.numbers("start", self.start, 2)
        checks.number("smallest", self.smallest, positive=True)
        checks.number("largest", self.largest, positive=True)
        checks.integer("pairs", self.pairs, minimum=2)
        checks.integer("steps", self.steps, minimum=1)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        distance = np.geomspace(self.smallest, self.largest, self.pairs)
        aside = np.stack([distance, np.zeros_like(distance)], axis=-1)
        starts = np.concatenate([[self.start], self.start + aside])
        ends = orbit(frame.map, starts, 1, skip=self.steps, device="cpu")[:, 0]
        apart = np.linalg.norm(ends[1:] - ends[0], axis=1)
        with plot(frame.window) as (figure, picture):
            axes = figure.add_subplot()
            axes.loglog(distance, distance, color="0.5", linewidth=0.7)
            axes.loglog(distance, np.maximum(apart, 1e-18), "o", color="C3", markersize=3)
            axes.set(xlabel="distance at first", ylabel=f"distance after {self.steps:,} steps")
        return picture[0]


@dataclass(frozen=True)
class ExactSolution(Figure):
    """The error of iterating the logistic map at r = 4, against its exact solution.

    Attributes:
        starts: t, an error curve each; x_n = sin^2(pi 2^n t).
        steps: to go.
    """

    kind: ClassVar[str] = "exact-solution"
    group: ClassVar[str] = GROUP

    starts: tuple[float, ...] = (0.1, 0.2345, 0.3, 0.71)
    steps: int = 80

    def __post_init__(self) -> None:
        checks.numbers("starts", self.starts, len(self.starts))
        checks.integer("steps", self.steps, minimum=2)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        with plot(frame.window) as (figure, picture):
            axes = figure.add_subplot()
            axes.axhline(0.15, color="0.5", linewidth=0.7)
            for start in self.starts:
                exact = exact_logistic(start, self.steps)
                found = orbit(LogisticMap(4.0), (exact[0], 0), self.steps, device="cpu")[:, 0]
                error = np.maximum(np.abs(found - exact), 1e-18)
                axes.semilogy(error, ".-", markersize=3, linewidth=0.7, label=f"t = {start:g}")
            axes.set(xlabel="step", ylabel="distance from sin^2(pi 2^n t)", ylim=(1e-18, 2))
            axes.legend(frameon=False, loc="lower right")
        return picture[0]
