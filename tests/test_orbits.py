"""Orbits and densities against plain loops, and against what is known of attractors."""

import math
import os
import subprocess
import sys
from pathlib import Path

import divergence as dv
import mpmath
import numpy as np
import pytest
from divergence.analysis import orbits
from divergence.analysis.orbits import around


def henon(x, y):
    return 1 - 1.4 * (x * x) + y, 0.3 * x


def reversed_henon(x, y):
    u = y / 0.3
    return u, 1.4 * (u * u) + x - 1


def spiral(x, y):
    return 1 - 0.2 * (x * x) + y, -0.99994 * x


def logistic(x, y):
    return 3.7 * x * (1 - x), y


def quadratic(x, y):
    return x * x - 1.9, y


def slow_henon(x, y):
    return x + 0.047 * (1 - 0.1 * (x * x) + y), y + 0.047 * (0.03 * x)


def swirl(x, y):
    return x + 0.1 * (-1.0 * y), y + 0.1 * (x - 1.0 * y)


EXACT = {
    "A1 Henon": (dv.Henon(), henon, (0, 0)),
    "A1 spiral": (dv.Henon(0.2, -0.99994), spiral, (-1.5, 1.5)),
    "A1 semi-continuous": (dv.Henon(0.1, 0.03, dt=0.047), slow_henon, (0, 0)),
    "A5 linear swirl": (dv.LinearSwirl(), swirl, (1, 0.5)),
    "A6 logistic": (dv.LogisticMap(3.7), logistic, (0.4, 0.25)),
    "A8 quadratic": (dv.QuadraticMap(-1.9), quadratic, (0, 0)),
}


@pytest.mark.parametrize("name", EXACT)
def test_an_orbit_is_a_plain_loops_bit_for_bit(name):
    system, step, start = EXACT[name]
    points = dv.orbit(system, start, 1000)
    assert points.shape == (1000, 2)
    x, y = map(float, start)
    for n in range(1000):
        assert tuple(points[n]) == (x, y), n
        x, y = step(x, y)


def trigonometric(name):
    cos, sin = mpmath.cos, mpmath.sin
    return {
        "A2 Clifford": (
            dv.Clifford(),
            lambda x, y: (
                sin(2 * y) - mpmath.mpf(0.5) * cos(2 * x),
                sin(x) - mpmath.mpf(1.01) * cos(y),
            ),
        ),
        "A4 grid": (dv.GridMap(dt=0.8), lambda x, y: (x + 0.8 * cos(y), y + 0.8 * sin(x))),
        "A5 pendulum": (
            dv.Pendulum(dt=0.04),
            lambda x, y: (x + 0.04 * y, y + 0.04 * (-0.2 * y - 4.9 * sin(x))),
        ),
        "A8 information": (
            dv.InformationMap(0.9),
            lambda x, y: (
                -mpmath.mpf(0.9) * (x * mpmath.log(x, 2) + (1 - x) * mpmath.log(1 - x, 2)),
                y,
            ),
        ),
    }[name]


@pytest.mark.parametrize("name", ["A2 Clifford", "A4 grid", "A5 pendulum", "A8 information"])
def test_each_step_of_a_transcendental_map_is_right_to_a_few_units_in_the_last_place(name):
    system, step = trigonometric(name)
    points = dv.orbit(system, (0.31, 0.25), 300)
    with mpmath.workprec(120):
        for (x, y), after in zip(points[:-1], points[1:], strict=True):
            true = step(mpmath.mpf(float(x)), mpmath.mpf(float(y)))
            assert abs(after[0] - true[0]) < 1e-15 * max(4, abs(x))
            assert abs(after[1] - true[1]) < 1e-15 * max(4, abs(y))


def test_several_orbits_are_each_its_own_and_skip_leaves_out_the_first():
    starts = around((0, 0), 37)
    points = dv.orbit(dv.Clifford(), starts, 50, skip=20)
    assert points.shape == (37, 50, 2)
    for i in (0, 8, 36):
        assert np.array_equal(points[i], dv.orbit(dv.Clifford(), starts[i], 70)[20:])


