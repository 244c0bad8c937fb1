"""The basin of the Henon map beside the same recurrence in Numba and NumPy: equal times."""

import divergence as dv
import numba
import numpy as np
from measure import Measurement, beside_numba_and_numpy

TITLE = "Henon basin: row P1, 1000x1000, 70 steps, float64"
MAX_STEPS = 70


@numba.njit(parallel=True)
def numba_times(x, y, a, b, max_steps, times):  # noqa: ANN001, ANN201
    """One pixel after the other, stopping early, over all cores."""
    for pixel in numba.prange(x.size):
        u, v = x[pixel], y[pixel]
        step = 0
        while step < max_steps and u * u + v * v <= 100.0:
            u, v = 1 - a * (u * u) + v, b * u
            step += 1
        times[pixel] = step


def numpy_times(x: np.ndarray, y: np.ndarray, a: float, b: float, max_steps: int) -> np.ndarray:
    """Whole arrays, every pixel for every step."""
    times = np.full(x.shape, max_steps, np.int32)
    with np.errstate(all="ignore"):
        for step in range(max_steps):
            times[(times == max_steps) & ~(x * x + y * y <= 100)] = step
            x, y = 1 - a * x**2 + y, b * x
    return times


def run() -> list[Measurement]:
    system = dv.Henon()
    return beside_numba_and_numpy(
        system,
        dv.Window(width=10.0, shape=(1000, 1000)),
        MAX_STEPS,
        lambda x, y, times: numba_times(x, y, system.a, system.b, MAX_STEPS, times),
        lambda x, y: numpy_times(x, y, system.a, system.b, MAX_STEPS),
    )
