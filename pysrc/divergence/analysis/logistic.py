"""What the logistic map says of prediction, forwards and backwards: rows A7 and A9."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import checks
from ..kernel.compute import times_at
from ..maps.interval import LogisticMap
from ..maps.planar import PlanarTwins


def prediction_horizon(
    rates: Iterable[float],
    start: float = 0.4,
    shift: float = 1e-6,
    distance: float = 0.15,
    max_steps: int = 1000,
) -> NDArray[np.int32]:
    """Steps until a twin of the logistic map is further away than a distance, for every rate r.

    Args:
        rates: (n,) values of r.
        start: of x.
        shift: by which the twin starts above it; any size, as the distance is stepped by itself.
        distance: at which the prediction has failed.
        max_steps: the answer where it never does.

    Returns:
        (n,) int32.
    """
    return np.array(
        [
            times_at(
                PlanarTwins(LogisticMap(r), shift, distance), start, 0.0, max_steps, device="cpu"
            )
            for r in map(float, rates)
        ],
        np.int32,
    )


def ancestors(
    rate: float, point: float, steps: int, most: int | None = None
) -> list[NDArray[np.float64]]:
    """All x of (0, 1) that the logistic map brings to a point, after 0, 1, ..., `steps` steps.

    x = (r +- sqrt(r^2 - 4 r x')) / 2r; a point over r/4 has none. There may be 2^steps of them.

    Args:
        rate: r, over 0.
        point: of (0, 1).
        steps: how many to go back.
        most: keep only so many of a generation, those of the lowest descendants.

    Returns:
        steps + 1 arrays, each rising.
    """
    rate = checks.number("rate", rate, positive=True)
    generations = [np.array([checks.number("point", point)])]
    for _ in range(checks.integer("steps", steps, minimum=0)):
        x = generations[-1]
        square = rate * rate - 4 * rate * x
        root = np.sqrt(square[square >= 0])
        before = np.stack([rate - root, rate + root], axis=-1).ravel() / (2 * rate)
        before = before[(before > 0) & (before < 1)][:most]
        generations.append(np.sort(before))
    return generations


def there_and_back(
    rates: ArrayLike, start: float = 0.5, settle: int = 50, steps: int = 30, most: int = 100
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The error of going back and forth again, the least and the greatest, for every rate r.

    From a point that the orbit of `start` reaches after `settle` steps we go `steps` back to at
    most `most` ancestors, and from each of them as many steps forward: in exact arithmetic to the
    same point.

    Returns:
        Two arrays (n,), not a number where there is no ancestor.
    """
    rates = np.asarray(rates, np.float64)
    least, greatest = np.full((2, rates.size), np.nan)
    for i, rate in enumerate(rates):
        point = float(_forward(rate, np.float64(start), settle))
        first = ancestors(rate, point, steps, most)[-1]
        if first.size:
            errors = np.abs(_forward(rate, first, steps) - point)
            least[i], greatest[i] = errors.min(), errors.max()
    return least, greatest


def _forward(rate: float, x: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    for _ in range(steps):
        x = rate * x * (1 - x)
    return x
