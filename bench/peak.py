"""What the processor could do at most, and how much of it the three-body kernel does."""

import ctypes
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import divergence as dv
from divergence.kernel.devices import cpu_threads
from measure import Measurement, compiled, seconds

TITLE = "Operations: the three-body kernel beside a loop of nothing but multiply-adds"
UNIT = "GFLOP/s"

# Of one step of one pixel by Euler's method, counted in cuda/pull.h and cuda/three_body.h.
FUSED = {"double": 119, "single": 95}
OTHERS = {"double": 90, "single": 90}


def operations_per_step(precision: str) -> int:
    """Floating-point operations, a fused multiply-add being two."""
    return 2 * FUSED[precision] + OTHERS[precision]


@cache
def peak(precision: str) -> float:
    """GFLOP/s of a loop of independent multiply-adds on every core."""
    library = compiled("peak.cpp", "-ffp-contract=fast")
    function = getattr(library, f"operations_{precision}")
    function.restype = ctypes.c_int64
    rounds, sink = ctypes.c_int64(30_000_000), ctypes.c_double()

    def on_every_core() -> None:
        with ThreadPoolExecutor(cpu_threads()) as pool:
            calls = [
                pool.submit(function, rounds, ctypes.byref(sink)) for _ in range(cpu_threads())
            ]
            done.append(sum(call.result() for call in calls))

    done: list[int] = []
    elapsed = seconds(on_every_core)
    return done[0] / elapsed / 1e9


def kernel(precision: str) -> float:
    """Million pixel-steps a second of row T1, 100x100, 50 000 steps."""
    x, y = dv.Window(shape=(100, 100)).points()
    system = dv.ThreeBody(precision=precision)
    taken: list[dv.Progress] = []
    elapsed = seconds(
        lambda: dv.times_at(system, x, y, 50_000, device="cpu", progress=taken.append), repeats=2
    )
    return taken[-1].steps / elapsed / 1e6


def run() -> list[Measurement]:
    rows = []
    for precision in ("double", "single"):
        most = peak(precision)
        rate = kernel(precision)
        operations = operations_per_step(precision)
        achieved = rate * operations / 1e3
        rows += [
            Measurement(f"multiply-adds alone, {precision}", most, UNIT),
            Measurement(
                f"three bodies, {precision}",
                achieved,
                UNIT,
                f"{rate:.0f} million pixel-steps/s of {1e3 * most / operations:.0f} possible at "
                f"{operations} operations a step: {achieved / most:.0%}",
            ),
        ]
    return rows
