"""Variants of one map side by side, and what accuracy costs: rows T10 and T11."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from itertools import cycle
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from .. import checks, colormaps
from ..colour import Colouring
from ..deep.compute import times
from ..frame import Frame
from ..maps.base import Map
from ..maps.three_body import ThreeBody
from .base import Figure, Rgb, plot

GROUP = "Comparisons"
CLOSE = 0.01  # of a time, within which two agree


@dataclass(frozen=True)
class Comparison(Figure):
    """The times of several variants of the scene's map in the same window, side by side.

    Where variants have steps of their own length `dt`, they have as many as make the same time.

    Attributes:
        variants: tables of the map's parameters that differ, with a `title` each.
        columns: of panels; 0 for all in a row.
        reference: the number, from 1, of the variant that the others are held against: the titles
            say at how many pixels times are within a hundredth of its own; 0 for none.
        colormap: of the times.
    """

    kind: ClassVar[str] = "comparison"
    group: ClassVar[str] = GROUP
    of: ClassVar[Any] = Map

    variants: tuple[Mapping[str, Any], ...]
    columns: int = 0
    reference: int = 0
    colormap: str = "inferno"

    def __post_init__(self) -> None:
        if not isinstance(self.variants, tuple) or not self.variants:
            raise ValueError("variants must be a list of tables")
        for variant in self.variants:
            if not isinstance(variant, Mapping) or not isinstance(variant.get("title"), str):
                raise ValueError(f"a variant must be a table with a title, not {variant!r}")
        checks.integer("columns", self.columns, minimum=0)
        checks.integer("reference", self.reference, minimum=0, maximum=len(self.variants))
        colormaps.check_colormap("colormap", self.colormap)

    def check(self, system: Map | None) -> None:
        super().check(system)
        for variant in self.variants:
            if system is not None:
                self._of(system, variant)

    def _of(self, system: Map, variant: Mapping[str, object]) -> Map:
        known = ["title", *(field.name for field in fields(system))]
        changes = {checks.known("parameter", key, known): value for key, value in variant.items()}
        del changes["title"]
        return replace(system, **changes)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        columns = self.columns or len(self.variants)
        rows = -(-len(self.variants) // columns)
        height, width = frame.window.shape
        side = max(1, round(0.92 * min(height / rows, width / columns)))
        window = replace(frame.window, shape=(side, side))
        limits, found = [], []
        for variant in self.variants:
            system = self._of(frame.map, variant)
            limits.append(_limit(frame, system))
            found.append(times(system, window, limits[-1], device=device))
        with plot(frame.window) as (figure, picture):
            panels = figure.subplots(rows, columns, squeeze=False).ravel()
            for axes, variant, limit, one in zip(
                panels, self.variants, limits, found, strict=False
            ):
                rgb = Colouring(self.colormap).rgb(one, limit)
                axes.imshow(rgb, origin="lower", interpolation="nearest")
                title = variant["title"]
                if self.reference:
                    true, at = found[self.reference - 1], limits[self.reference - 1]
                    title += f"\n{agreement(one / limit, true / at):.0%} agree"
                axes.set_title(title)
            for axes in panels:
                axes.set_axis_off()
        return picture[0]


def agreement(found: NDArray[np.float64], true: NDArray[np.float64]) -> float:
    """The share of points whose times are within a hundredth of the true ones."""
    return float(np.mean(np.abs(found - true) <= CLOSE * true))


def _limit(frame: Frame, system: Map) -> int:
    """As many steps as take the time of the scene's step limit."""
    length = getattr(system, "dt", None)
    return max(1, round(frame.max_steps * frame.map.dt / length)) if length else frame.max_steps


@dataclass(frozen=True)
class ErrorAgainstWork(Figure):
    """Of how many pixels integrators miss the true time of separation, and how long it takes them.

    True is what the adaptive integrator gives with the tolerance 1e-14.

    Attributes:
        steps: lengths dt, for each integrator that has one.
        tolerances: of the adaptive integrator.
        pixels: along a side of the lattice that is computed.
    """

    kind: ClassVar[str] = "error-against-work"
    group: ClassVar[str] = GROUP
    of: ClassVar[type[Map]] = ThreeBody

    steps: tuple[float, ...] = (0.01, 0.003, 0.001, 0.0003)
    tolerances: tuple[float, ...] = (1e-3, 1e-5, 1e-7, 1e-9, 1e-12)
    pixels: int = 20

    def __post_init__(self) -> None:
        checks.numbers("steps", self.steps, len(self.steps))
        checks.numbers("tolerances", self.tolerances, len(self.tolerances))
        checks.integer("pixels", self.pixels, minimum=2)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        window = replace(frame.window, shape=(self.pixels, self.pixels))

        def measure(**changes: object) -> tuple[float, NDArray[np.float64]]:
            system = replace(frame.map, **changes)
            limit, start = _limit(frame, system), time.perf_counter()
            found = times(system, window, limit, device=device)
            return time.perf_counter() - start, found / limit

        _, true = measure(integrator="adaptive", tolerance=1e-14)
        kinds = {
            name: [{"integrator": name, "dt": dt} for dt in self.steps]
            for name in ("euler", "adams-bashforth-2", "adams-bashforth-4", "leapfrog")
        }
        kinds["adaptive"] = [
            {"integrator": "adaptive", "tolerance": tolerance} for tolerance in self.tolerances
        ]
        with plot(frame.window) as (figure, picture):
            axes = figure.add_subplot()
            for (name, variants), mark in zip(kinds.items(), cycle("osD^v"), strict=False):
                points = [measure(**variant) for variant in variants]
                seconds, missed = zip(
                    *((s, 1 - agreement(t, true)) for s, t in points), strict=True
                )
                axes.plot(seconds, missed, f"{mark}-", markersize=4, label=name)
            axes.set(
                xscale="log", xlabel="seconds", ylabel="share of pixels missed", ylim=(0, 1.05)
            )
            axes.legend(frameon=False, loc="lower left")
        return picture[0]
