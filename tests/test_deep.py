"""Windows of any depth: every pixel's time is that of its own orbit in many digits."""

import json
from decimal import Decimal

import divergence as dv
import numpy as np
import pytest
from divergence.deep.compute import chosen
from divergence.deep.points import Offsets, octave_of
from divergence.kernel.points import Patch
from reference.exact_three_body import RECORDED, exact_time

PLACE = (
    "0.3141592653589793238462643383279502884197",
    "-0.2718281828459045235360287471352662497757",
)


def zoomed(width):
    """The map whose twin is as far away as in the zoom that begins with 40 and 0.001."""
    return dv.ThreeBody(shift=width / 40_000)


def test_times_equal_brute_force_and_float64_where_that_is_right():
    window, limit = dv.Window((5.30031, -0.45), 0.3, (12, 12)), 90_000
    deep, plain = (
        dv.times(zoomed(0.3), window, limit, arithmetic=name) for name in ("deep", "float64")
    )
    assert (deep < limit).any() and (deep == plain).all()
    row, column = np.argwhere(deep < limit)[0]
    exact = exact_time(zoomed(0.3), window.center, 0.3, window.shape, row, column, limit, bits=130)
    assert deep[row, column] == exact


@pytest.mark.parametrize("truth", json.loads(RECORDED.read_text()), ids=lambda t: t["width"])
def test_the_zoom_into_three_bodies_equals_brute_force(truth):
    system = dv.ThreeBody(shift=float(truth["shift"]))
    window = dv.Window(truth["center"], truth["width"], truth["shape"])
    pixels = [tuple(map(int, pixel.split(","))) for pixel in truth["times"]]
    times = dv.times(system, window, truth["limit"], arithmetic="deep")
    assert [times[pixel] for pixel in pixels] == list(truth["times"].values())


def test_an_octave_more_of_depth_changes_nothing_else():
    wide, close = (dv.Window((5.30031, -0.45), width, (12, 12)) for width in (0.3, 0.15))
    near, shared = (dv.times(zoomed(0.15), w, 90_000, arithmetic="deep") for w in (wide, close))
    assert (near[3:9, 3:9] < 90_000).any() and (near[3:9, 3:9] == shared[::2, ::2]).all()


def test_the_arithmetic_is_chosen_by_what_is_needed():
    deep = dv.Window(PLACE, "1e-20")
    assert chosen(dv.ThreeBody(shift=1e-24), deep) == "deep"
    assert chosen(dv.ThreeBody(), dv.Window()) == "float64"
    assert chosen(dv.ThreeBody(shift=1e-12), dv.Window(width=1e-7)) == "deep"
    assert chosen(dv.ThreeBody(shift=1e-12), dv.Window(width=1e-7), "float64") == "float64"


@pytest.mark.parametrize(
    ("system", "window", "arithmetic", "told"),
    [
        (dv.ThreeBody(), dv.Window(PLACE, "1e-20"), "float64", "too close for float64"),
        (dv.ThreeBody(integrator="leapfrog"), dv.Window(PLACE, "1e-20"), "auto", "'euler'"),
        (dv.ThreeBody(), dv.Window(), "deep", "up to 1 wide, not 40"),
        (dv.ThreeBody(shift=1e-30), dv.Window(PLACE, "1e-20"), "auto", "a millionth of the width"),
        (dv.Clifford(2, 2, 1, -1), dv.Window(PLACE, "1e-20"), "auto", "clifford has none"),
        (dv.ThreeBody(), dv.Window(), "exact", "arithmetic must be one of auto, float64, deep"),
    ],
)
def test_what_cannot_be_zoomed_is_refused_in_a_line_that_says_why(system, window, arithmetic, told):
    with pytest.raises(ValueError, match=told):
        dv.times(system, window, 100, arithmetic=arithmetic)


def test_an_octave_is_the_largest_that_holds_a_length():
    assert octave_of(1.0) == 0 and octave_of(0.5) == 1 and octave_of(0.75) == 0
    assert octave_of(Decimal("1e-400")) == 1328
    points = Offsets.of(Patch.of(dv.Window(("1", "2"), "1e-400", (3, 4))))
    u, v = points.in_octave(points.octave)
    assert 0.25 < np.abs(u).max() <= 0.5 and np.abs(v).max() <= 0.5
