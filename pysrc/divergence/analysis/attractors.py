"""Attractors that are found by where orbits come back to, and the basins of each."""

from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import NDArray

from .. import checks
from ..kernel.launch import How
from ..maps.formula import Formula
from ..maps.planar import PlanarMap
from ..window import Window
from .orbits import orbit

BATCH = 1 << 22  # points of orbits that are held at once


@dataclass(frozen=True)
class Attractors:
    """The attractors of a planar map, and where each pixel ends.

    Attributes:
        basins: (rows, columns) int32, from 1 the number of the attractor that the pixel's orbit
            came to, 0 where it left; row 0 has the lowest y. They are numbered by the size of
            their basins.
        points: for each attractor (n, 2) float64, points of it.
        fractions: (attractors + 1,) float64, the share of the window that left, and each basin's.
    """

    basins: NDArray[np.int32]
    points: tuple[NDArray[np.float64], ...]
    fractions: NDArray[np.float64]


def attractors(
    system: PlanarMap | Formula,
    window: Window,
    skip: int = 2000,
    steps: int = 200,
    *,
    within: Window | None = None,
    cells: int = 500,
    **how: Unpack[How],
) -> Attractors:
    """The attractors that orbits from a window's pixels come to, found without a guess.

    After `skip` steps an orbit's cells of a fine grid are those that it comes back to. Orbits that
    share a cell, or have neighbouring ones, are on the same attractor. (After Datseris and
    Wagemakers, "Effortless estimation of basins of attraction", 2022, whose orbits stop as soon as
    they meet known cells.) Attractors closer to each other than a cell count as one; an orbit that
    has not come to rest by then counts where it is.

    Args:
        system: a planar map, or a formula that has orbits.
        window: the starts.
        skip: steps that are left out before, while orbits find their attractor.
        steps: that are looked at.
        within: where attractors are looked for; by default three times as wide as the window.
            Orbits outside have left.
        cells: of the grid, a side.
        how: see How.

    Raises:
        ValueError: a bad value, or a map without orbits.
    """
    skip = checks.integer("skip", skip, minimum=0)
    steps = checks.integer("steps", steps, minimum=1)
    cells = checks.integer("cells", cells, minimum=2, maximum=20_000)
    if within is None:
        wide, high = 3 * float(window.width), 3 * float(window.height)
        within = Window(window.center, wide, (cells, cells), high)
    starts = np.stack([axis.ravel() for axis in window.points()], axis=-1)
    tails = []
    for part in np.array_split(starts, max(1, len(starts) * steps // BATCH)):
        tails.append(_cells(orbit(system, part, steps, skip, **how), within, cells))
    visited = np.concatenate(tails)
    labels, of_cell = _joined(visited, cells)
    basins, points = _numbered(labels, of_cell, within, cells)
    fractions = np.bincount(basins, minlength=len(points) + 1) / basins.size
    return Attractors(basins.reshape(window.shape), points, fractions)


def _cells(points: NDArray[np.float64], within: Window, cells: int) -> NDArray[np.int32]:
    """The cells of points (orbits, steps, 2), -1 for those outside."""
    left, right, bottom, top = map(float, within.extent)
    with np.errstate(invalid="ignore"):
        column = np.floor((points[..., 0] - left) * (cells / (right - left)))
        row = np.floor((points[..., 1] - bottom) * (cells / (top - bottom)))
        inside = (column >= 0) & (column < cells) & (row >= 0) & (row < cells)
    found = np.full(inside.shape, -1, np.int32)
    found[inside] = (row[inside] * cells + column[inside]).astype(np.int32)
    return found


def _joined(visited: NDArray[np.int32], cells: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each orbit the least cell of its attractor, -1 if it has left; and for each cell.

    Labels spread from cells to the orbits that visit them, back to all cells of those, and to
    cells beside, until none changes.
    """
    nowhere = cells * cells
    stays = (visited >= 0).all(axis=1)
    tracks = visited[stays]
    of_cell = np.full((cells, cells), nowhere, np.int64)
    flat = of_cell.reshape(-1)
    flat[tracks] = tracks
    occupied = of_cell < nowhere
    while True:
        before = of_cell.copy()
        of_orbit = flat[tracks].min(axis=1, initial=nowhere)
        np.minimum.at(flat, tracks, of_orbit[:, None])
        wide = np.pad(of_cell, 1, constant_values=nowhere)
        near = [wide[i : i + cells, j : j + cells] for i in range(3) for j in range(3)]
        of_cell[occupied] = np.min(near, axis=0)[occupied]
        if np.array_equal(before, of_cell):
            break
    labels = np.full(len(visited), -1, np.int64)
    labels[stays] = flat[tracks].min(axis=1, initial=nowhere)
    return labels, flat


def _numbered(
    labels: NDArray[np.int64], of_cell: NDArray[np.int64], within: Window, cells: int
) -> tuple[NDArray[np.int32], tuple[NDArray[np.float64], ...]]:
    """Basins by number, the largest first, and the middles of each attractor's cells."""
    names, counts = np.unique(labels[labels >= 0], return_counts=True)
    names = names[np.argsort(-counts, kind="stable")]
    basins = np.zeros(labels.size, np.int32)
    left, right, bottom, top = map(float, within.extent)
    points = []
    for number, name in enumerate(names, 1):
        basins[labels == name] = number
        row, column = np.divmod(np.flatnonzero(of_cell == name), cells)
        x = left + (column + 0.5) * (right - left) / cells
        y = bottom + (row + 0.5) * (top - bottom) / cells
        points.append(np.stack([x, y], axis=-1))
    return basins, tuple(points)
