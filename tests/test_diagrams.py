"""Orbit diagrams, many digits and series against what is known of the logistic map."""

import math
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import islice

import divergence as dv
import numpy as np
import pytest
from divergence.analysis.exact import exact_doubling, exact_logistic
from divergence.analysis.logistic import steps_back
from divergence.analysis.precise import decimal_orbit, reversal
from divergence.analysis.swept import swept_orbit

FEIGENBAUM = 4.669201609


def branches(column):
    """How many pieces of a column are visited."""
    seen = np.concatenate([[0], (column > 0).astype(int)])
    return int((np.diff(seen) == 1).sum())


@pytest.mark.parametrize("r, period", [(2.8, 1), (3.2, 2), (3.5, 4), (3.55, 8), (3.83, 3)])
def test_the_logistic_diagram_has_as_many_branches_as_the_period(r, period):
    window = dv.Window((r, 0.5), 0.002, (1000, 3), height=1)
    visits = dv.orbit_diagram(dv.LogisticMap(), "r", None, window, skip=20_000)
    assert branches(visits[:, 1]) == period
    assert visits[:, 1].sum() == 8 * 500


def test_a_period_doubles_where_feigenbaum_says():
    """The doublings to 4, 8 and 16 are at 3.449490, 3.544090 and 3.564407."""
    edges = [3.449490, 3.544090, 3.564407]
    for before, edge in zip((2, 4, 8), edges, strict=True):
        for r, period in ((edge - 0.0008, before), (edge + 0.0008, 2 * before)):
            window = dv.Window((r, 0.5), 1e-3, (4000, 1), height=1)
            visits = dv.orbit_diagram(dv.LogisticMap(), "r", None, window, skip=50_000)
            assert branches(visits[:, 0]) == period
    assert (edges[1] - edges[0]) / (edges[2] - edges[1]) == pytest.approx(FEIGENBAUM, rel=0.01)


def test_a_diagram_counts_the_points_of_a_plain_loop():
    window = dv.Window((3.0, 0.45), 2, (37, 11), height=0.8)
    visits = dv.orbit_diagram(
        dv.LogisticMap(), "r", (3.4, 4), window, orbits=1, steps=200, skip=100, start=(0.4, 0)
    )
    for i, r in enumerate(np.linspace(3.4, 4, 11)):
        x, points = 0.4, []
        for _ in range(300):
            points.append(x)
            x = r * x * (1 - x)
        _, _, bottom, top = window.extent
        plain, _ = np.histogram(points[100:], 37, (bottom, top))
        assert np.array_equal(visits[:, i], plain)


def test_the_quadratic_diagram_is_the_logistic_one_turned():
    """x -> (r/2 - r x) takes the logistic map to z^2 + c with c = r/2 (1 - r/2)."""
    r = np.array([3.2, 3.5, 3.7, 4.0])
    c = r / 2 * (1 - r / 2)
    for rate, constant in zip(r, c, strict=True):
        x = dv.orbit(dv.LogisticMap(rate), (0.3, 0), 20)[:, 0]
        z = dv.orbit(dv.QuadraticMap(constant), (rate / 2 - rate * 0.3, 0), 20)[:, 0]
        np.testing.assert_allclose(z, rate / 2 - rate * x, atol=1e-9)


def test_a_zoom_is_as_full_as_the_whole():
    near = dv.Window((3.56995, 0.8925), 3 / 2**15, (50, 20), height=1 / 2**15)
    plain = dv.orbit_diagram(dv.LogisticMap(), "r", None, near, steps=300)
    full = dv.orbit_diagram(dv.LogisticMap(), "r", None, near, steps=300, limit=10**6)
    visited = full.sum(axis=0) > 0
    assert visited.mean() > 0.5
    assert (full.sum(axis=0)[visited] > 4 * plain.sum(axis=0)[visited]).all()
    assert (full.sum(axis=0)[visited] >= 2400 * 0.9).mean() > 0.9


def test_the_henon_diagram_shows_either_coordinate():
    window = dv.Window((1.2, 0), 0.2, (60, 5), height=4)
    x, y = (
        dv.orbit_diagram(dv.Henon(), "a", None, window, start=(0, 0), axis=axis) for axis in "xy"
    )
    assert (x.sum(axis=0) == 4000).all() and (y.sum(axis=0) == 4000).all()
    assert np.ptp(np.nonzero(x)[0]) > 3 * np.ptp(np.nonzero(y)[0])  # y' = 0.3 x


@pytest.mark.parametrize("digits", [8, 60])
def test_a_decimal_orbit_is_right_to_its_digits(digits):
    x = Decimal("0.4")
    with localcontext(prec=400):
        for ours, _ in islice(decimal_orbit(dv.LogisticMap(3.7), (0.4, 0), digits), 10):
            assert abs(ours - x) < Decimal(10) ** (3 - digits)
            x = Decimal("3.7") * x * (1 - x)


def test_a_decimal_diagram_is_the_doubles_where_nothing_is_chaotic():
    window = dv.Window((3.3, 0.5), 0.4, (200, 9), height=1)
    options = {"orbits": 1, "steps": 64, "skip": 3000}
    doubles = dv.orbit_diagram(dv.LogisticMap(), "r", None, window, **options)
    decimals = dv.orbit_diagram(dv.LogisticMap(), "r", None, window, digits=28, **options)
    assert decimals.dtype == np.int64
    assert np.array_equal(doubles, decimals)


def test_digits_buy_steps_of_the_reversed_henon_map_in_proportion():
    """Reversed, errors grow by exp(0.419 + log(1 / 0.3)) a step: the exponents of the attractor."""
    digits = np.array([20, 60, 100, 140])
    steps = [reversal(n) for n in digits]
    slope = np.polyfit(digits, steps, 1)[0]
    assert slope == pytest.approx(np.log(10) / (0.419 + np.log(1 / 0.3)), rel=0.05)


