"""Newton's method beside the same steps in Numba and NumPy: equal times."""

import divergence as dv
import numba
import numpy as np
from measure import Measurement, beside_numba_and_numpy

TITLE = "Newton's method on x^3-1: row R1, 1000x1000, 50 steps, float64"
MAX_STEPS = 50


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
    system = dv.Newton("x^3-1")
    return beside_numba_and_numpy(
        system,
        dv.Window(width=10.0, shape=(1000, 1000)),
        MAX_STEPS,
        lambda x, y, times: numba_times(x, y, system.tol, MAX_STEPS, times),
        lambda x, y: numpy_times(x + 1j * y, system.tol, MAX_STEPS),
        agreeing=0.9999,  # its products and quotients round otherwise
    )
