"""Numbers that say how a picture is broken: dimension, uncertainty and entropy (row F3).

Rows are those of docs/systems.md.
"""

from collections.abc import Sequence
from os import PathLike
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, UnidentifiedImageError

from .. import checks
from ..kernel.compute import outcome_at
from ..maps.base import Map
from ..window import Window


class Fit(NamedTuple):
    """A power law y ~ x^exponent, fitted as a straight line through logarithms.

    Attributes:
        exponent: the slope.
        error: how well the slope is known: its standard error or, if that is more, half the
            difference between the slopes of the lower and the upper half of the points.
        x, y: float64, the points: log y = exponent log x + constant.
        constant: of that line.
    """

    exponent: float
    error: float
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    constant: float


class Dimension(NamedTuple):
    """What box_dimension() found.

    Attributes:
        dimension: D, with its error.
        error: as of a Fit.
        fit: the number of boxes (y) against one over their side in pixels (x).
    """

    dimension: float
    error: float
    fit: Fit


class Uncertainty(NamedTuple):
    """What uncertainty_exponent() found.

    Attributes:
        exponent: alpha, with its error.
        error: as of a Fit.
        dimension: 2 - alpha, of the boundary between the fates.
        fit: the fraction of uncertain points (y) against the distance (x).
    """

    exponent: float
    error: float
    dimension: float
    fit: Fit


class Entropy(NamedTuple):
    """What basin_entropy() found, in nats.

    Attributes:
        entropy: the mean over all boxes.
        boundary: the mean over boxes of more than one fate, or 0 where there is none; over
            log 2, the boundary is certain to be fractal.
    """

    entropy: float
    boundary: float


def box_dimension(mask: ArrayLike, sizes: Sequence[int] | None = None) -> Dimension:
    """The box-counting dimension of the pixels that are set.

    N(s) boxes of s by s pixels hold a part of the set, and N ~ s^-D. How many it takes depends on
    where the boxes lie, so N is the mean over 16 positions of the grid. Boxes over its
    edge make a filled area come out a little low, about 1.93.

    Args:
        mask: (rows, columns) bool.
        sizes: of the boxes in pixels, at least three; by default about twenty, evenly spread in
            logarithm from 4 to an eighth of the set's longer side (from 1 for a set under 64).

    Raises:
        ValueError: no pixel is set, or the set is too small for three sizes of box.
    """
    mask = np.asarray(mask, bool)
    if mask.ndim != 2 or not mask.any():
        raise ValueError("mask must be (rows, columns) with at least one pixel set")
    row, column = (axis - axis.min() for axis in np.nonzero(mask))
    side = int(max(row.max(), column.max())) + 1
    if sizes is None:
        smallest = 4 if side >= 64 else 1
        spread = np.rint(np.geomspace(smallest, max(side / 8, 1), 20)).astype(int)
        sizes = np.unique(spread).tolist()
    sizes = [checks.integer("size of a box", size, minimum=1) for size in sizes]
    if len(sizes) < 3:
        raise ValueError(f"a set of {side} pixels is too small for three sizes of box")
    fit = _fit([1 / size for size in sizes], [_boxes(row, column, size) for size in sizes])
    return Dimension(fit.exponent, fit.error, fit)


def uncertainty_exponent(
    system: Map,
    window: Window,
    max_steps: int,
    *,
    distances: ArrayLike | None = None,
    points: int = 20_000,
    seed: int = 0,
    device: str = "auto",
    threads: int = 0,
) -> Uncertainty:
    """How slowly final states become certain as the start becomes better known.

    Of points drawn at random from the window, the fraction whose fate differs from that of a
    neighbour at distance e to the left or to the right goes as e^alpha; the boundary's dimension
    is 2 - alpha. (C. Grebogi, S. McDonald, E. Ott and J. Yorke, Physics Letters A 99, 1983.)

    Args:
        system: the map; points that do not stop within max_steps are a fate of their own.
        window: to draw from; its shape plays no part.
        max_steps: the step limit.
        distances: e; by default eight, from 1/64 of the window's width, each half the last.
        points: to draw.
        seed: of the random points.
        device: as for times().
        threads: as for times().

    Raises:
        ValueError: a bad value, or too few uncertain points to fit three distances.
    """
    points = checks.integer("points", points, minimum=1)
    if distances is None:
        distances = float(window.width) * 0.5 ** np.arange(6, 14)
    distances = np.atleast_1d(np.asarray(distances, np.float64))
    left, right, bottom, top = window.extent
    random = np.random.default_rng(checks.integer("seed", seed, minimum=0))
    x, y = random.uniform(left, right, points), random.uniform(bottom, top, points)
    shifts = np.concatenate([[0.0], -distances, distances])[:, None]
    fates = outcome_at(
        system, x + shifts, y, max_steps, fates=True, device=device, threads=threads
    ).fates
    assert fates is not None  # they were asked for
    differ = fates[1:] != fates[0]
    uncertain = (differ[: len(distances)] | differ[len(distances) :]).mean(axis=1)
    seen = uncertain > 0
    if seen.sum() < 3:
        raise ValueError("too few points are uncertain: draw more, or from where fates differ")
    fit = _fit(distances[seen], uncertain[seen])
    return Uncertainty(fit.exponent, fit.error, 2 - fit.exponent, fit)


