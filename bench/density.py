"""The density of Clifford attractors beside a parallel Numba loop with a histogram a thread."""

from math import cos, sin

import divergence as dv
import numba
import numpy as np
from measure import Measurement, seconds

TITLE = "Density of the Clifford attractor, 2000x2000"
UNIT = "million points/s"
ORBITS, STEPS = 4096, 25_000
NUMBA_STEPS = 5_000
ATTRACTORS = {
    "2, 1, -0.5, -1.01": (dv.Clifford(2.0, 1.0, -0.5, -1.01), 4.04),
    "-1.3, -1.3, -1.8, -1.9": (dv.Clifford(-1.3, -1.3, -1.8, -1.9), 5.84),
}


@numba.njit(parallel=True)
def numba_density(a, b, c, d, x, y, steps, low, scale, size):  # noqa: ANN001, ANN201
    """Orbit after orbit, each thread into a histogram of its own."""
    threads = numba.get_num_threads()
    visits = np.zeros((threads, size, size), np.uint32)
    for thread in numba.prange(threads):
        for orbit in range(thread, x.size, threads):
            u, v = x[orbit], y[orbit]
            for _ in range(steps):
                visits[thread, int((v - low) * scale), int((u - low) * scale)] += 1
                u, v = sin(a * v) + c * cos(a * u), sin(b * u) + d * cos(b * v)
    total = np.zeros((size, size), np.int64)
    for thread in range(threads):
        total += visits[thread]
    return total


def rates(name: str, system: dv.Clifford, width: float) -> list[Measurement]:
    """Of one attractor."""
    window = dv.Window((0, 0), width, (2000, 2000))
    starts = dv.around((0, 0), ORBITS)
    ours = {"CPU": {"device": "cpu"}, "CPU, one thread": {"device": "cpu", "threads": 1}}
    ours |= {f"{key} ({gpu})": {"device": key} for key, gpu in dv.devices().items() if ":" in key}

    def kernel(how: dict[str, object]) -> float:
        elapsed = seconds(lambda: dv.density(system, starts, STEPS, window, **how))
        return ORBITS * STEPS / elapsed / 1e6

    rows = [Measurement(f"{name}: this kernel, {what}", kernel(ours[what]), UNIT) for what in ours]
    parameters = (system.a, system.b, system.c, system.d, *starts.T.copy())
    grid = (window.extent[0], 2000 / width, 2000)
    numba_density(*parameters, 1, *grid)  # compiles it
    elapsed = seconds(lambda: numba_density(*parameters, NUMBA_STEPS, *grid))
    rate = ORBITS * NUMBA_STEPS / elapsed / 1e6
    note = f"the kernel, CPU, is {rows[0].value / rate:.1f} times as fast"
    return [*rows, Measurement(f"{name}: Numba, parallel", rate, UNIT, note)]


def run() -> list[Measurement]:
    return [
        row for name, (system, width) in ATTRACTORS.items() for row in rates(name, system, width)
    ]
