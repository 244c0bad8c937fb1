"""Row T11: what the arithmetic does to the picture, against double precision."""

import divergence as dv
import numpy as np
import pytest

T1 = dv.Window(center=(0, 0), width=40, shape=(32, 32))


@pytest.fixture(scope="module")
def t1():
    """Row T1 in every arithmetic."""
    precisions = ("double", "single", "mixed", "single-sqrt")
    return {p: dv.times(dv.ThreeBody(precision=p), T1, 50_000) for p in precisions}


def test_mixed_is_double_at_999_of_1000_pixels(t1):
    assert (t1["mixed"] != t1["double"]).mean() <= 0.001


@pytest.mark.parametrize("precision", ["single", "single-sqrt"])
def test_the_others_hold_the_picture_but_not_the_times(t1, precision):
    separated = t1["double"] < 50_000
    assert ((t1[precision] < 50_000) == separated).mean() > 0.99
    assert (t1[precision] != t1["double"])[separated].mean() > 0.25


def roughness(precision: str, width: float) -> float:
    """How far a pixel's time is from the mean of its neighbours', in steps."""
    system = dv.ThreeBody(precision=precision, shift=width / 40)
    times = dv.times(system, dv.Window(center=(-8, 2), width=width, shape=(8, 8)), 60_000)
    assert (times < 60_000).all()
    return float(np.median(np.abs(np.diff(times, n=2, axis=1))))


def test_a_single_square_root_is_noise_at_small_scales_only():
    assert roughness("double", 4e-5) < 5
    assert roughness("mixed", 4e-5) < 5
    assert roughness("single-sqrt", 4e-5) > 50


def test_a_trajectory_of_pairs_follows_that_of_doubles():
    paths = {
        precision: dv.trajectory(dv.ThreeBody(precision=precision), 20_000, every=100).positions
        for precision in ("double", "mixed", "single")
    }
    assert np.abs(paths["mixed"] - paths["double"]).max() < 1e-8
    assert 1e-5 < np.abs(paths["single"] - paths["double"]).max() < 0.1


@pytest.mark.parametrize("integrator", ["adams-bashforth-2", "adams-bashforth-4", "leapfrog"])
@pytest.mark.parametrize("precision", ["mixed", "single-sqrt"])
def test_every_integrator_knows_every_arithmetic(integrator, precision):
    window = dv.Window(center=(0, -10), width=10, shape=(6, 6))
    kwargs = {"integrator": integrator, "critical_distance": 0.02}
    exact = dv.times(dv.ThreeBody(**kwargs), window, 20_000)
    rough = dv.times(dv.ThreeBody(precision=precision, **kwargs), window, 20_000)
    assert (exact < 20_000).any()
    assert np.abs(rough - exact).max() < 50
    if precision == "mixed":
        assert (rough != exact).mean() < 0.03
