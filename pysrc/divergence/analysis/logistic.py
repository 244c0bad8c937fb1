"""What the logistic map says of prediction, forwards and backwards: rows A7 and A9.

Rows are those of docs/systems.md.
"""

import math
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
    rates: ArrayLike, start: float = 0.5, settle: int = 50, steps: int = 100, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The error of going back with the logistic map and forward again, for every rate r.

    From a point that the orbit of `start` reaches after `settle` steps we go `steps` back, each
    time to one of the ancestors that have ancestors, chosen at random; and from there as many
    forward: in exact arithmetic over the same points.

    Args:
        rates: (n,) values of r, from 2 to 4.
        start: of the orbit that the point is of.
        settle: its steps before.
        steps: to go back and forth, at least 4.
        seed: of the choices.

    Returns:
        Two arrays (n,): the mean error of the steps forward, and the least distance from where they
        end to any of the last four points, which is small wherever they end on the same cycle.
    """
    rates = np.asarray(rates, np.float64)
    if ((rates < 2) | (rates > 4)).any():
        raise ValueError("r must be from 2 to 4: below, a point near 1/2 has no ancestors")
    steps = checks.integer("steps", steps, minimum=4)
    random = np.random.default_rng(checks.integer("seed", seed, minimum=0))
    x = np.full(rates.shape, float(checks.number("start", start)))
    for _ in range(checks.integer("settle", settle, minimum=0)):
        x = rates * x * (1 - x)
    back = [x]
    for _ in range(steps):
        root = np.sqrt(np.maximum(rates * rates - 4 * rates * back[-1], 0))
        low, high = 2 * back[-1] / (rates + root), (rates + root) / (2 * rates)
        upper = (random.random(rates.shape) < 0.5) & (high <= rates / 4)
        back.append(np.where(upper, high, low))
    x, total = back[-1], np.zeros(rates.shape)
    for there in back[-2::-1]:
        x = rates * x * (1 - x)
        total += np.abs(x - there)
    least = np.min([np.abs(x - there) for there in back[:4]], axis=0)
    return total / steps, least


def steps_back(
    rate: float, forward: Iterable[int], digits: int, start: float = 0.4, far: float = 0.1
) -> list[int]:
    """How many steps backwards it takes the logistic map to leave a cycle that it had come to.

    An orbit is followed for some steps and then back, each time to that ancestor which is nearer to
    the cycle. Backwards the cycle repels: a point that came to it in n steps leaves it in as many,
    as long as its digits still tell where it came from.

    Args:
        rate: r, from 1 to 4, at which there is a cycle that attracts.
        forward: numbers of steps to go, each from the start.
        digits: decimal ones, in fixed point.
        start: of x, over 0 and below 1.
        far: the distance from the cycle at which it has been left.

    Returns:
        For each of `forward`, the steps back; 0 where the digits no longer tell, and it stays.
    """
    rate = checks.number("rate", rate, minimum=1)
    bits = math.ceil(checks.integer("digits", digits, minimum=20) * math.log2(10))
    r_bits, drop = 60, bits - 60
    r = round(rate * 2**r_bits)
    forward = list(forward)
    orbit = [round(checks.number("start", start, positive=True) * 2**60) << drop]
    for _ in range(max(forward) + 2000):
        x = orbit[-1]
        orbit.append((r * (x - (x * x >> bits))) >> r_bits)
    cycle = np.unique([(x >> drop) / 2**60 for x in orbit[-64:]])
    return [_steps_off(cycle, orbit[last], r, r_bits, bits, far, last + 1000) for last in forward]


def _steps_off(
    cycle: NDArray[np.float64], x: int, r: int, r_bits: int, bits: int, far: float, most: int
) -> int:
    one, drop = 1 << bits, bits - 60
    for steps in range(most):
        root = math.isqrt(max(one - (x << (2 + r_bits)) // r, 0) << bits)
        ancestors = (one + root) >> 1, (one - root) >> 1
        off = [float(np.abs(cycle - (y >> drop) / 2**60).min()) for y in ancestors]
        if min(off) > far:
            return steps
        x = ancestors[off.index(min(off))]
    return 0
