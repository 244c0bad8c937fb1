"""Root finding and planar maps at any depth, against MPFR pixel by pixel."""

import json
from decimal import Decimal

import divergence as dv
import numpy as np
import pytest
from divergence.deep.compute import chosen, outcome_of
from divergence.deep.points import Offsets
from reference.exact_planes import CASES, LIMIT, RECORDED, SHAPE

TRUTH = json.loads(RECORDED.read_text())


@pytest.mark.parametrize("entry", TRUTH, ids=lambda entry: f"{entry['case']}-{entry['width']}")
def test_times_equal_brute_force(entry):
    system = eval(CASES[entry["case"]].system, {"dv": dv, "width": entry["width"]})
    row, column = np.array([pixel.split(",") for pixel in entry["times"]], int).T
    across, up = (column - SHAPE[1] // 2) / SHAPE[1], (row - SHAPE[0] // 2) / SHAPE[1]
    center, width = tuple(map(Decimal, entry["center"])), Decimal(entry["width"])
    found = outcome_of(system, Offsets(center, width, across, up), LIMIT).times
    exact = np.array(list(entry["times"].values()))
    assert len(np.unique(exact)) > 2 and np.array_equal(found, exact)


@pytest.mark.parametrize(
    ("system", "center"),
    [
        (dv.Newton("x^5-x-1"), (0.154047, 0.135678)),
        (dv.Newton("(1+2i)x^4+0.3x-2i"), (0.1, 0.2)),
        (dv.Halley("x^5-x-1"), (0.154047, 0.135678)),
        (dv.Secant("x^5-x-1"), (0.154047, 0.135678)),
        (dv.Henon(), (-1.13, -0.34)),
        (dv.ReversedHenon(), (-1.13, -0.34)),
        (dv.PlanarTwins(dv.Henon(), 1e-6, 0.1), (-1.13, -0.34)),
    ],
)
def test_deep_and_float64_agree_in_times_and_fates(system, center):
    window = dv.Window(center, 0.05, (40, 40))
    deep, plain = (dv.fates(system, window, 300, arithmetic=name) for name in ("deep", "float64"))
    assert len(np.unique(plain.times)) > 1
    same = deep.times == plain.times
    assert same.mean() >= 0.995
    assert (deep.fates == plain.fates)[same].mean() >= 0.995


def test_what_is_no_polynomial_of_whole_powers_is_refused():
    window = dv.Window(("0.1", "0.2"), "1e-30")
    for system, told in [
        (dv.Newton("x^2.5-1"), "whole exponents"),
        (dv.PlanarTwins(dv.Pendulum()), "not pendulum"),
        (dv.NewtonTogether(), "newton-together has none"),
    ]:
        with pytest.raises(ValueError, match=told):
            dv.times(system, window, 10)
    assert chosen(dv.Newton(), window) == "deep"
