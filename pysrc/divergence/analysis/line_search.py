"""The steepest descent with exact line search on a quadratic: row D10."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .. import checks


def line_search(b: float, start: Sequence[float], steps: int) -> NDArray[np.float64]:
    """The points of steepest descent on (x^2 + b y^2) / 2, each the least on its line.

    From (b, 1) they are x_k = b ((b - 1)/(b + 1))^k, y_k = ((1 - b)/(1 + b))^k: a zigzag.

    Returns:
        (steps, 2) float64, the start first.

    Raises:
        ValueError: a bad value.
    """
    curvature = np.array([1.0, checks.number("b", b, positive=True)])
    z = np.array(checks.numbers("start", start, 2))
    points = np.empty((checks.integer("steps", steps, minimum=1), 2))
    for k in range(len(points)):
        points[k] = z
        g = curvature * z
        down = g @ (curvature * g)
        z = z - (g @ g / down) * g if down > 0 else z
    return points
