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
def _compiled(source: str, real: str) -> ctypes.CDLL:
    folder = Path(tempfile.mkdtemp(prefix="divergence-reference-"))
    path = folder / "reference.so"
    # No contraction: a compiler that fuses would no longer do what the text says.
    command = ["g++", "-O2", "-ffp-contract=off", "-shared", "-fPIC", f"-DREAL={real}"]
    subprocess.run([*command, "-o", path, HERE / source], check=True)
    library = ctypes.CDLL(str(path))
    path.unlink()
    folder.rmdir()
    return library


def three_body_times(
    system: ThreeBody, x: np.ndarray, y: np.ndarray, max_steps: int, real: str = "__float128"
) -> np.ndarray:
    """Divergence times in binary128 ("__float128") or plain "double", for x and y of any shape."""
    function = _compiled("three_body.cpp", real).divergence_time
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


def _pointer(array: np.ndarray) -> ctypes.c_void_p:
    return array.ctypes.data_as(ctypes.c_void_p)


def _positions(system: ThreeBody, x: float, y: float) -> np.ndarray:
    positions = np.array(system.positions, float)
    positions[0, [AXES.index(axis) for axis in system.plane]] = x, y
    return positions


def true_separations(
    system: ThreeBody,
    x: np.ndarray,
    y: np.ndarray,
    time: float,
    tolerance: float = 1e-13,
    real: str = "double",
) -> np.ndarray:
    """The moments at which pairs of true trajectories separate, in units of the system, by
    extrapolation; infinity where they do not within `time`."""
    integrate = _compiled("trajectories.cpp", real).integrate
    integrate.restype = ctypes.c_double
    masses = np.array(system.masses, float)

    def one(start: tuple[float, float]) -> float:
        bodies = _positions(system, *start)
        twins = bodies.copy()
        twins[0] += system.shift
        values = np.concatenate([bodies, twins, system.velocities, system.velocities]).ravel()
        scalars = map(ctypes.c_double, (time, system.critical_distance, tolerance))
        gravity = ctypes.c_double(system.gravity)
        return integrate(_pointer(values), _pointer(masses), gravity, 6, *scalars, 7)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = np.array(list(pool.map(one, zip(x.ravel(), y.ravel(), strict=True))))
    return np.where(found < 0, np.inf, found).reshape(x.shape)


def true_bodies(system: ThreeBody, x: float, y: float, time: float) -> tuple[np.ndarray, ...]:
    """Positions and velocities (body, axis) at a time, by extrapolation in binary128 to 1e-30."""
    if time == 0:
        return _positions(system, x, y), np.array(system.velocities, float)
    integrate = _compiled("trajectories.cpp", "__float128").integrate
    values, masses = np.zeros((12, 3)), np.array(system.masses, float)
    values[:3], values[6:9] = _positions(system, x, y), system.velocities
    scalars = map(ctypes.c_double, (time, 1.0, 1e-30))
    integrate(_pointer(values), _pointer(masses), ctypes.c_double(system.gravity), 3, *scalars, 10)
    return values[:3], values[6:9]
