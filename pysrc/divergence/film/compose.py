"""Frames from layers: every sample counts by the share of a pixel that its lattice cell covers.

Samples get their colours first, by the frame's own step limit, and colours are averaged as
amounts of light. So no time is averaged, across a basin's edge or elsewhere.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..checks import Exact
from ..colour import Colouring, to_srgb
from ..frame import Frame
from ..kernel.outcome import Outcome
from ..kernel.points import Patch
from ..window import Window
from .octaves import seen_from_above

SAMPLES_ENOUGH = 2  # a pixel, across and down: denser blocks are thinned to twice that or less
CELLS_LEAST = 4  # along a side of a block that is thinned


class Block(NamedTuple):
    """Samples on a rectangle of a lattice.

    Attributes:
        row_edges, column_edges: where the samples' cells begin and end, from the center in
            `unit`; one more than there are samples.
        outcome: of the samples, arrays (rows, columns), without states.
        unit: a length, in the map's units.
        octaves: how far the frame lies above the samples, where a parameter follows the depth.
    """

    row_edges: NDArray[np.float64]
    column_edges: NDArray[np.float64]
    outcome: Outcome
    unit: Exact = 1.0
    octaves: float = 0.0


def strides(patch: Patch, window: Window) -> tuple[tuple[int, int], ...]:
    """The stride in rows and in columns at which a picture of the window needs the samples of each
    block of a patch."""
    ratios = [
        (size / count) / (lattice_size / lattice_count)
        for size, count, lattice_size, lattice_count in zip(
            window.size_in(patch.window.unit),
            window.shape,
            patch.window.size_in(patch.window.unit),
            patch.window.shape,
            strict=True,
        )
    ]

    def stride(ratio: float, cells: int) -> int:
        most = max(1.0, min(ratio / SAMPLES_ENOUGH, cells / CELLS_LEAST))
        return 1 << int(np.log2(most))

    return tuple(
        (stride(ratios[0], len(rows)), stride(ratios[1], len(columns)))
        for rows, columns in patch.blocks
    )


def blocks(
    patch: Patch, outcome: Outcome, every: Sequence[tuple[int, int]] | None = None
) -> list[Block]:
    """The samples of a patch, (points,) each, as rectangles, thinned to `every` (rows, columns)."""
    found, start = [], 0
    outcome = outcome.only(("fates", "fractions", "above"))
    every = every or [(1, 1)] * len(patch.blocks)
    unit = [
        size / n
        for size, n in zip(patch.window.size_in(patch.window.unit), patch.window.shape, strict=True)
    ]
    for (rows, columns), (row_stride, column_stride) in zip(patch.blocks, every, strict=True):
        stop = start + len(rows) * len(columns)
        thin_rows, thin_columns = _thinned(rows, row_stride), _thinned(columns, column_stride)
        pick = (
            slice(thin_rows.start - rows.start, None, row_stride),
            slice(thin_columns.start - columns.start, None, column_stride),
        )
        samples = outcome.take(slice(start, stop)).reshape((len(rows), len(columns)))
        found.append(
            Block(
                _cell_edges(rows, thin_rows) * unit[0],
                _cell_edges(columns, thin_columns) * unit[1],
                samples.take(pick).copy(),
                patch.window.unit,
            )
        )
        start = stop
    return found


def compose(
    frame: Frame, pieces: Sequence[Block], colouring: Colouring
) -> tuple[NDArray[np.uint8], float]:
    """A frame from blocks that cover it.

    Returns:
        (rows, columns, 3) sRGB, row 0 with the lowest y; and the sum of the times of all pixels of
        the frame, estimated from the samples.
    """
    rows, columns = frame.window.shape
    light = np.zeros((rows, columns, 4), np.float32)
    palette = np.ones((len(colouring.palette), 4), np.float32)
    palette[:, :3] = colouring.linear_palette
    steps = area = 0.0
    for block in pieces:
        height, width = frame.window.size_in(block.unit)
        down, across = (
            _shares(block.row_edges, height, rows),
            _shares(block.column_edges, width, columns),
        )
        if down is None or across is None:
            continue
        part = (down.samples, across.samples)
        outcome = _seen(block, part)
        levels = colouring.levels(
            outcome.times, frame.max_steps, fractions=outcome.fractions, fates=outcome.fates
        )
        colours = palette[levels]
        if colouring.relief:
            cell_rows = float(np.diff(block.row_edges).mean()) / height
            cell_columns = float(np.diff(block.column_edges).mean()) / width
            spacing = cell_rows, cell_columns * columns / rows
            shades = colouring.shades(outcome.times, frame.max_steps, outcome.fractions, spacing)
            colours[..., :3] = np.minimum(colours[..., :3] * shades[..., None], 1)
        light[down.pixels, across.pixels] += _averaged(_averaged(colours, down, 0), across, 1)
        times = np.minimum(outcome.times, frame.max_steps).astype(np.float32)
        steps += float(down.totals @ times @ across.totals)
        area += float(down.totals.sum() * across.totals.sum())
    return to_srgb(light[..., :3] / light[..., 3:]), steps / area * rows * columns


def _seen(block: Block, part: tuple[Any, ...]) -> Outcome:
    """The outcome of a part of a block, at the frame's depth."""
    return seen_from_above(block.outcome.take(part), block.octaves)


