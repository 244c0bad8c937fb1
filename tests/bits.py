"""What small windows look like to the last bit: prints a checksum of each, as JSON.

DIVERGENCE_BUILD names the folder of the libraries that compute them; an argument may name a family.
What it prints of all of them is kept in golden.json.
"""

import json
import sys
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "pysrc"))

import divergence as dv
import numpy as np

T1 = dv.Window(center=(0.1, 0.2), width=40, shape=(12, 13))
NEAR_0 = dv.Window(center=(0.1, 0.2), width=4, shape=(19, 23))
MAX_STEPS = 25_000


def three_body(shift: float = 1e-3, **changes: object) -> dv.ThreeBody:
    """One that has separated at many pixels of T1 after MAX_STEPS."""
    return dv.ThreeBody(shift=shift, **{"critical_distance": 100 * shift} | changes)


THREE_BODY = {
    "xy plane": three_body(),
    "yz plane": three_body(plane="yz", positions=[(-10, 0, 0), (0, 0, 0), (10, 10, 12)]),
    "zx plane": three_body(plane="zx", masses=(5, 30, 0)),
    "shift 0.2": three_body(shift=0.2, critical_distance=0.6),
    "shift 1e-14": three_body(shift=1e-14),
    "shift 1e-100": three_body(shift=1e-100),
    "shift 1e-300": three_body(shift=1e-300),
    "adams-bashforth-2": three_body(integrator="adams-bashforth-2"),
    "adams-bashforth-4": three_body(integrator="adams-bashforth-4"),
    "leapfrog": three_body(integrator="leapfrog"),
    "single": three_body(precision="single"),
    "mixed": three_body(precision="mixed"),
    "single-sqrt": three_body(precision="single-sqrt"),
    "adaptive": three_body(integrator="adaptive"),
    "adaptive, no shift": dv.ThreeBody(integrator="adaptive", shift=0, growth=100),
}
FORMULA = """
    x' = sin(2*x + y)*cos(x) + tanh(x)*sinh(y/3)/cosh(x) - atan2(y, x)/3 + k
    y' = exp(-x^2) - log(2 + y^2) + sqrt(abs(x)) + mod(y, 0.7) + if(x < y, min(x, 0.3), max(y, k)/2)
    k = 0.25; shift = 1e-6
    separate: twin > 0.5
    near left: (x + 1)^2 + (y + 0.5)^2 < 0.01 or floor(x) > n
"""
FLOW = """
    x'' = -sin(x + y) - 0.1*x'*exp(-y^2) + cos(t)/(2 + tanh(y)); y(0) = 0.3
    dy/dt = log(2 + x^2) - sqrt(1 + y^2) + atan2(y, 3 + cosh(x'/9)); shift = 1e-6
    separate: twin > 0.5; near: x^2 < 0.01 and x' > 0
"""
NEEDED = {  # arguments without a default
    "formula": {"text": FORMULA},
    "neuron-orders": {"map": dv.OneNeuron()},
    "planar-twins": {"map": dv.Clifford()},
}
OTHERS = {
    name: of_map(**NEEDED.get(name, {}))
    for name, of_map in dv.maps.ALL.items()
    if name != "three-body"
}
OTHERS["by series"] = dv.Formula(FLOW, method="taylor")
SYSTEMS = THREE_BODY | OTHERS


def checksums(family: str = "", **how: object) -> dict[str, str]:
    """Of all that becomes of one family's maps, or of every map; `how` goes to outcome_at().

    Each is named after the version of the map's arithmetic, too, as stored results are.
    """
    sums = {}
    for systems, window, steps in ((THREE_BODY, T1, MAX_STEPS), (OTHERS, NEAR_0, 300)):
        x, y = window.points()
        for name, system in systems.items():
            if family not in ("", system.family):
                continue
            every = {"fates": True, "fractions": True, "states": True}
            outcome = dv.outcome_at(system, x, y, steps, **every, **how)
            states = outcome.states.view(np.float64)
            states = np.where(np.isnan(states), np.nan, states)  # of any sign
            arrays = (outcome.times, outcome.fates, outcome.fractions, states)
            numbers = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)
            title = name if name == system.name else f"{system.name}, {name}"
            sums[f"{title}, arithmetic {system.arithmetic}"] = f"{zlib.crc32(numbers):08x}"
    return sums


if __name__ == "__main__":
    print(json.dumps(checksums(*sys.argv[1:]), indent=4))
