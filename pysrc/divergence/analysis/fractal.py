"""Numbers that say how a picture is broken: uncertainty and entropy (row F3)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import checks
from ..kernel.compute import outcome_at
from ..maps.base import Map
from ..window import Window
from .power_law import Fit, fit_power_law


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
    distances = _distances(distances)
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
    fit = fit_power_law(distances[seen], uncertain[seen])
    return Uncertainty(fit.exponent, fit.error, 2 - fit.exponent, fit)


def _distances(distances: ArrayLike) -> NDArray[np.float64]:
    try:
        array = np.atleast_1d(np.asarray(distances, np.float64))
    except (TypeError, ValueError):
        array = np.empty(0)
    good = np.isfinite(array) & (array > 0)
    if array.ndim != 1 or not good.all() or len(np.unique(array)) < 3:
        raise ValueError("distances must be three different positive numbers or more")
    return array


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
