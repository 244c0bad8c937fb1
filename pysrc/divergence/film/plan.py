"""What a film must compute: pieces of lattices, each with its map and step limit.

A film that stays in one place, or whose map changes, has one layer for every frame; frames that
differ in their step limit alone share a layer. A zoom has keyframes, several in every octave. Each
has one layer: the ring that leaves the screen between this keyframe and the next, with samples as
dense as the last frame that shows it needs; the innermost keyframe is whole. So every place is
computed once, and all frames that contain it show it.

A parameter may follow the depth of a zoom, as the shift of twins does. A ring then has the value of
the last frame that shows it. Earlier frames show the ring further inside, with a larger shift; so a
ring also tells what the times would be with a shift one octave larger, two octaves larger, and so
on: see octaves.py.
"""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checks import Exact
from ..frame import Arithmetic, Frame
from ..kernel.points import Patch
from ..maps.base import Map
from ..window import Window, in_units

RINGS_PER_OCTAVE = (4, 5, 6, 7.5, 10, 15)  # at least; many are best unless pixels are few
MOST_OCTAVES = 4  # above, that a ring tells of: what is shown deeper is a sixteenth of a frame wide
TINY = 1e-6  # of a lattice step: what rounding may move an edge by


@dataclass(frozen=True)
class Layer:
    """A patch to compute: all that determines its times, and the name of their file.

    Its times are wanted, too, as they are 1 to `octaves` above.
    """

    name: str
    map: Map
    patch: Patch
    max_steps: int
    octaves: int = 0
    arithmetic: Arithmetic = "float64"

    @property
    def key_text(self) -> str:
        """The key, as files have it."""
        return self.key_texts[0]

    @cached_property
    def key_texts(self) -> tuple[str, ...]:
        """The key as a text, and as older files have it, which say nothing of inner maps and know
        no arithmetic but float64."""
        older = {name: value for name, value in self.key.items() if name != "inner"}
        keys = [self.key, older]
        if self.arithmetic == "float64":
            keys.append({name: value for name, value in older.items() if name != "computed_in"})
        return tuple(dict.fromkeys(map(json.dumps, keys)))

    @cached_property
    def key(self) -> dict[str, object]:
        """Everything that determines the times, in words and numbers that JSON keeps exactly."""
        patch, window = self.patch, self.patch.window
        ranges = {"rows": patch.rows, "columns": patch.columns}
        if patch.hole:
            ranges |= {"hole_rows": patch.hole[0], "hole_columns": patch.hole[1]}
        return self.map.key | {
            "center": [plain(number) for number in window.center],
            "size": [plain(window.width), plain(window.height)],
            "shape": window.shape,
            "offsets": {name: (part.start, part.stop) for name, part in ranges.items()},
            "max_steps": self.max_steps,
            "octaves": self.octaves,
            "computed_in": self.arithmetic,
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


def plan(
    frames: Sequence[Frame],
    *,
    exact: bool = False,
    samples: int = 1,
    is_stored: Callable[[Layer], bool] = lambda _: False,
) -> Plan:
    """The layers that these frames need, and no more.

    Args:
        frames: of a film, in order.
        exact: give every frame a layer of its own, in a zoom as well.
        samples: per pixel, across and down.
        is_stored: whether a layer need not be computed, since it has been.
    """

    def cost(planned: Plan) -> tuple[int, int]:
        left = (layer.patch.size for layer in planned.layers if not is_stored(layer))
        return sum(left), planned.points

    frames = tuple(frames)
    if not exact and is_zoom(frames):
        plans = (_zoom(frames, samples, rings) for rings in RINGS_PER_OCTAVE)
        return min(plans, key=cost)
    numbers: dict[tuple[Any, ...], int] = {}
    layers: list[Layer] = []
    shown: list[tuple[int, int]] = []
    for i, frame in enumerate(frames):
        number = numbers.setdefault((frame.map, frame.window), len(layers))
        if number == len(layers):
            patch = Patch.of(finer(frame.window, samples))
            name = f"frame-{i:05d}"
            layers.append(Layer(name, frame.map, patch, frame.max_steps, 0, frame.arithmetic))
        elif frame.max_steps > layers[number].max_steps:
            layers[number] = replace(layers[number], max_steps=frame.max_steps)
        shown.append((number, number))
    return Plan(frames, tuple(layers), tuple(shown), keyframes=False)


def plain(number: Exact) -> float | str:
    """A number with all its digits, as JSON can keep it."""
    return number if isinstance(number, float) else str(number)


def is_zoom(frames: Sequence[Frame]) -> bool:
    """Whether the frames are ever narrower windows, or ever wider ones, on one picture."""
    windows = [frame.window for frame in frames]
    first, last = windows[0], windows[-1]
    widths = [window.width for window in windows]
    ratio = in_units(first.height, first.width)
    return (
        first.width != last.width
        and widths in (sorted(widths), sorted(widths, reverse=True))
        and all(window.center == first.center for window in windows)
        and all(window.shape == first.shape for window in windows)
        and all(np.isclose(in_units(w.height, w.width), ratio) for w in windows)
        and all(_same_picture(frame.map, frames[0].map) for frame in frames)
    )


def finer(window: Window, samples: int) -> Window:
    """The window with so many lattice points a pixel, across and down."""
    rows, columns = window.shape
    return replace(window, shape=(rows * samples, columns * samples)) if samples > 1 else window


def _same_picture(one: Map, other: Map) -> bool:
    return type(one) is type(other) and all(
        getattr(one, field.name) == getattr(other, field.name)
        for field in fields(one)
        if field.name not in one.depth_parameters
    )


def _zoom(frames: tuple[Frame, ...], samples: int, rings_per_octave: float) -> Plan:
    inwards = frames[0].window.width > frames[-1].window.width
    ordered = frames if inwards else frames[::-1]
    unit = ordered[-1].window.unit
    widths = np.array([in_units(frame.window.width, unit) for frame in ordered])
    keys = _keyframes(widths, rings_per_octave)
    ends = [*keys[1:], len(ordered)]  # of the frames whose edge is in a ring
    lattices = [finer(ordered[end - 1].window, samples) for end in ends]
    boxes = [
        _points_within(ordered[key].window, lattice)
        for key, lattice in zip(keys, lattices, strict=True)
    ]
    layers, shown, limit = [], [], 0
    for number, (key, end, lattice) in enumerate(zip(keys, ends, lattices, strict=True)):
        patch = Patch(lattice, *boxes[number])
        if end < len(ordered):
            patch = _hollow(patch, lattices[number + 1], boxes[number + 1])
        system = ordered[end - 1].map
        limit = max(limit, *(frame.max_steps for frame in ordered[key:end]))
        above = math.ceil(system.depth - ordered[0].map.depth - TINY)
        octaves = min(max(above, 0), MOST_OCTAVES)
        arithmetic = ordered[end - 1].arithmetic
        layers.append(Layer(f"ring-{number:05d}", system, patch, limit, octaves, arithmetic))
        shown += [(number, len(keys) - 1)] * (end - key)
    return Plan(frames, tuple(layers), tuple(shown if inwards else shown[::-1]), keyframes=True)


def _keyframes(widths: NDArray[np.float64], rings_per_octave: float) -> list[int]:
    """The first frame, and of the others the fewest that make so many rings an octave."""
    keys = [0]
    while keys[-1] < len(widths) - 1:
        least = widths[keys[-1]] * 2 ** (-1 / rings_per_octave) * (1 - TINY)
        keys.append(max(keys[-1] + 1, int(np.count_nonzero(widths >= least)) - 1))
    return keys


def _points_within(window: Window, lattice: Window) -> tuple[range, range]:
    """Rows and columns of the points of a lattice that lie within a window's pixels."""
    edges = (_edges(window, lattice, axis) for axis in (0, 1))
    rows, columns = (
        range(math.ceil(low - TINY), math.floor(high + TINY) + 1) for low, high in edges
    )
    return rows, columns


def _hollow(patch: Patch, inner: Window, box: tuple[range, range]) -> Patch:
    """The patch without the points that a box of an inner, finer lattice covers. None is left out
    beyond the box's outermost points, so the gap is nowhere wider than a step of the patch."""
    hole = []
    for axis, inside in enumerate(box):
        unit, inner_unit = (
            window.size_in(inner.unit)[axis] / window.shape[axis]
            for window in (patch.window, inner)
        )
        low, high = inside.start * inner_unit / unit, (inside.stop - 1) * inner_unit / unit
        hole.append(range(math.ceil(low - TINY), math.floor(high + TINY) + 1))
    if not all(hole) or hole == [patch.rows, patch.columns]:
        return patch  # so small that nothing is inside, or nothing would be left
    return replace(patch, hole=(hole[0], hole[1]))


def _edges(window: Window, lattice: Window, axis: int) -> tuple[float, float]:
    """Where a window's pixels begin and end along an axis, in steps of a lattice."""
    count = window.shape[axis]
    step = window.size_in(lattice.unit)[axis] / count
    unit = lattice.size_in(lattice.unit)[axis] / lattice.shape[axis]
    return (-(count // 2) - 0.5) * step / unit, (count - count // 2 - 0.5) * step / unit