def basin_entropy(fates: ArrayLike, box: int = 5) -> Entropy:
    """How mixed the fates of neighbours are, in boxes of `box` by `box` pixels.

    A box in which fate i has the share p_i of the pixels has the entropy -sum p_i log p_i.
    (A. Daza, A. Wagemakers, B. Georgeot, D. Guery-Odelin and M. Sanjuan, Scientific Reports 6,
    2016.) Pixels beyond the last whole box are left out.

    Args:
        fates: (rows, columns) of whole numbers, such as fates() returns.
        box: side of a box in pixels.
    """
    fates = np.asarray(fates)
    if fates.ndim != 2 or not np.issubdtype(fates.dtype, np.integer):
        raise ValueError("fates must be (rows, columns) of whole numbers")
    box = checks.integer("box", box, minimum=1, maximum=min(fates.shape))
    rows, columns = (side // box for side in fates.shape)
    tiles = fates[: rows * box, : columns * box].reshape(rows, box, columns, box)
    entropy = np.zeros((rows, columns))
    for fate in np.unique(fates):
        share = (tiles == fate).mean(axis=(1, 3))
        entropy -= share * np.log(share, where=share > 0, out=np.zeros_like(share))
    mixed = entropy > 1e-12
    return Entropy(float(entropy.mean()), float(entropy[mixed].mean()) if mixed.any() else 0.0)


def boundary(labels: ArrayLike) -> NDArray[np.bool_]:
    """The pixels that differ from the one to the right or the one above; same shape, bool.

    Of fates it is the basins' boundary, of `times < max_steps` that of the set which stays.
    """
    labels = np.asarray(labels)
    if labels.ndim != 2:
        raise ValueError("labels must be (rows, columns)")
    edge = np.zeros(labels.shape, bool)
    edge[:, :-1] |= labels[:, :-1] != labels[:, 1:]
    edge[:-1] |= labels[:-1] != labels[1:]
    return edge


def read_mask(path: str | PathLike[str], *, threshold: float = 0.5) -> NDArray[np.bool_]:
    """The set that a picture shows: whichever of its dark and its light pixels are fewer.

    Args:
        path: any picture that Pillow reads.
        threshold: the grey between dark (0) and light (1).

    Raises:
        ValueError: there is no such file, or it is no picture.
    """
    threshold = checks.number("threshold", threshold)
    try:
        with Image.open(path) as image:
            light = np.asarray(image.convert("L")) > 255 * threshold
    except (OSError, UnidentifiedImageError):
        raise ValueError(f"{path} is not a picture that can be read") from None
    return (~light if light.mean() > 0.5 else light)[::-1]


def _boxes(row: NDArray[np.intp], column: NDArray[np.intp], size: int) -> float:
    """How many boxes it takes, on the mean over positions of the grid."""
    across, down = int(column.max()) // size + 2, int(row.max()) // size + 2
    shifts = np.unique(np.linspace(0, size, 4, endpoint=False).astype(int))
    total = 0
    for up in shifts:
        start = (row + up) // size * across
        for left in shifts:
            taken = np.zeros(down * across, bool)
            taken[start + (column + left) // size] = True
            total += int(np.count_nonzero(taken))
    return total / len(shifts) ** 2


def _fit(x: ArrayLike, y: ArrayLike) -> Fit:
    order = np.argsort(x)
    x, y = np.asarray(x, np.float64)[order], np.asarray(y, np.float64)[order]
    log_x, log_y = np.log(x), np.log(y)
    slope, constant = np.polyfit(log_x, log_y, 1)
    rest = log_y - (slope * log_x + constant)
    error = np.sqrt((rest**2).sum() / (len(x) - 2) / ((log_x - log_x.mean()) ** 2).sum())
    if len(x) >= 6:
        half = len(x) // 2
        lower, upper = (np.polyfit(log_x[s], log_y[s], 1)[0] for s in (np.s_[:half], np.s_[half:]))
        error = max(error, abs(upper - lower) / 2)
    return Fit(float(slope), float(error), x, y, float(constant))
