"""Newton's method beside the same steps in Numba and NumPy: equal times."""

from collections.abc import Callable

import divergence as dv
import numba
import numpy as np
from measure import Measurement, seconds

TITLE = "Newton's method on x^3-1: row R1, 1000x1000, 50 steps, float64"
MAX_STEPS = 50
UNIT = "million pixels/s"


# A quotient by 0, at the origin, is infinite, as it is in NumPy.
@numba.njit(parallel=True, error_model="numpy")
def numba_times(x, y, tol, max_steps, times):  # noqa: ANN001, ANN201
    """One pixel after the other, stopping early, over all cores; complex numbers written out."""
    for pixel in numba.prange(x.size):
        u, v = x[pixel], y[pixel]
        times[pixel] = max_steps
        for step in range(max_steps):
            p, q = u * u - v * v, 2 * (u * v)  # z^2
            f, g = u * p - v * q - 1, u * q + v * p  # z^3 - 1
            p, q = 3 * p, 3 * q
            inverse = 1 / (p * p + q * q)
            f, g = inverse * (f * p + g * q), inverse * (g * p - f * q)
            u, v = u - f, v - g
            if f * f + g * g < tol * tol:
                times[pixel] = step
                break


def numpy_times(z: np.ndarray, tol: float, max_steps: int) -> np.ndarray:
    """Whole arrays of complex numbers, every pixel for every step."""
    times = np.full(z.shape, max_steps, np.int32)
    with np.errstate(all="ignore"):
        for step in range(max_steps):
            square = z * z
            moved = (square * z - 1) / (3 * square)
            times[(times == max_steps) & (abs(moved) < tol)] = step
            z = z - moved
    return times


def run() -> list[Measurement]:
    x, y = dv.Window(width=10.0, shape=(1000, 1000)).points()
    system = dv.Newton("x^3-1")
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
    arguments = (x.ravel(), y.ravel(), system.tol, MAX_STEPS, times)
    numba_times(*arguments)
    rows.append(Measurement("Numba, parallel", rate(lambda: numba_times(*arguments)), UNIT))
    assert np.array_equal(times, kernel)

    def whole_arrays() -> None:
        times[:] = numpy_times(x + 1j * y, system.tol, MAX_STEPS).ravel()

    rows.append(Measurement("NumPy, whole arrays", rate(whole_arrays, 1), UNIT))
    assert (times == kernel).mean() > 0.9999  # its products and quotients round otherwise
    return rows