@pytest.mark.parametrize("orbits, threads", [(1, 1), (3, 2), (8, 1), (100, 2), (1000, 2)])
def test_a_density_counts_the_points_of_the_orbits_one_by_one(orbits, threads):
    system, starts = dv.Henon(), around((0, 0), orbits)
    window = dv.Window((0.1, 0.05), 2, (60, 90), height=0.5)
    visits = dv.density(system, starts, 300, window, skip=7, threads=threads)
    x, y = dv.orbit(system, starts, 300, skip=7).reshape(-1, 2).T
    left, right, bottom, top = window.extent
    plain, *_ = np.histogram2d(y, x, (60, 90), ((bottom, top), (left, right)))
    assert visits.dtype == np.int64
    assert visits.sum() < x.size  # some are outside
    # A point on the very edge of two pixels may be in the one by one formula, in the other by
    # another.
    assert np.abs(visits - plain).sum() <= 2


@pytest.mark.parametrize("skip", [0, 10])
def test_a_density_of_a_window_around_everything_sums_to_the_points(skip):
    visits = dv.density(
        dv.Clifford(), around((0, 0), 100), 5000, dv.Window((0, 0), 4.04, (50, 50)), skip
    )
    assert visits.sum() == 100 * 5000


def test_a_density_does_not_depend_on_the_number_of_threads():
    window = dv.Window((0, 0), 4.04, (200, 200))
    one, two, three = (
        dv.density(dv.Clifford(), around((0, 0), 333), 1000, window, threads=n) for n in (1, 2, 3)
    )
    assert np.array_equal(one, two)
    assert np.array_equal(one, three)


def test_an_orbit_that_runs_away_is_on_no_pixel():
    window = dv.Window((0, 0), 10, (20, 20))
    visits = dv.density(dv.Henon(), [(0, 0), (3, 3)], 10_000, window)
    assert visits.sum() == 10_000 + 1  # (3, 3) itself, and then far away


def test_the_density_of_the_logistic_map_at_4_is_the_arcsine_law():
    """1 / (pi sqrt(x (1 - x))): S. Ulam and J. von Neumann, 1947."""
    window = dv.Window((0.51, 0), 1, (1, 50), height=1)  # whose pixels share 0 to 1
    visits = dv.density(dv.LogisticMap(4), around((0.4, 0), 2000), 10_000, window, skip=100)
    edges = np.linspace(0, 1, 51)
    expected = np.diff(2 / np.pi * np.arcsin(np.sqrt(edges)))
    np.testing.assert_allclose(visits[0] / visits.sum(), expected, rtol=0.01)


def test_a_zoom_keeps_its_points_up_within_the_limit():
    starts = around((0, 0), 512)
    near = dv.Window((0.6314, 0.1894), 0.01, (50, 50))  # at the fixed point, on the attractor
    plain = dv.density(dv.Henon(), starts, 100, near, skip=50).sum()
    full = dv.density(dv.Henon(), starts, 100, near, skip=50, limit=10**9).sum()
    assert plain < 5000
    assert 51_200 <= full < 2 * 51_200
    little = dv.density(dv.Henon(), starts, 100, near, skip=50, limit=102_400).sum()
    assert plain < little < full / 10


def test_the_boundary_of_a_clifford_attractor_is_within_its_bounds():
    x, y = dv.orbit(dv.Clifford(-1.3, -1.3, -1.8, -1.9), (0.1, 0.1), 20_000, skip=1).T
    assert 2 < np.abs(x).max() <= 1 + 1.8
    assert 2 < np.abs(y).max() <= 1 + 1.9


@pytest.mark.parametrize("dt, rings", [(0.0405, False), (0.042, True)])
def test_the_pendulum_goes_from_a_point_to_a_ring_as_dt_passes_0_0408(dt, rings):
    """Euler multiplies the swing at rest by sqrt(1 - a dt + b dt^2), over 1 from dt = a / b on."""
    x, y = dv.orbit(dv.Pendulum(dt=dt), (0.1, 0), 100, skip=200_000).T
    assert (np.hypot(x, y).max() > 0.05) == rings
    assert (dt > 0.2 / 4.9) == rings


