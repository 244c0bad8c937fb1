"""The true map of three bodies: beside Euler's, and by Taylor series beside extrapolation."""

import ctypes
from dataclasses import replace

import divergence as dv
import numpy as np
from divergence.kernel import native
from divergence.kernel.devices import cpu_threads
from divergence.kernel.outcome import Outcome
from measure import HERE, Measurement, compiled, seconds

TITLE = "The true map of three bodies: row T1, 100x100, to t = 50"
MAX_STEPS = 50_000
TRUE = dv.ThreeBody(integrator="adaptive")
X, Y = dv.Window(width=40, shape=(100, 100)).points()
FLAGS = ("-ffp-contract=off", "-fno-math-errno", "-pthread", f"-I{HERE.parent / 'cuda'}")


def taylor(system: dv.ThreeBody) -> dv.Outcome:
    """By the library's own adaptive integrator, or whichever the system names."""
    return dv.outcome_at(system, X, Y, MAX_STEPS, fates=True, fractions=True, device="cpu")


def extrapolation(library: ctypes.CDLL, system: dv.ThreeBody, half_order: int) -> dv.Outcome:
    """By Gragg-Bulirsch-Stoer in the same engine, in packs of the same width."""
    beside = native.load(system.family, "cpu")
    outcome = Outcome.empty(system, MAX_STEPS, X.shape, ["fates", "fractions"])
    arrays = {"x": X, "y": Y, **outcome.arrays()}
    values = {name: array.ctypes.data for name, array in arrays.items()}
    values |= {"count": X.size, "max_steps": MAX_STEPS, "threads": cpu_threads()}
    job = native.struct(native.struct_type(beside.text("job_fields")), values)
    structs = (s.ctypes.data_as(ctypes.c_void_p) for s in (beside.parameters(system), job))
    library.extrapolated(*structs, ctypes.c_int64(half_order))
    return outcome


def moments(outcome: dv.Outcome) -> np.ndarray:
    """When pairs separate; never is the end."""
    return np.where(outcome.fates == 1, (outcome.times + outcome.fractions) * TRUE.dt, 50.0)


def run() -> list[Measurement]:
    library = compiled("extrapolation.cpp", *FLAGS)
    best = moments(taylor(replace(TRUE, tolerance=1e-15)))
    rows = [Measurement("Euler, dt = 0.001", seconds(lambda: taylor(dv.ThreeBody())), "s")]

    def add(what: str, work: object) -> None:
        error = np.abs(moments(work()) - best)
        note = (
            f"{(error < 1e-3).mean():.2%} within 1e-3 of time; "
            f"error of the separated: median {np.median(error[best < 50]):.1e}"
        )
        rows.append(Measurement(what, seconds(work), "s", note))

    for tolerance in (1e-6, 1e-9, 1e-12, 1e-14):
        system = replace(TRUE, tolerance=tolerance)
        add(f"Taylor, tolerance {tolerance:g}", lambda s=system: taylor(s))
    for half_order, tolerance in ((4, 1e-8), (6, 1e-8), (6, 1e-10), (8, 1e-10), (8, 1e-12)):
        system = replace(TRUE, tolerance=tolerance)
        add(
            f"extrapolation of order {2 * half_order}, tolerance {tolerance:g}",
            lambda s=system, k=half_order: extrapolation(library, s, k),
        )
    return rows
