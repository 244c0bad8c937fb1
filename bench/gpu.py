"""GPUs: the kernels beside what the chip can do, and beside a plainly written one."""

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path

import divergence as dv
import numpy as np
from measure import HERE, Measurement, seconds
from peak import operations_per_step

TITLE = "GPUs: row T1 at 1000x1000 and 50 000 steps, and others"
T1 = dv.Window(shape=(1000, 1000))
C4 = dv.Window(center=(-0.5, 0), width=3, shape=(1000, 1000))
STEPS = 50_000
MANDELBROT_OPERATIONS = 8  # of a step and its test, a fused multiply-add being two
GOALS = {"double": "goal on an H100: 1.0 s, floor 0.6 s", "single": "goal on an H100: 0.5 s"}
UNMEASURED = "no GPU was at hand"


def times(system: dv.Map, window: dv.Window, max_steps: int, device: str) -> tuple[float, int]:
    """Seconds of the best of some runs, and the pixel-steps of one."""
    taken: list[dv.Progress] = []
    elapsed = seconds(
        lambda: dv.times(system, window, max_steps, device=device, progress=taken.append), repeats=2
    )
    return elapsed, taken[-1].steps


def plain() -> ctypes.CDLL:
    """bench/gpu_plain.cu as a library, for the GPU at hand."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plain.so"
        nvcc = shutil.which("nvcc") or "/usr/local/cuda/bin/nvcc"
        command = [nvcc, "-O3", "-arch=native", "-shared", "-Xcompiler", "-fPIC"]
        subprocess.run([*command, "-o", path, HERE / "gpu_plain.cu"], check=True)
        library = ctypes.CDLL(str(path))
    for precision in ("double", "single"):
        function = getattr(library, f"divergence_operations_{precision}")
        function.restype, function.argtypes = ctypes.c_double, [ctypes.c_int64]
    return library


def peak(library: ctypes.CDLL, precision: str) -> float:
    """Floating-point operations a second of a loop of multiply-adds."""
    rounds = 1 << 14
    work = getattr(library, f"divergence_operations_{precision}")
    return 16.0 * rounds * (1 << 20) / seconds(lambda: work(rounds))


def plain_times(library: ctypes.CDLL) -> tuple[float, int]:
    """Seconds that T1 takes in the plain kernel, and its pixel-steps."""
    x, y = (axis.ravel() for axis in T1.points())
    found = np.empty(x.size, np.int32)
    arrays = [array.ctypes.data_as(ctypes.c_void_p) for array in (x, y, found)]
    count, steps = ctypes.c_int64(x.size), ctypes.c_int64(STEPS)

    def work() -> None:
        if library.divergence_plain_times(*arrays[:2], count, steps, arrays[2]):
            raise RuntimeError("the plain kernel failed")

    return seconds(work, repeats=1), int(found.sum(dtype=np.int64))


def rate(steps: int, elapsed: float) -> str:
    return f"{steps / elapsed / 1e9:.3g} thousand million pixel-steps/s"


def share(steps: int, operations: int, elapsed: float, most: float) -> str:
    """That, and what part of the chip's rate it is."""
    return f"{rate(steps, elapsed)}, {steps * operations / elapsed / most:.0%} of the chip's rate"


def density(device: str) -> float:
    """Seconds of 10^10 points of a Clifford attractor on 2000x2000 pixels."""
    starts = dv.around((0.1, 0.1), 100_000)
    window = dv.Window(width=6, shape=(2000, 2000))
    clifford = dv.Clifford(2, 1, -0.5, -1.01)
    return seconds(lambda: dv.density(clifford, starts, 100_000, window, device=device), repeats=1)


def rows_of(device: str, name: str) -> list[Measurement]:
    library = plain()
    peaks = {precision: peak(library, precision) for precision in ("double", "single")}
    rows = []

    def add(what: str, value: float, note: str) -> None:
        rows.append(Measurement(f"{name}: {what}", value, "s", note))

    for precision in ("double", "single"):
        elapsed, steps = times(dv.ThreeBody(precision=precision), T1, STEPS, device)
        reached = share(steps, operations_per_step(precision), elapsed, peaks[precision])
        add(f"T1, {precision}", elapsed, f"{reached}; {GOALS[precision]}")
    elapsed, steps = plain_times(library)
    add(
        "T1, double, a plain kernel",
        elapsed,
        rate(steps, elapsed),
    )
    elapsed, steps = times(dv.ThreeBody(precision="mixed"), T1, STEPS, device)
    add("T1, mixed", elapsed, rate(steps, elapsed))
    true_map = dv.ThreeBody(integrator="adaptive", tolerance=1e-9)
    add("T1, true map, tolerance 1e-9", times(true_map, T1, STEPS, device)[0], "to t = 50")
    elapsed, steps = times(dv.Mandelbrot(), C4, 1000, device)
    add("C4, 1 000 steps", elapsed, share(steps, MANDELBROT_OPERATIONS, elapsed, peaks["double"]))
    add("density, 2000x2000", density(device), "10^10 points")
    return rows


def run() -> list[Measurement]:
    found = [(device, name) for device, name in dv.devices().items() if ":" in device]
    if found:
        return [row for device, name in found for row in rows_of(device, name)]
    return [
        Measurement(what, float("nan"), "s", UNMEASURED, compare=False)
        for what in (
            *(f"T1, {precision}; {goal}" for precision, goal in GOALS.items()),
            "T1, double, a plain kernel",
            "T1, mixed",
            "T1, true map, tolerance 1e-9",
            "C4, 1 000 steps",
            "density, 2000x2000",
        )
    ]
