"""What the sections of the benchmark share."""

import subprocess
import tempfile
import time
from collections.abc import Callable
from ctypes import CDLL
from pathlib import Path
from typing import NamedTuple

import divergence as dv
import numpy as np

HERE = Path(__file__).resolve().parent


class Measurement(NamedTuple):
    """One row of a table; `compare` says whether its ratio to the first row means something."""

    what: str
    value: float
    unit: str
    note: str = ""
    compare: bool = True


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """The shortest of some runs, the one that was disturbed least; of short ones, half a second."""
    best, runs, total = float("inf"), 0, 0.0
    while runs < repeats or (total < 0.5 and repeats > 1):
        began = time.perf_counter()
        work()
        elapsed = time.perf_counter() - began
        best, runs, total = min(best, elapsed), runs + 1, total + elapsed
    return best


def compiled(source: str, *flags: str) -> CDLL:
    """A C++ file of this folder as a library."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plain.so"
        command = ["g++", "-std=c++17", "-O3", "-march=native", "-fPIC", "-shared", *flags]
        subprocess.run([*command, "-o", str(path), str(HERE / source)], check=True)
        return CDLL(str(path))


def beside_numba_and_numpy(
    system: dv.Map,
    window: dv.Window,
    max_steps: int,
    numba_times: Callable[[np.ndarray, np.ndarray, np.ndarray], object],
    numpy_times: Callable[[np.ndarray, np.ndarray], np.ndarray],
    agreeing: float = 1.0,
) -> list[Measurement]:
    """A kernel's pixels a second beside the same map in Numba and NumPy, whose times are compared.

    Args:
        numba_times: fills in the times, its last argument, of flat x and y.
        numpy_times: returns those of x and y (rows, columns).
        agreeing: the share of pixels at which NumPy's must be equal, where it rounds otherwise.
    """
    x, y = window.points()
    unit, kernel = "million pixels/s", dv.times_at(system, x, y, max_steps)

    def rate(work: Callable[[], object], repeats: int = 10) -> float:
        return x.size / seconds(work, repeats) / 1e6

    rows = [
        Measurement(what, rate(lambda how=how: dv.times_at(system, x, y, max_steps, **how)), unit)
        for what, how in {
            "this kernel, CPU": {"device": "cpu"},
            "the same, one thread": {"device": "cpu", "threads": 1},
        }.items()
    ]
    flat_x, flat_y, times = x.ravel(), y.ravel(), np.empty(x.size, np.int32)
    numba_times(flat_x, flat_y, times)  # compiles
    speed = rate(lambda: numba_times(flat_x, flat_y, times))
    rows.append(Measurement("Numba, parallel", speed, unit))
    assert np.array_equal(times, kernel.ravel())
    whole = []
    speed = rate(lambda: whole.append(numpy_times(x, y)), 1)
    rows.append(Measurement("NumPy, whole arrays", speed, unit))
    assert (whole[0] == kernel).mean() >= agreeing
    return rows
