"""Plots of the logistic map and of twins: rows A5 and A7 to A10."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from .. import checks
from ..analysis.logistic import ancestors, prediction_horizon, there_and_back
from ..analysis.orbits import around, orbit
from ..analysis.precise import reversal
from ..frame import Frame
from ..maps.base import Map
from ..maps.interval import IntervalMap, LogisticMap
from ..maps.planar import PlanarMap
from .base import Figure, Rgb, plot

GROUP = "Series"


@dataclass(frozen=True)
class TimeSeries(Figure):
    """The x of an orbit against time, for several values of a parameter, or with a twin.

    Attributes:
        parameter: that has the values.
        values: a panel each.
        start: x, y.
        steps: to show.
        twin_shift: by which a second orbit starts to the right; 0 for none.
    """

    kind: ClassVar[str] = "time-series"
    group: ClassVar[str] = GROUP
    of: ClassVar[type[Map]] = PlanarMap

    parameter: str = "r"
    values: tuple[float, ...] = (0.5, 2.5, 3.1, 3.5, 3.7)
    start: tuple[float, float] = (0.4, 0.0)
    steps: int = 50
    twin_shift: float = 0.0

    def __post_init__(self) -> None:
        checks.numbers("values", self.values, len(self.values))
        checks.numbers("start", self.start, 2)
        checks.integer("steps", self.steps, minimum=2)

    def check(self, system: Map | None) -> None:
        super().check(system)
        checks.known("parameter", self.parameter, vars(system))

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        shifted = (self.start[0] + self.twin_shift, self.start[1])
        with plot(frame.window) as (figure, picture):
            panels = figure.subplots(len(self.values), sharex=True, squeeze=False)[:, 0]
            for axes, value in zip(panels, self.values, strict=True):
                system = replace(frame.map, **{self.parameter: value})
                for colour, start in (("C2", shifted), ("C1", self.start)):
                    if start is self.start or self.twin_shift:
                        x = orbit(system, start, self.steps, device="cpu")[:, 0]
                        axes.plot(x, ".-", color=colour, markersize=3, linewidth=0.7)
                axes.set_ylabel(f"{self.parameter} = {value:g}")
            panels[-1].set_xlabel("step")
        return picture[0]


@dataclass(frozen=True)
class Cobweb(Figure):
    """A map's graph, the diagonal, and an orbit that goes to and fro between them.

    Attributes:
        start: x.
        steps: of the orbit.
        skip: leave out so many before.
        low, high: of x that is shown.
    """

    kind: ClassVar[str] = "cobweb"
    group: ClassVar[str] = GROUP
    of: ClassVar[type[Map]] = IntervalMap

    start: float = 0.4
    steps: int = 100
    skip: int = 0
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        checks.integer("steps", self.steps, minimum=2)
        checks.integer("skip", self.skip, minimum=0)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        x = orbit(frame.map, (self.start, 0), self.steps, self.skip, device="cpu")[:, 0]
        across = np.linspace(self.low, self.high, 400)
        starts = np.stack([across, np.zeros_like(across)], axis=-1)
        up = orbit(frame.map, starts, 2, device="cpu")[:, 1, 0]
        web = np.repeat(x, 2)
        with plot(frame.window) as (figure, picture):
            axes = figure.add_subplot()
            axes.plot(web[:-2], web[1:-1], color="C2", linewidth=0.5, alpha=0.8)
            axes.plot(across, up, color="C1")
            axes.plot(across, across, color="0.5", linewidth=0.7)
            axes.set(xlabel="x", ylabel="x one step later", aspect="equal")
        return picture[0]


@dataclass(frozen=True)
class Histogram(Figure):
    """How often an orbit's x takes each value.

    Attributes:
        start: x.
        points: of the orbit, after 1000 more.
        bins: from 0 to 1.
    """

    kind: ClassVar[str] = "histogram"
    group: ClassVar[str] = GROUP
    of: ClassVar[type[Map]] = IntervalMap

    start: float = 0.4
    points: int = 1_000_000
    bins: int = 400

    def __post_init__(self) -> None:
        checks.integer("points", self.points, minimum=1)
        checks.integer("bins", self.bins, minimum=1)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        x = orbit(frame.map, (self.start, 0), self.points, 1000, device="cpu")[:, 0]
        count, edges = np.histogram(x, self.bins, (0, 1))
        with plot(frame.window) as (figure, picture):
            axes = figure.add_subplot()
            axes.stairs(count / self.points * self.bins, edges, fill=True, color="C3")
            axes.set(xlabel="x", ylabel="density", xlim=(0, 1))
        return picture[0]


@dataclass(frozen=True)
class Horizon(Figure):
    """How many steps it takes a twin of the logistic map to be far away, against r.

    Attributes:
        low, high: of r.
        rates: how many values of r between.
        start: x.
        shift: by which the twin starts above it.
        distance: that is far.
        max_steps: to go at most.
    """

    kind: ClassVar[str] = "horizon"
    group: ClassVar[str] = GROUP

    low: float = 3.5
    high: float = 4.0
    rates: int = 1000
    start: float = 0.4
    shift: float = 1e-3
    distance: float = 0.15
    max_steps: int = 200

    def __post_init__(self) -> None:
        checks.integer("rates", self.rates, minimum=2)
        checks.number("shift", self.shift, positive=True)
        checks.number("distance", self.distance, positive=True)
        checks.integer("max_steps", self.max_steps, minimum=1)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        rates = np.linspace(self.low, self.high, self.rates)
        steps = prediction_horizon(rates, self.start, self.shift, self.distance, self.max_steps)
        with plot(frame.window) as (figure, picture):
            axes = figure.add_subplot()
            axes.plot(rates, steps, ".", color="C3", markersize=1.5)
            axes.set(xlabel="r", ylabel=f"steps until {self.distance:g} apart")
            axes.set(xlim=(self.low, self.high), ylim=(0, 1.02 * self.max_steps))
            axes.set_title(f"twins {self.shift:.1e} apart at first")
        return picture[0]


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
    steps: int = 30

    def __post_init__(self) -> None:
        checks.integer("rates", self.rates, minimum=2)
        checks.integer("steps", self.steps, minimum=1)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        rates = np.linspace(self.low, self.high, self.rates)
        least, greatest = there_and_back(rates, steps=self.steps)
        with plot(frame.window) as (figure, picture):
            axes = figure.add_subplot()
            tiny = 1e-18  # for an error of 0
            axes.semilogy(rates, np.maximum(greatest, tiny), ".", color="C0", markersize=2)
            axes.semilogy(rates, np.maximum(least, tiny), ".", color="C2", markersize=2)
            axes.set(xlabel="r", ylabel="error", xlim=(self.low, self.high))
            axes.set_title(f"{self.steps} steps back and forth: the worst ancestor and the best")
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


@dataclass(frozen=True)
class FinalDistance(Figure):
    """How far apart two orbits end, against how far apart they started.

    Attributes:
        start: x, y of one orbit.
        smallest, largest: of the distances at first.
        pairs: how many, evenly in logarithm.
        steps: to go.
        seed: of the directions.
    """

    kind: ClassVar[str] = "final-distance"
    group: ClassVar[str] = GROUP
    of: ClassVar[type[Map]] = PlanarMap

    start: tuple[float, float] = (1.0, 0.0)
    smallest: float = 1e-8
    largest: float = 1.0
    pairs: int = 1000
    steps: int = 500
    seed: int = 0

    def __post_init__(self) -> None:
        checks.numbers("start", self.start, 2)
        checks.number("smallest", self.smallest, positive=True)
        checks.number("largest", self.largest, positive=True)
        checks.integer("pairs", self.pairs, minimum=2)
        checks.integer("steps", self.steps, minimum=1)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        distance = np.geomspace(self.smallest, self.largest, self.pairs)[:, None]
        aside = around((0, 0), self.pairs, 1.0, self.seed)
        aside *= distance / np.linalg.norm(aside, axis=1, keepdims=True)
        starts = np.concatenate([[self.start], self.start + aside])
        ends = orbit(frame.map, starts, 1, skip=self.steps, device="cpu")[:, 0]
        apart = np.linalg.norm(ends[1:] - ends[0], axis=1)
        with plot(frame.window) as (figure, picture):
            axes = figure.add_subplot()
            axes.loglog(distance[:, 0], np.maximum(apart, 1e-18), ".", color="C3", markersize=2)
            axes.set(xlabel="distance at first", ylabel=f"distance after {self.steps} steps")
        return picture[0]
