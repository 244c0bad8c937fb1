"""Rows T1 to T3: what the three-body map says, beside references that share no code with it."""

import divergence as dv
import numpy as np
import pytest
from reference import HERE, three_body_times

WINDOW = dv.Window(center=(0, 0), width=40, shape=(20, 20))


@pytest.fixture(scope="module")
def binary128() -> np.ndarray:
    """T1 on a coarse grid, 50 000 steps in binary128, by reference/make_binary128.py."""
    return np.loadtxt(HERE / "binary128_times.txt", dtype=np.int32)


def test_t1_equals_binary128_at_every_pixel(binary128):
    assert (dv.times(dv.ThreeBody(), WINDOW, 50_000) == binary128).all()


def test_the_stored_times_are_what_binary128_gives(binary128):
    x, y = WINDOW.points()
    times = binary128.ravel()
    early = np.argsort(times, kind="stable")[:6]
    again = three_body_times(dv.ThreeBody(), x.ravel()[early], y.ravel()[early], 20_000)
    assert (again == times[early]).all()
    assert times[early].max() < 20_000


def test_plain_double_agrees_with_binary128_no_better(binary128):
    x, y = WINDOW.points()
    plain = three_body_times(dv.ThreeBody(), x, y, 50_000, real="double")
    ours = dv.times(dv.ThreeBody(), WINDOW, 50_000)
    assert (ours != binary128).sum() <= (plain != binary128).sum()


def test_t1_at_a_shift_of_1e_14_equals_binary128_at_every_pixel():
    """By reference/make_binary128.py. Plain double is wrong at practically all that separate."""
    expected = np.loadtxt(HERE / "binary128_times_shift_1e-14.txt", dtype=np.int32)
    system = dv.ThreeBody(shift=1e-14, critical_distance=5e-12)
    window = dv.Window(center=(0, 0), width=40, shape=expected.shape)
    assert (dv.times(system, window, 50_000) == expected).all()
    separated = expected < 50_000
    assert 0.2 < separated.mean() < 0.5
    plain = three_body_times(system, *window.points(), 50_000, real="double")
    assert (plain != expected)[separated].mean() > 0.9


@pytest.mark.parametrize(
    "system",
    [
        dv.ThreeBody(plane="yz", critical_distance=0.005),
        dv.ThreeBody(plane="zx", masses=(5, 30, 1), gravity=20, dt=0.002, critical_distance=0.01),
        dv.ThreeBody(velocities=[(1, 2, 3), (-1, 0.5, 0), (0, 0, -2)], critical_distance=0.005),
        dv.ThreeBody(masses=(0, 20, 30), positions=[(1, 2, -9), (0, 1, 0), (5, 5, 5)], shift=0.2),
        dv.ThreeBody(shift=1e-14, critical_distance=2.5e-14),
    ],
)
def test_every_parameter_reaches_the_kernel(system):
    x, y = dv.Window(center=(0.3, 0.2), width=16, shape=(3, 5)).points()
    expected = three_body_times(system, x, y, 2_500)
    assert (dv.times_at(system, x, y, 2_500) == expected).all()
    assert (expected < 2_500).any(), "a case in which nothing separates shows nothing"


def test_t2_mirrors_at_the_line_through_bodies_2_and_3():
    # Bodies 2 and 3 lie on z = 1.2 y and nothing moves across it, so a start and its mirror image
    # have the same fate; the twin's shift breaks the mirror, hence nearly all pixels and not all.
    system = dv.ThreeBody(plane="yz", positions=[(-10, 0, 0), (0, 0, 0), (10, 10, 12)])
    rng = np.random.default_rng(2)
    y, z = rng.uniform(-20, 20, (2, 400))
    normal = np.array([12, -10]) / np.hypot(12, 10)
    away = y * normal[0] + z * normal[1]
    mirrored = y - 2 * away * normal[0], z - 2 * away * normal[1]
    here, there = dv.times_at(system, y, z, 20_000), dv.times_at(system, *mirrored, 20_000)
    assert ((here < 20_000) == (there < 20_000)).mean() > 0.9
    # A twin shifted along the line keeps the mirror exactly, up to rounding.
    assert np.median(np.abs(here - there)) < 200


def test_a_shift_beyond_the_critical_distance_is_a_time_of_0():
    # The shift is applied in x, y and z: the distance is sqrt(3) times as large.
    window = dv.Window(shape=(3, 3))
    assert (dv.times(dv.ThreeBody(shift=0.289), window, 100) == 0).all()
    assert (dv.times(dv.ThreeBody(shift=0.288), window, 100) > 0).all()


def test_a_pair_that_never_separates_has_the_step_limit():
    free = dv.ThreeBody(gravity=0)
    assert (dv.times(free, dv.Window(shape=(5, 7)), 1_234) == 1_234).all()
    assert (dv.times(dv.ThreeBody(shift=0), dv.Window(shape=(3, 3)), 99) == 99).all()


def test_a_larger_step_limit_changes_only_what_had_not_stopped():
    window = dv.Window(shape=(30, 30))
    few, many = (dv.times(dv.ThreeBody(), window, steps) for steps in (3_000, 6_000))
    assert (many[few < 3_000] == few[few < 3_000]).all()
    assert (many[few == 3_000] >= 3_000).all() and (many > few).any()


def test_a_smaller_shift_takes_longer():
    window = dv.Window(center=(-3, 2), width=6, shape=(12, 12))
    previous = np.zeros(window.shape, int)
    for shift in (1e-2, 1e-4, 1e-6):
        now = dv.times(dv.ThreeBody(shift=shift), window, 20_000)
        assert now.sum() > previous.sum()
        previous = now


def test_where_differences_stay_small_only_the_ratio_to_the_shift_counts():
    # The equations of the difference are linear there, down to the smallest numbers.
    window = dv.Window(center=(-3, 2), width=20, shape=(12, 12))
    times = [
        dv.times(dv.ThreeBody(shift=shift, critical_distance=100 * shift), window, 20_000)
        for shift in (1e-12, 1e-100, 1e-300)
    ]
    assert (times[0] < 20_000).mean() > 0.2
    assert (times[1] == times[2]).all()
    assert (times[0] == times[1]).mean() > 0.99


def test_bodies_that_start_in_one_place_count_as_apart():
    # 0/0 is no number, and what has no distance has not stayed within one.
    collision = dv.ThreeBody(positions=[(0, 0, 0), (0, 0, 0), (10, 10, 12)])
    origin = np.zeros(1)
    assert dv.times_at(collision, origin, origin, 10) == 2
    assert three_body_times(collision, origin, origin, 10, real="double") == 2


def test_a_gpu_gives_the_same_bits(gpu):
    window, steps = dv.Window(shape=(19, 17)), 5_000
    for changes in ({}, {"shift": 1e-14}, {"integrator": "leapfrog"}):
        system = dv.ThreeBody(critical_distance=2e-3, **changes)
        on_cpu = dv.times(system, window, steps, device="cpu")
        assert (dv.times(system, window, steps, device=gpu) == on_cpu).all()
        twice = dv.times(system, window, steps, device="cuda:0,0", thread_per_device=True)
        assert (twice == on_cpu).all()