def test_a_gpu_follows_the_same_orbits(gpu):
    window = dv.Window((0, 0), 4.04, (200, 200))
    starts = around((0, 0), 1000)
    for system in (dv.Clifford(), dv.Henon(), dv.InformationMap(0.9), dv.GridMap()):
        assert np.array_equal(
            dv.orbit(system, starts, 200, device=gpu),
            dv.orbit(system, starts, 200, device="cpu"),
            equal_nan=True,
        )
        for device in (gpu, "cuda:0,0"):
            assert np.array_equal(
                dv.density(system, starts, 1000, window, device=device),
                dv.density(system, starts, 1000, window, device="cpu"),
            )


@pytest.mark.parametrize(
    "wrong, words",
    [
        (lambda: dv.orbit(dv.Henon(), (0, 0), 0), "steps must be from 1"),
        (lambda: dv.orbit(dv.Henon(), (0, 0, 0), 5), "two numbers"),
        (lambda: dv.orbit(dv.Henon(), "here", 5), "two numbers"),
        (lambda: dv.orbit(dv.Henon(), (0, math.nan), 5), "finite"),
        (lambda: dv.orbit(dv.ThreeBody(), (0, 0), 5), "planar maps"),
        (lambda: dv.orbit(dv.Henon(), (0, 0), 5, skip=-1), "skip must be from 0"),
        (lambda: dv.density(dv.Henon(), (0, 0), 5, dv.Window(), limit=0), "limit must be from 1"),
        (lambda: around((0, 0), 0), "count must be from 1"),
    ],
)
def test_bad_values_are_named(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()


@pytest.mark.parametrize("system", [dv.Newton("x^5-x-1"), dv.ThreeBody(integrator="adaptive")])
def test_a_path_in_parts_is_the_path(system, monkeypatch):
    whole = dv.path(system, (0.3, 0.4), 100)
    monkeypatch.setattr(orbits, "STEPS_AT_ONCE", 7)
    np.testing.assert_array_equal(dv.path(system, (0.3, 0.4), 100), whole)


def test_a_long_path_can_be_interrupted(monkeypatch):
    """A signal is answered between two calls of the library, none of which takes long."""
    seen = []

    def follow(library, system, x, y, every, states, now, *, resume):
        seen.append(len(states))
        if len(seen) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(orbits.runs, "follow", follow)
    with pytest.raises(KeyboardInterrupt):
        dv.path(dv.Henon(), (0, 0), 10**6)
    assert max(seen) <= 2**16


@pytest.mark.parametrize(
    "ask",
    [
        lambda: dv.times(dv.Julia(), dv.Window((0, 0), 4, (10**7, 10**7)), 10),
        lambda: dv.Window((0, 0), 4, (10**7, 10**7)).points(),
        lambda: dv.path(dv.ThreeBody(), (0, 0), 2**31 - 1),
        lambda: dv.orbit(dv.Henon(), np.zeros((1000, 2)), 2**31 - 1),
    ],
)
def test_what_no_memory_holds_is_refused_at_once(ask):
    with pytest.raises(ValueError, match=r"take [\d,.e+]+ GiB of memory, and this machine has"):
        ask()


def test_threads_share_the_counts_of_a_large_picture():
    """Their own would be of 2.3 GB here, beside the caller's 0.3."""
    script = """if True:
        import resource
        import divergence as dv
        from divergence.analysis.orbits import around
        starts = around((0, 0), 1024)
        window = dv.Window((0, 0), 3, (6000, 6000))
        dv.density(dv.Henon(), starts, 5, dv.Window((0, 0), 3, (9, 9)), threads=16)
        room = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (room + 700_000_000,) * 2)
        visits = dv.density(dv.Henon(), starts, 1000, window, threads=16)
        print(visits.sum(), (visits > 0).sum())
    """
    environment = os.environ | {"PYTHONPATH": str(Path(dv.__file__).parent.parent)}
    found = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr
    starts, window = around((0, 0), 1024), dv.Window((0, 0), 3, (6000, 6000))
    visits = dv.density(dv.Henon(), starts, 1000, window, threads=1)
    assert found.stdout.split() == [str(visits.sum()), str((visits > 0).sum())]
