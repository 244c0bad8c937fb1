"""Plainly written references, compiled on demand."""

import ctypes
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
from divergence import ThreeBody
from divergence.maps.three_body import AXES

HERE = Path(__file__).parent


@cache
def _three_body(real: str) -> ctypes.CDLL:
    folder = Path(tempfile.mkdtemp(prefix="divergence-reference-"))
    path = folder / f"three_body_{real}.so"
    # No contraction: a compiler that fuses would no longer do what the text says.
    command = ["g++", "-O2", "-ffp-contract=off", "-shared", "-fPIC", f"-DREAL={real}"]
    subprocess.run([*command, "-o", path, HERE / "three_body.cpp"], check=True)
    library = ctypes.CDLL(str(path))
    path.unlink()
    folder.rmdir()
    return library


def three_body_times(
    system: ThreeBody, x: np.ndarray, y: np.ndarray, max_steps: int, real: str = "__float128"
) -> np.ndarray:
    """Divergence times in binary128 ("__float128") or plain "double", for x and y of any shape."""
    function = _three_body(real).divergence_time
    across, up = (AXES.index(axis) for axis in system.plane)

    def one(start: tuple[float, float]) -> int:
        positions = np.array(system.positions, float)
        positions[0, [across, up]] = start
        numbers = [positions, np.array(system.velocities, float), np.array(system.masses, float)]
        pointers = [array.ctypes.data_as(ctypes.c_void_p) for array in numbers]
        scalars = (system.gravity, system.dt, system.shift, system.critical_distance)
        return function(*pointers, *map(ctypes.c_double, scalars), max_steps)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(one, zip(x.ravel(), y.ravel(), strict=True)))
    return np.array(found, np.int32).reshape(x.shape)
