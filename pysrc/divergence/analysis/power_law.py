"""Power laws as straight lines through logarithms."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Fit(NamedTuple):
    """A power law y ~ x^exponent, fitted as a straight line through logarithms.

    Attributes:
        exponent: the slope.
        error: how well the slope is known: its standard error or, if that is more, how far it is
            from that of parts of the points.
        x, y: float64, the points: log y = exponent log x + constant.
        constant: of that line.
    """

    exponent: float
    error: float
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    constant: float


def fit_power_law(x: ArrayLike, y: ArrayLike) -> Fit:
    """The power law nearest to points, three at least."""
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