def nearest(frame: Frame, pieces: Sequence[Block]) -> NDArray[np.int32]:
    """The times of the samples nearest to the pixels' centers, as they are at the
    frame's depth, (rows, columns) int32."""
    rows, columns = frame.window.shape
    times = np.full((rows, columns), frame.max_steps, np.int32)
    for block in pieces:
        height, width = frame.window.size_in(block.unit)
        row, down = _cells(block.row_edges, height, rows)
        column, across = _cells(block.column_edges, width, columns)
        times[np.ix_(row, column)] = _seen(block, np.ix_(down, across)).times
    return np.minimum(times, frame.max_steps)


def _cells(
    edges: NDArray[np.float64], size: float, count: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The pixels of an axis whose centers lie in cells with these edges, and the cells."""
    centers = (np.arange(count) - count // 2) * size / count
    cell = np.searchsorted(edges, centers, "right") - 1
    inside = np.flatnonzero((cell >= 0) & (cell < len(edges) - 1))
    return inside, cell[inside]


class _Shares(NamedTuple):
    """How samples along an axis are shared out among pixels: pixel k gets the sum over t of
    weights[t, k] times sample first[k] + t."""

    samples: slice
    pixels: slice
    first: NDArray[np.intp]
    weights: NDArray[np.float32]
    totals: NDArray[np.float32]  # of each sample, in pixels


def _shares(edges: NDArray[np.float64], size: float, count: int) -> _Shares | None:
    """How cells with these edges share in the `count` pixels of an axis of this size; None if no
    cell lies there."""
    edges = edges * (count / size) + (count // 2 + 0.5)  # pixel k is from k to k + 1
    near = 1e-9 * count
    low = int(np.searchsorted(edges, near, "right")) - 1
    high = int(np.searchsorted(edges, count - near, "left"))
    low, high = max(low, 0), min(high, len(edges) - 1)
    if low >= high:
        return None
    edges = np.clip(edges[low : high + 1], 0, count)
    start, stop = int(np.floor(edges[0] + near)), int(np.ceil(edges[-1] - near))
    pixel = np.arange(start, stop)
    cells = len(edges) - 1
    first = np.clip(np.searchsorted(edges, pixel + near, "right") - 1, 0, cells - 1)
    last = np.clip(np.searchsorted(edges, pixel + 1 - near, "left") - 1, 0, cells - 1)
    cell = first + np.arange(int((last - first).max()) + 1)[:, None]
    known = np.minimum(cell, cells - 1)
    overlap = np.minimum(edges[known + 1], pixel + 1) - np.maximum(edges[known], pixel)
    weights = np.where(cell < cells, np.maximum(overlap, 0), 0)
    return _Shares(
        slice(low, high),
        slice(start, stop),
        first,
        weights.astype(np.float32),
        np.diff(edges).astype(np.float32),
    )


def _averaged(values: NDArray[np.float32], shares: _Shares, axis: int) -> NDArray[np.float32]:
    """Values (rows, columns, channels) shared out along an axis."""
    last = values.shape[axis] - 1
    shape = (-1, 1, 1) if axis == 0 else (1, -1, 1)
    total: Any = None
    for t, weight in enumerate(shares.weights):
        share = values.take(np.minimum(shares.first + t, last), axis) * weight.reshape(shape)
        total = share if total is None else np.add(total, share, out=total)
    return total


def _thinned(indices: range, stride: int) -> range:
    """The multiples of the stride among consecutive indices."""
    return range(-(-indices.start // stride) * stride, indices.stop, stride)


def _cell_edges(indices: range, thinned: range) -> NDArray[np.float64]:
    """Halfway between samples, and at the ends where the cells of all indices end."""
    inner = np.array(thinned, float)[:-1] + thinned.step / 2
    return np.concatenate([[indices.start - 0.5], inner, [indices.stop - 0.5]])
