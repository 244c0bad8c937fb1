"""The Mandelbrot set beside the same recurrence in Numba and NumPy: equal times."""

import divergence as dv
import numba
import numpy as np
from measure import Measurement, beside_numba_and_numpy

TITLE = "Mandelbrot set: row C4, 1000x1000, 1 000 steps, float64"
MAX_STEPS = 1000


@numba.njit(parallel=True)
def numba_times(x, y, max_steps, times):  # noqa: ANN001, ANN201
    """One pixel after the other, stopping early, over all cores."""
    for pixel in numba.prange(x.size):
        a, b = x[pixel], y[pixel]
        u = v = 0.0
        times[pixel] = max_steps
        for step in range(max_steps):
            u, v = u * u - v * v + a, 2 * (u * v) + b
            if u * u + v * v > 4:
                times[pixel] = step
                break


def numpy_times(x: np.ndarray, y: np.ndarray, max_steps: int) -> np.ndarray:
    """Whole arrays, every pixel for every step."""
    times = np.full(x.shape, max_steps, np.int32)
    u, v = np.zeros_like(x), np.zeros_like(x)
    with np.errstate(all="ignore"):
        for step in range(max_steps):
            u, v = u * u - v * v + x, 2 * (u * v) + y
            times[(times == max_steps) & (u * u + v * v > 4)] = step
    return times


def run() -> list[Measurement]:
    return beside_numba_and_numpy(
        dv.Mandelbrot(),
        dv.Window((-0.6, 0.0), 3.2, (1000, 1000)),
        MAX_STEPS,
        lambda x, y, times: numba_times(x, y, MAX_STEPS, times),
        lambda x, y: numpy_times(x, y, MAX_STEPS),
    )