def test_a_horizon_grows_by_the_lyapunov_exponent_as_the_twin_comes_nearer():
    """At r = 4 the exponent is log 2: 10 000 times nearer is 13.3 steps later."""
    rates = np.full(1, 4.0)
    starts = np.linspace(0.1, 0.9, 200)
    near, nearer = (
        np.mean([dv.prediction_horizon(rates, start, shift)[0] for start in starts])
        for shift in (3.5e-7, 3.5e-11)
    )
    assert nearer - near == pytest.approx(np.log(1e4) / np.log(2), abs=0.5)


def test_where_the_map_is_periodic_there_is_no_horizon():
    assert dv.prediction_horizon([2.5, 3.1, 3.5], shift=1e-3, max_steps=500).tolist() == [500] * 3


def test_ancestors_reach_their_descendant():
    generations = dv.ancestors(4, 0.5, 8)
    assert [len(x) for x in generations] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    x = generations[-1]
    for _ in range(8):
        x = 4 * x * (1 - x)
    np.testing.assert_allclose(x, 0.5, atol=1e-12)


def test_a_point_over_a_quarter_of_r_has_no_ancestors():
    assert [len(x) for x in dv.ancestors(2.0, 0.6, 2)] == [1, 0, 0]


def test_there_and_back_leads_to_the_start_but_where_chaos_has_time_to_spoil_it():
    """A step back to x' multiplies errors forth by r (1 - 2 x'): 2 in the mean, at r = 4."""
    mean, least = dv.there_and_back([2.5, 3.2, 3.5, 4.0])
    assert (mean[:3] < 1e-14).all() and (least[:3] < 1e-14).all()
    assert mean[3] > 1e-3


def test_exact_steps_come_back_without_an_error():
    """At r = 4 from 1/2 all of the first points are exact in float64: 1/2, 1, 0, 0."""
    mean, _ = dv.there_and_back([4.0], start=0.5, settle=1, steps=4)
    assert mean[0] < 1e-15


def test_a_cycle_is_left_backwards_after_as_many_steps_as_led_to_it_while_digits_last():
    """Of its cycle of two at r = 3.2, a step shrinks distances to (4 + 2 r - r^2)^(1/2) = 0.4."""
    ends = 1000 / -math.log10(0.4)  # 2513
    back = steps_back(3.2, [100, 1000, 2000, 2450, 2600], 1000)
    assert back[:4] == pytest.approx([100, 1000, 2000, 2450], abs=2)
    assert 2450 < ends < 2600 and back[4] == 0


@pytest.mark.parametrize("digits, r", [(8, 3.06), (16, 3.10), (50, 3.19), (200, 3.39), (800, 3.83)])
def test_the_more_digits_the_later_a_swept_orbit_leaves_an_unstable_branch(digits, r):
    steps = 20_000
    x = swept_orbit(1, 4, steps, digits)
    rates = 1 + 3 * np.arange(steps) / steps
    off = np.abs(np.diff(x)) > 0.01  # from one step to the next: no longer of period 1
    assert rates[1:][off & (rates[1:] > 2.9)][0] == pytest.approx(r, abs=0.006)


def test_a_swept_orbit_is_that_of_its_recurrence():
    with localcontext(prec=60):
        x, rate, rise = Decimal("0.5"), Decimal(2), Decimal(round(2 * 2**60 / 64)) / 2**60
        expected = []
        for _ in range(64):
            expected.append(float(x))
            x, rate = rate * x * (1 - x), rate + rise
    np.testing.assert_allclose(swept_orbit(2, 4, 64, 50), expected, rtol=1e-12)


def test_one_seventh_has_period_3_under_doubling_and_a_tenth_dies_in_float64_after_55():
    orbit = exact_doubling(Fraction(1, 7), 9)
    assert orbit[:4] == [Fraction(1, 7), Fraction(2, 7), Fraction(4, 7), Fraction(1, 7)]
    t, steps = 0.1, 0
    while t:
        t, steps = 2 * t % 1, steps + 1
    assert steps == 55
    assert exact_doubling(0.1, 60)[-1] == Fraction(1, 10) * 2**59 % 1


def test_the_exact_logistic_solution_is_one_and_float64_loses_it_after_about_fifty_steps():
    exact = exact_logistic(Fraction(1, 7), 30)
    np.testing.assert_allclose(exact[1:], 4 * exact[:-1] * (1 - exact[:-1]), atol=1e-14)
    lost = []
    for start in np.random.default_rng(0).random(40).round(4):
        exact = exact_logistic(float(start), 100)
        found = dv.orbit(dv.LogisticMap(4.0), (exact[0], 0), 100)[:, 0]
        lost.append(int(np.argmax(np.abs(exact - found) > 0.15)))
    assert 47 <= np.median(lost) <= 53
    assert min(lost) >= 47


@pytest.mark.parametrize(
    "wrong, words",
    [
        (lambda: dv.orbit_diagram(dv.LogisticMap(), "s", None, dv.Window()), "parameter"),
        (lambda: dv.orbit_diagram(dv.LogisticMap(), "r", (1,), dv.Window()), "range must be 2"),
        (lambda: dv.orbit_diagram(dv.Henon(), "a", None, dv.Window(), axis="z"), "one of x, y"),
        (lambda: next(decimal_orbit(dv.Clifford(), (0, 0), 9)), "decimal orbits are of"),
        (lambda: next(decimal_orbit(dv.Henon(), (0, 0), 0)), "digits must be from 1"),
        (lambda: dv.ancestors(-1, 0.5, 2), "rate must be positive"),
    ],
)
def test_bad_values_are_named(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()
