"""Plots of series: rows A4, A7 and A8 of docs/systems.md."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from .. import checks
from ..analysis.logistic import prediction_horizon
from ..analysis.orbits import orbit
from ..frame import Frame
from ..maps.base import Map
from ..maps.interval import IntervalMap
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
    """A map's graph, the diagonal, and an orbit between them, from violet to red as it goes.

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
            from matplotlib.collections import LineCollection

            axes = figure.add_subplot()
            axes.plot(across, up, color="C1")
            axes.plot(across, across, color="0.5", linewidth=0.7)
            corners = np.stack([web[:-2], web[1:-1]], axis=-1)
            pairs: Any = np.stack([corners[:-1], corners[1:]], axis=1)
            ways = LineCollection(pairs, cmap="rainbow")
            ways.set(array=np.arange(len(corners) - 1), linewidth=max(0.5, 4 / self.steps**0.5))
            axes.add_collection(ways)
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
