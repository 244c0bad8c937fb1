"""What the sections of the benchmark share."""

import subprocess
import tempfile
import time
from collections.abc import Callable
from ctypes import CDLL
from pathlib import Path
from typing import NamedTuple

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
