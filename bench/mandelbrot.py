"""The Mandelbrot set beside the same recurrence in Numba and NumPy: equal times."""

from collections.abc import Callable

import divergence as dv
import numba
import numpy as np
from measure import Measurement, seconds

TITLE = "Mandelbrot set: row C4, 1000x1000, 1 000 steps, float64"
MAX_STEPS = 1000
UNIT = "million pixels/s"


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
    x, y = dv.Window((-0.6, 0.0), 3.2, (1000, 1000)).points()
    system = dv.Mandelbrot()
    kernel = dv.times_at(system, x, y, MAX_STEPS).ravel()

    def rate(work: Callable[[], object], repeats: int = 10) -> float:
        return x.size / seconds(work, repeats) / 1e6

    rows = [
        Measurement(what, rate(lambda how=how: dv.times_at(system, x, y, MAX_STEPS, **how)), UNIT)
        for what, how in {
            "this kernel, CPU": {"device": "cpu"},
            "the same, one thread": {"device": "cpu", "threads": 1},
        }.items()
    ]
    times = np.empty(x.size, np.int32)
    arguments = (x.ravel(), y.ravel(), MAX_STEPS, times)
    numba_times(*arguments)
    rows.append(Measurement("Numba, parallel", rate(lambda: numba_times(*arguments)), UNIT))
    assert np.array_equal(times, kernel)

    def whole_arrays() -> None:
        times[:] = numpy_times(x, y, MAX_STEPS).ravel()

    rows.append(Measurement("NumPy, whole arrays", rate(whole_arrays, 1), UNIT))
    assert np.array_equal(times, kernel)
    return rows
