"""What a film must compute: pieces of lattices, each with its map and step limit.

A film that stays at one place, or changes what it looks at, has a layer for every picture that
differs in more than the step limit. A zoom has keyframes, some in every octave, and for each the
ring around it that leaves the screen before the next keyframe, at the density that the ring has
on the last frame that shows it. The innermost is whole. Every place is then computed once, and
shown by all frames that contain it.

A parameter may follow the depth, as the shift of twins does. Then no ring can have the parameters
of all the frames that show it: it has those of the frame on which it lies as deep as a pixel does
on average, frames scale its times to their own parameters (Map.horizon), and neighbouring rings
overlap a little and fade into each other.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .maps.base import Map
from .scene import Frame
from .window import Window

RINGS_PER_OCTAVE = (4, 5, 6, 7.5, 10, 15)  # at least; many are best unless pixels are few
OVERLAP = 0.05  # of a ring's breadth, where the next one has other parameters
MEAN_DEPTH = 1 / math.log(4)  # octaves until a pixel of a zoom leaves the screen, on average
TINY = 1e-6  # of a lattice step: what rounding may move an edge by


@dataclass(frozen=True)
class Patch:
    """A rectangle of a window's lattice, which may reach beyond the window, with a hole or not.

    Attributes:
        window: it has the center and the lattice steps.
        rows, columns: ranges of offsets from the center.
        hole: (rows, columns) inside that are left out.
        fades: lattice steps over which it fades in from its outer edge, and out to its hole.
    """

    window: Window
    rows: range
    columns: range
    hole: tuple[range, range] | None = None
    fades: tuple[float, float] = (0.0, 0.0)

    @staticmethod
    def whole(window: Window) -> "Patch":
        """All of a window, in the order of its points."""
        return Patch(window, *(range(-(n // 2), n - n // 2) for n in window.shape))

    @cached_property
    def blocks(self) -> tuple[tuple[range, range], ...]:
        """(rows, columns) of the rectangles that it is made of, in the order of its points."""
        if self.hole is None:
            return ((self.rows, self.columns),)
        rows, columns = self.hole
        four = (
            (range(self.rows.start, rows.start), self.columns),
            (rows, range(self.columns.start, columns.start)),
            (rows, range(columns.stop, self.columns.stop)),
            (range(rows.stop, self.rows.stop), self.columns),
        )
        return tuple(block for block in four if block[0] and block[1])

    @cached_property
    def size(self) -> int:
        """How many points it has."""
        return sum(len(rows) * len(columns) for rows, columns in self.blocks)

    def weights(self, rows: NDArray, columns: NDArray) -> NDArray[np.float32] | None:
        """How much samples at these offsets count, (rows, columns); None if all count fully."""
        if not any(self.fades):
            return None
        weight = np.ones((len(rows), len(columns)), np.float32)
        within = _outside((self.rows, self.columns), rows, columns)
        if self.fades[0]:
            weight *= np.clip(-within / self.fades[0], 0, 1)
        if self.fades[1]:
            weight *= np.clip(_outside(self.hole, rows, columns) / self.fades[1], 0, 1)
        return weight

    def points(self, start: int, stop: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """x and y of points number start to stop - 1; row by row in every block."""
        x, y, before = [], [], 0
        for rows, columns in self.blocks:
            count = len(rows) * len(columns)
            number = np.arange(max(start - before, 0), min(stop - before, count))
            row, column = np.divmod(number, len(columns))
            x.append(self.window.x_at(columns.start + column))
            y.append(self.window.y_at(rows.start + row))
            before += count
        return np.concatenate(x), np.concatenate(y)


@dataclass(frozen=True)
class Layer:
    """A patch to compute: all that determines its times, and the name of their file."""

    name: str
    map: Map
    patch: Patch
    max_steps: int

    @cached_property
    def key(self) -> dict[str, object]:
        """Everything that determines the times, in words and numbers that JSON keeps exactly."""
        patch, window = self.patch, self.patch.window
        ranges = {"rows": patch.rows, "columns": patch.columns}
        if patch.hole:
            ranges |= {"hole_rows": patch.hole[0], "hole_columns": patch.hole[1]}
        return {
            "map": self.map.name,
            "arithmetic": self.map.arithmetic,
            "parameters": self.map.parameters(),
            "center": window.center,
            "size": (window.width, window.height),
            "shape": window.shape,
            "offsets": {name: (part.start, part.stop) for name, part in ranges.items()},
            "max_steps": self.max_steps,
        }


@dataclass(frozen=True)
class Plan:
    """The layers of a film, and which of them each frame shows.

    Attributes:
        frames: what the film is made of.
        layers: in the order in which they are computed.
        shown: for each frame the first and the last number of its layers, outermost first.
        keyframes: whether this is a zoom made of rings.
    """

    frames: tuple[Frame, ...]
    layers: tuple[Layer, ...]
    shown: tuple[tuple[int, int], ...]
    keyframes: bool

    @property
    def points(self) -> int:
        """How many points all layers have."""
        return sum(layer.patch.size for layer in self.layers)


def plan(frames: Sequence[Frame], *, exact: bool = False, samples: int = 1) -> Plan:
    """The least to compute for these frames.

    Args:
        frames: of a film, in order.
        exact: compute every frame that differs from the others in more than its step limit.
        samples: per pixel, across and down.
    """
    frames = tuple(frames)
    if not exact and is_zoom(frames):
        plans = (_zoom(frames, samples, rings) for rings in RINGS_PER_OCTAVE)
        return min(plans, key=lambda planned: planned.points)
    numbers, layers, shown = {}, [], []
    for i, frame in enumerate(frames):
        number = numbers.setdefault((frame.map, frame.window), len(layers))
        if number == len(layers):
            patch = Patch.whole(finer(frame.window, samples))
            layers.append(Layer(f"frame-{i:05d}", frame.map, patch, frame.max_steps))
        elif frame.max_steps > layers[number].max_steps:
            layers[number] = replace(layers[number], max_steps=frame.max_steps)
        shown.append((number, number))
    return Plan(frames, tuple(layers), tuple(shown), keyframes=False)


def is_zoom(frames: Sequence[Frame]) -> bool:
    """Whether the frames are ever narrower windows, or ever wider ones, on one picture."""
    windows = [frame.window for frame in frames]
    first, last = windows[0], windows[-1]
    widths = [window.width for window in windows]
    return (
        first.width != last.width
        and widths in (sorted(widths), sorted(widths, reverse=True))
        and all(window.center == first.center for window in windows)
        and all(window.shape == first.shape for window in windows)
        and all(np.isclose(w.height / w.width, first.height / first.width) for w in windows)
        and all(_same_picture(frame.map, frames[0].map) for frame in frames)
    )


def finer(window: Window, samples: int) -> Window:
    """The window with so many lattice points a pixel, across and down."""
    rows, columns = window.shape
    return replace(window, shape=(rows * samples, columns * samples)) if samples > 1 else window


def _outside(box: tuple[range, range], rows: NDArray, columns: NDArray) -> NDArray[np.float64]:
    """How far offsets are outside a box of cells, along the axis where they are further."""
    down, across = (
        np.maximum(part.start - 0.5 - offsets, offsets - (part.stop - 0.5))
        for part, offsets in zip(box, (rows, columns), strict=True)
    )
    return np.maximum(down[:, None], across)


def _same_picture(one: Map, other: Map) -> bool:
    return type(one) is type(other) and all(
        getattr(one, field.name) == getattr(other, field.name)
        for field in fields(one)
        if field.name not in one.depth_parameters
    )


def _zoom(frames: tuple[Frame, ...], samples: int, rings_per_octave: float) -> Plan:
    inwards = frames[0].window.width > frames[-1].window.width
    ordered = frames if inwards else frames[::-1]
    widths = np.array([frame.window.width for frame in ordered])
    keys = _keyframes(widths, rings_per_octave)
    ends = [*keys[1:], len(ordered)]  # of the frames whose edge is in a ring
    lattices = [finer(ordered[end - 1].window, samples) for end in ends]
    boxes = [
        _points_within(ordered[key].window, lattice)
        for key, lattice in zip(keys, lattices, strict=True)
    ]
    layers, shown, limit, fade_in = [], [], 0, 0.0
    for number, (key, end, lattice) in enumerate(zip(keys, ends, lattices, strict=True)):
        mean = int(np.abs(np.log2(widths / widths[key]) - MEAN_DEPTH).argmin())
        system = ordered[mean].map
        limit = max(limit, *(_steps_needed(system, frame) for frame in ordered[key:end]))
        hole, fade = None, 0.0
        if end < len(ordered):
            if ordered[0].map != ordered[-1].map:
                fade = OVERLAP * (widths[key] - widths[end]) / 2  # in the map's units
            hole = _hole(lattice, lattices[number + 1], boxes[number + 1], fade)
            hole = None if hole == boxes[number] else hole  # so small that nothing would be left
        unit = lattice.width / lattice.shape[1]
        fades = (fade_in / unit, fade / unit if hole else 0.0)
        patch = Patch(lattice, *boxes[number], hole, fades)
        layers.append(Layer(f"ring-{number:05d}", system, patch, limit))
        shown += [(number, len(keys) - 1)] * (end - key)
        fade_in = fade if hole else 0.0
    return Plan(frames, tuple(layers), tuple(shown if inwards else shown[::-1]), keyframes=True)


def _keyframes(widths: NDArray[np.float64], rings_per_octave: float) -> list[int]:
    """The first, and of the others as few as leave so many rings an octave."""
    keys = [0]
    while keys[-1] < len(widths) - 1:
        least = widths[keys[-1]] * 2 ** (-1 / rings_per_octave) * (1 - TINY)
        keys.append(max(keys[-1] + 1, int(np.count_nonzero(widths >= least)) - 1))
    return keys


def _steps_needed(system: Map, frame: Frame) -> int:
    """The step limit with which a map tells all that a frame shows."""
    if system == frame.map:
        return frame.max_steps
    return math.ceil(frame.max_steps * (system.horizon / frame.map.horizon))


def _points_within(window: Window, lattice: Window) -> tuple[range, range]:
    """Rows and columns of the points of a lattice that lie within a window's pixels."""
    edges = (_edges(window, lattice, axis) for axis in (0, 1))
    rows, columns = (
        range(math.ceil(low - TINY), math.floor(high + TINY) + 1) for low, high in edges
    )
    return rows, columns


def _hole(
    lattice: Window, inner: Window, box: tuple[range, range], overlap: float
) -> tuple[range, range] | None:
    """The points of a lattice that those of a box of an inner, finer one surround, deeper than the
    overlap: so nowhere are points further apart than the coarser lattice's."""
    hole = []
    for axis, inside in enumerate(box):
        unit, inner_unit = (
            (window.height, window.width)[axis] / window.shape[axis] for window in (lattice, inner)
        )
        low = (inside.start * inner_unit + overlap) / unit
        high = ((inside.stop - 1) * inner_unit - overlap) / unit
        hole.append(range(math.ceil(low - TINY), math.floor(high + TINY) + 1))
    return (hole[0], hole[1]) if all(hole) else None


def _edges(window: Window, lattice: Window, axis: int) -> tuple[float, float]:
    """Where a window's pixels begin and end along an axis, in steps of a lattice."""
    count = window.shape[axis]
    step = (window.height, window.width)[axis] / count
    unit = (lattice.height, lattice.width)[axis] / lattice.shape[axis]
    return (-(count // 2) - 0.5) * step / unit, (count - count // 2 - 0.5) * step / unit
