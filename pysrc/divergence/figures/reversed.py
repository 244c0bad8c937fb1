"""Going backwards with the logistic map and with Henon's: rows A9 and A10."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .. import checks
from ..analysis.logistic import ancestors, steps_back, there_and_back
from ..analysis.precise import reversal
from ..frame import Frame
from ..maps.base import Map
from ..maps.interval import LogisticMap
from .base import Figure, Rgb, plot

GROUP = "Series"


@dataclass(frozen=True)
class Ancestors(Figure):
    """The tree of all x that the logistic map brings to a point.

    Attributes:
        point: that is reached.
        steps: to go back.
    """

    kind: ClassVar[str] = "ancestors"
    group: ClassVar[str] = GROUP
    of: ClassVar[type[Map]] = LogisticMap

    point: float = 0.5
    steps: int = 8

    def __post_init__(self) -> None:
        checks.number("point", self.point)
        checks.integer("steps", self.steps, minimum=1, maximum=20)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        rate = frame.map.r
        generations = ancestors(rate, self.point, self.steps)
        with plot(frame.window) as (figure, picture):
            axes = figure.add_subplot()
            for n, before in enumerate(generations[1:]):
                after = rate * before * (1 - before)
                ends = np.full((2, len(before)), -float(n))
                ends[0] -= 1
                axes.plot(np.stack([before, after]), ends, color="C2", linewidth=0.5, alpha=0.7)
            for n, x in enumerate(generations):
                axes.plot(x, np.full(len(x), -n), ".", color="C1", markersize=2)
            axes.set(xlabel="x", ylabel="steps before", xlim=(0, 1))
            axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
            axes.set_title(f"r = {rate:g}")
        return picture[0]


@dataclass(frozen=True)
class ThereAndBack(Figure):
    """The error of going back with the logistic map and forward again, against r.

    Attributes:
        low, high: of r.
        rates: how many values of r between.
        steps: to go back and forth.
    """

    kind: ClassVar[str] = "there-and-back"
    group: ClassVar[str] = GROUP

    low: float = 2.5
    high: float = 4.0
    rates: int = 1000
    steps: int = 100

    def __post_init__(self) -> None:
        checks.integer("rates", self.rates, minimum=2)
        checks.integer("steps", self.steps, minimum=4)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        rates = np.linspace(self.low, self.high, self.rates)
        mean, least = there_and_back(rates, steps=self.steps)
        with plot(frame.window) as (figure, picture):
            panels = figure.subplots(2, sharex=True)
            words = ("mean error of a step", "least to the last four")
            for axes, errors, colour, what in zip(panels, (mean, least), "03", words, strict=True):
                shown = np.maximum(errors, 1e-18)  # for an error of 0
                axes.semilogy(rates, shown, ".", color=f"C{colour}", markersize=2)
                axes.set(ylabel=what, xlim=(self.low, self.high), ylim=(5e-19, 2))
            panels[0].set_title(f"{self.steps} steps back and {self.steps} forth")
            panels[1].set_xlabel("r")
        return picture[0]


@dataclass(frozen=True)
class BackAgainstForward(Figure):
    """Steps backwards until the logistic map leaves a cycle, against the steps that led there.

    Attributes:
        digits: decimal ones.
        steps: forward, at most.
        points: of the plot.
        start: of the orbit.
    """

    kind: ClassVar[str] = "back-against-forward"
    group: ClassVar[str] = GROUP
    of: ClassVar[type[Map]] = LogisticMap

    digits: int = 1000
    steps: int = 4000
    points: int = 13
    start: float = 0.4

    def __post_init__(self) -> None:
        checks.integer("digits", self.digits, minimum=10)
        checks.integer("steps", self.steps, minimum=10)
        checks.integer("points", self.points, minimum=2)
        checks.number("start", self.start, positive=True)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        forward = np.unique(np.linspace(1, self.steps, self.points).astype(int))
        back = steps_back(frame.map.r, forward.tolist(), self.digits, self.start)
        with plot(frame.window) as (figure, picture):
            axes = figure.add_subplot()
            axes.plot(forward, forward, color="0.5", linewidth=0.7)
            axes.plot(forward, back, "o", color="C3", markersize=4)
            axes.set(xlabel="steps forward", ylabel="steps back on the cycle")
            axes.set_title(f"r = {frame.map.r:g}, {self.digits} decimal digits")
        return picture[0]


@dataclass(frozen=True)
class Reversal(Figure):
    """How long the reversed Henon map stays near the attractor, against decimal digits.

    Attributes:
        digits: up to so many.
        points: of the line.
    """

    kind: ClassVar[str] = "reversal"
    group: ClassVar[str] = GROUP

    digits: int = 600
    points: int = 20

    def __post_init__(self) -> None:
        checks.integer("digits", self.digits, minimum=30)
        checks.integer("points", self.points, minimum=2)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        digits = np.unique(np.linspace(15, self.digits, self.points).astype(int))
        steps = [reversal(int(n)) for n in digits]
        slope, constant = np.polyfit(digits, steps, 1)
        with plot(frame.window) as (figure, picture):
            axes = figure.add_subplot()
            axes.plot(digits, slope * digits + constant, color="0.5", linewidth=0.7)
            axes.plot(digits, steps, "o", color="C3", markersize=4)
            axes.set(xlabel="decimal digits", ylabel="steps back on the attractor")
            axes.set_title(f"{slope:.3f} steps a digit")
        return picture[0]
