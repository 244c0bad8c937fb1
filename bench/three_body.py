"""The three-body kernel beside the same recurrence in C++, Numba and NumPy."""

import ctypes
from math import sqrt

import divergence as dv
import numba
import numpy as np
from measure import Measurement, compiled, seconds

TITLE = "Three bodies: row T1, 100x100, 50 000 steps, float64"
MAX_STEPS = 50_000
UNIT = "million pixel-steps/s"


@numba.njit(parallel=True)
def numba_times(x, y, max_steps, times):  # noqa: ANN001, ANN201
    """One pixel after the other, stopping early, over all cores."""
    for pixel in numba.prange(x.size):
        p = np.zeros((2, 3, 3))
        v = np.zeros((2, 3, 3))
        a = np.zeros((3, 3))
        mass = (10.0, 20.0, 30.0)
        for twin in range(2):
            shift = twin * 1e-3
            p[twin, 0, 0], p[twin, 0, 1], p[twin, 0, 2] = x[pixel], y[pixel], -11.0
            for k in range(3):
                p[twin, 0, k] += shift
            p[twin, 2, 0], p[twin, 2, 1], p[twin, 2, 2] = 10.0, 10.0, 12.0
            v[twin, 0, 0], v[twin, 2, 0] = -3.0, 3.0
        step = 0
        while step < max_steps:
            d2 = 0.0
            for k in range(3):
                d2 += (p[0, 0, k] - p[1, 0, k]) ** 2
            if not d2 <= 0.25:
                break
            for twin in range(2):
                a[:] = 0.0
                for i in range(3):
                    for j in range(i + 1, 3):
                        sx = p[twin, j, 0] - p[twin, i, 0]
                        sy = p[twin, j, 1] - p[twin, i, 1]
                        sz = p[twin, j, 2] - p[twin, i, 2]
                        square = sx * sx + sy * sy + sz * sz
                        f = 9.8 / (square * sqrt(square))
                        for k, s in enumerate((sx, sy, sz)):
                            a[i, k] += f * mass[j] * s
                            a[j, k] -= f * mass[i] * s
                for i in range(3):
                    for k in range(3):
                        p[twin, i, k] += 0.001 * v[twin, i, k]
                        v[twin, i, k] += 0.001 * a[i, k]
            step += 1
        times[pixel] = step


def numpy_steps(x: np.ndarray, y: np.ndarray, steps: int) -> None:
    """Whole arrays, every pixel for every step."""
    mass = np.array([10.0, 20.0, 30.0])
    p = np.zeros((2, 3, 3, x.size))
    v = np.zeros_like(p)
    p[:, 0, 0], p[:, 0, 1], p[:, 0, 2] = x, y, -11
    p[1, 0] += 1e-3
    p[:, 2] = np.array([10.0, 10.0, 12.0])[:, None]
    v[:, 0, 0], v[:, 2, 0] = -3, 3
    together = np.ones(x.size, bool)
    for _ in range(steps):
        together &= ((p[0, 0] - p[1, 0]) ** 2).sum(axis=0) <= 0.25
        a = np.zeros_like(p)
        for i in range(3):
            for j in range(3):
                if i != j:
                    s = p[:, j] - p[:, i]
                    a[:, i] += 9.8 * mass[j] * s / (s**2).sum(axis=1, keepdims=True) ** 1.5
        p += 0.001 * v
        v += 0.001 * a


def run() -> list[Measurement]:
    x, y = dv.Window(shape=(100, 100)).points()
    few_x, few_y = (c.ravel() for c in dv.Window(shape=(50, 50)).points())
    times = np.empty(few_x.size, np.int32)

    def kernel(**how: object) -> float:
        system = dv.ThreeBody(precision=how.pop("precision", "double"))
        taken = []
        elapsed = seconds(
            lambda: dv.times_at(system, x, y, MAX_STEPS, progress=taken.append, **how)
        )
        return taken[-1].steps / elapsed / 1e6

    rows = [Measurement("this kernel, CPU", kernel(device="cpu"), UNIT)]
    rows.append(Measurement("the same, one thread", kernel(device="cpu", threads=1), UNIT))
    rows.append(Measurement("the same, float32", kernel(device="cpu", precision="single"), UNIT))
    rows += [
        Measurement(f"this kernel, {device} ({name})", kernel(device=device), UNIT)
        for device, name in dv.devices().items()
        if ":" in device
    ]

    plain = compiled("three_body_plain.cpp", "-fopenmp")
    pointers = [array.ctypes.data_as(ctypes.c_void_p) for array in (few_x, few_y, times)]
    elapsed = seconds(
        lambda: plain.plain_times(
            *pointers[:2], ctypes.c_int64(few_x.size), ctypes.c_int64(MAX_STEPS), pointers[2]
        ),
        repeats=2,
    )
    work = np.minimum(times.astype(np.int64), MAX_STEPS).sum()
    rows.append(Measurement("plain C++ loop", work / elapsed / 1e6, UNIT, "50x50 of the pixels"))
    numba_times(few_x[:2], few_y[:2], 10, times[:2])
    elapsed = seconds(lambda: numba_times(few_x, few_y, MAX_STEPS, times), repeats=2)
    rows.append(Measurement("Numba, parallel", work / elapsed / 1e6, UNIT, "50x50 of the pixels"))
    steps = 200
    elapsed = seconds(lambda: numpy_steps(x.ravel(), y.ravel(), steps), repeats=1)
    rows.append(
        Measurement(
            "NumPy, whole arrays", x.size * steps / elapsed / 1e6, UNIT, f"{steps} of the steps"
        )
    )
    return rows
