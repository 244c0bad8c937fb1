"""The adaptive integrator: the true map of three bodies, beside closed forms, conserved quantities
and an integrator of another kind (Gragg-Bulirsch-Stoer, in tests/reference)."""

import math
import subprocess
import sys
from dataclasses import replace

import divergence as dv
import numpy as np
import pytest
from PIL import Image
from reference import HERE, true_bodies, true_separations

TRUE = dv.ThreeBody(integrator="adaptive")
WINDOW = dv.Window(center=(0, 0), width=40, shape=(16, 16))  # T1 on a coarse grid
COLLISION = replace(  # body 1, without mass, falls into body 2 from rest
    TRUE,
    masses=(0, 30, 0),
    positions=[(0, 0, 0), (0, 0, 0), (500, 0, 0)],
    velocities=[(0, 0, 0)] * 3,
    shift=1e-9,
)


def moments(system: dv.ThreeBody, x: np.ndarray, y: np.ndarray, time: float) -> np.ndarray:
    """When pairs separate, in the units of the system; infinity where they do not."""
    steps = round(time / system.dt)
    outcome = dv.outcome_at(system, x, y, steps, fates=True, fractions=True)
    assert (outcome.fates != 2).all()
    times = (outcome.times + outcome.fractions) * system.dt
    return np.where(outcome.fates == 1, times, np.inf)


def bodies(system: dv.ThreeBody, x: float, y: float, time: float) -> dv.Trajectory:
    """The bodies of one pixel at a time, (body, axis)."""
    window = dv.Window(center=(x, y), width=1, shape=(1, 1))
    exact = replace(system, integrator="adaptive", dt=time)
    return dv.Trajectory(*(array[0, 0] for array in next(dv.snapshots(exact, window, [1]))))


def apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """How far moments are from each other: 0 where both are infinite."""
    with np.errstate(invalid="ignore"):
        return np.where(a == b, 0, np.abs(a - b))


@pytest.mark.parametrize("eccentricity", [0, 0.5, 0.9, 0.99])
def test_a_light_body_moves_on_kepler_s_ellipse(eccentricity):
    gm, a = 9.8 * 30, 5.0
    nearest = a * (1 - eccentricity)
    fastest = math.sqrt(gm / a * (1 + eccentricity) / (1 - eccentricity))
    velocities = [(0, fastest, 0), (0, 0, 0), (0, 0, 0)]
    system = replace(COLLISION, velocities=velocities, tolerance=1e-14)
    for anomaly in (1.0, math.pi, 5.0, 6 * math.pi):
        time = (anomaly - eccentricity * math.sin(anomaly)) * math.sqrt(a**3 / gm)
        positions = bodies(system, nearest, 0.0, time).positions
        minor = a * math.sqrt(1 - eccentricity**2)
        x, y = a * (math.cos(anomaly) - eccentricity), minor * math.sin(anomaly)
        here = positions[0] - positions[1]
        assert np.abs(here - [x, y, 0]).max() < 1e-8


def test_two_bodies_of_a_triple_without_the_first_go_round_each_other():
    # A circle of radius 4 + 6 about the centre of mass, which moves along z.
    speed = math.sqrt(9.8 * 50 / 10)
    positions = [(0, 0, 0), (-6, 0, 0), (4, 0, 0)]
    velocities = [(0, 0, 0), (0, -0.6 * speed, 1), (0, 0.4 * speed, 1)]
    system = dv.ThreeBody(masses=(0, 20, 30), positions=positions, velocities=velocities)
    time = 3.25 * 2 * math.pi * 10 / speed
    expected = [(0, -6, time), (0, 4, time)]
    assert np.abs(bodies(system, 50.0, 60.0, time).positions[1:] - expected).max() < 1e-9


def test_energy_and_momenta_last_for_fifty_units_of_time():
    masses = np.array(TRUE.masses)

    def conserved(positions: np.ndarray, velocities: np.ndarray) -> tuple[np.ndarray, ...]:
        energy = (masses * (velocities**2).sum(-1)).sum(-1) / 2
        for i, j in ((0, 1), (0, 2), (1, 2)):
            distance = np.linalg.norm(positions[..., i, :] - positions[..., j, :], axis=-1)
            energy -= TRUE.gravity * masses[i] * masses[j] / distance
        angular = (masses[:, None] * np.cross(positions, velocities)).sum(-2)
        return energy, (masses[:, None] * velocities).sum(-2), angular

    before, after = (conserved(*there) for there in dv.snapshots(TRUE, WINDOW, [0, 50_000]))
    drift = [np.abs(new - old) for old, new in zip(before, after, strict=True)]
    assert drift[0].max() < 1e-7 * np.abs(before[0]).max()
    assert np.median(drift[0]) < 1e-10 * np.abs(before[0]).max()
    assert drift[1].max() < 1e-10
    assert np.median(drift[2]) < 1e-8


@pytest.mark.parametrize("start", [(3.0, 4.0), (-10.0, 10.0), (7.7, -12.0)])
def test_trajectories_are_those_of_binary128(start):
    positions, velocities = true_bodies(TRUE, *start, 20.0)
    for tolerance, error in ((1e-9, 1e-5), (1e-12, 1e-8), (1e-15, 1e-10)):
        found = bodies(replace(TRUE, tolerance=tolerance), *start, 20.0)
        assert np.abs(found.positions - positions).max() < error
        assert np.abs(found.velocities - velocities).max() < error


def test_separations_are_found_to_a_billionth():
    x, y = (points.ravel() for points in WINDOW.points())
    found = moments(replace(TRUE, tolerance=1e-15), x, y, 23.0)
    early = np.argsort(found)[:7]
    expected = true_separations(TRUE, x[early], y[early], 23.0, 1e-15, "long double")
    assert np.isfinite(expected).all()
    assert np.median(apart(found[early], expected)) < 1e-9


@pytest.fixture(scope="module")
def elsewhere() -> np.ndarray:
    """T1's separations by another integrator at tolerance 1e-13."""
    return true_separations(TRUE, *WINDOW.points(), 50.0)


@pytest.mark.parametrize("tolerance", [1e-9, 1e-12])
def test_99_pixels_of_100_separate_when_another_integrator_says(tolerance, elsewhere):
    found = moments(replace(TRUE, tolerance=tolerance), *WINDOW.points(), 50.0)
    assert (apart(found, elsewhere) < 1e-3).mean() >= 0.99


def test_the_picture_no_longer_changes_with_the_tolerance():
    x, y = dv.Window(width=40, shape=(48, 48)).points()
    here, finer = (moments(replace(TRUE, tolerance=t), x, y, 50.0) for t in (1e-12, 1e-14))
    assert (apart(here, finer) < 1e-3).mean() >= 0.999


def test_euler_tends_to_the_true_map_slowly():
    x, y = dv.Window(width=40, shape=(14, 14)).points()
    true = moments(TRUE, x, y, 50.0)
    same, near = [], []
    for dt in (1e-3, 1e-4, 3e-5):
        steps = round(50 / dt)
        times = dv.times_at(dv.ThreeBody(dt=dt), x, y, steps)
        separated = times < steps
        both = separated & np.isfinite(true)
        same.append((separated == np.isfinite(true)).mean())
        near.append((np.abs(times * dt / true - 1)[both] < 0.01).mean())
    assert 0.75 < same[0] < same[1] < same[2] < 1
    assert near[0] < 0.1 < near[1] < 0.4 < near[2] < 0.8


def test_small_shifts_tend_to_the_variational_limit():
    x, y = WINDOW.points()
    limit = moments(replace(TRUE, shift=0, growth=500), x, y, 50.0)
    errors = []
    for shift in (1e-3, 1e-6, 1e-9, 1e-12, 1e-200, 1e-300):
        critical = 500 * math.sqrt(3) * shift
        twins = replace(TRUE, shift=shift, critical_distance=critical)
        errors.append(np.quantile(apart(moments(twins, x, y, 50.0), limit), 0.95))
    assert errors[0] > 1e-2
    assert errors[1] < errors[0] / 100
    assert max(errors[3:]) < 1e-8


def test_a_shift_may_be_as_small_as_1e_300():
    # The square of such a difference, or of 1 in its units, is out of the range of numbers.
    x, y = WINDOW.points()
    far = dv.times_at(replace(TRUE, shift=1e-300), x, y, 50_000)
    near = dv.times_at(replace(TRUE, shift=1e-300, critical_distance=1e-298), x, y, 50_000)
    assert (far == 50_000).all()
    assert 0.2 < (near < 50_000).mean() < 1


def test_mirrored_starts_have_mirrored_trajectories():
    # Bodies 2 and 3 lie on z = 1.2 y and nothing moves across it.
    system = dv.ThreeBody(plane="yz", positions=[(-10, 0, 0), (0, 0, 0), (10, 10, 12)])
    normal = np.array([0, 12, -10]) / np.hypot(12, 10)
    mirror = np.eye(3) - 2 * np.outer(normal, normal)
    y, z = np.random.default_rng(2).uniform(-20, 20, (2, 8))
    mirrored = np.stack([0 * y, y, z], axis=-1) @ mirror
    for start, mirrored_start in zip(np.stack([y, z], axis=-1), mirrored[:, 1:], strict=True):
        here, there = (bodies(system, *at, 10.0).positions for at in (start, mirrored_start))
        assert np.abs(here @ mirror - there).max() < 1e-8


def test_a_collision_is_unresolved_at_the_time_of_the_fall():
    outcome = dv.outcome_at(COLLISION, [1.0, 4.0], [0.0, 3.0], 10_000, fates=True, fractions=True)
    assert dv.ThreeBody.fate_names[1] == "unresolved"
    assert (outcome.fates == 2).all()
    fall = math.pi / 2 * np.sqrt(np.array([1.0, 5.0]) ** 3 / (2 * 9.8 * 30))
    assert np.abs((outcome.times + outcome.fractions) * 0.001 - fall).max() < 1e-6
    assert np.isnan(bodies(COLLISION, 1.0, 0.0, 1.0).positions).all()


def test_work_beyond_the_bound_is_unresolved():
    # A satellite so close that it goes round a thousand times in every dt.
    speed = math.sqrt(9.8 * 30 / 1e-5)
    close = replace(COLLISION, velocities=[(0, speed, 0), (0, 0, 0), (0, 0, 0)], dt=0.01)
    outcome = dv.outcome_at(close, 1e-5, 0.0, 100, fates=True)
    times, fates = outcome.times.item(), outcome.fates.item()
    assert fates == 2
    assert times < 100


def test_a_smaller_limit_cuts_the_same_times():
    x, y = WINDOW.points()
    long, short = (dv.times_at(TRUE, x, y, steps) for steps in (50_000, 17_000))
    assert (np.minimum(long, 17_000) == short).all()


def test_the_fraction_is_what_dt_leaves_over():
    x, y = WINDOW.points()
    coarse, fine = (moments(replace(TRUE, dt=dt), x, y, 40.0) for dt in (0.5, 0.001))
    assert np.quantile(apart(coarse, fine), 0.98) < 1e-6


def test_snapshots_and_trajectories_are_of_the_same_bodies():
    start, window = (4.0, -3.0), dv.Window(center=(4.0, -3.0), width=1, shape=(1, 1))
    system = replace(TRUE, positions=[(*start, -11), *TRUE.positions[1:]])
    moments = [0, 300, 7_000, 21_000]
    seen = [there.positions[0, 0] for there in dv.snapshots(system, window, moments)]
    followed = dv.trajectory(system, 21_001, every=100).positions[[0, 3, 70, 210]]
    assert np.abs(np.array(seen) - followed).max() < 1e-8
    positions, _ = true_bodies(system, *start, 21.0)
    assert np.abs(seen[-1] - positions).max() < 1e-8


def test_exponents_say_how_fast_a_displacement_grows():
    points = np.array([[3.0, 4.0], [-10.0, 10.0], [7.7, -12.0]])
    time, shift = 10.0, 1e-14
    for x, y in points:
        here = np.stack(true_bodies(TRUE, x, y, time))
        moved = replace(
            TRUE, positions=np.array(TRUE.positions) + [[0, 0, shift], [0] * 3, [0] * 3]
        )
        shifted = moved.positions[0][2] - TRUE.positions[0][2]
        there = np.stack(true_bodies(moved, x + shifted, y + shifted, time))
        steps = (x + shifted - x, y + shifted - y, shifted)
        growth = np.linalg.norm(there - here) / np.linalg.norm(steps)
        window = dv.Window(center=(x, y), width=1, shape=(1, 1))
        assert dv.lyapunov(TRUE, window, time).item() == pytest.approx(
            math.log(growth) / time, abs=1e-2
        )


def test_exponents_outlast_the_range_of_numbers():
    exponents = dv.lyapunov(TRUE, dv.Window(width=40, shape=(4, 4)), 500.0)
    assert exponents.shape == (4, 4)
    assert np.isfinite(exponents).all()
    assert 0 < np.median(exponents) < dv.lyapunov(TRUE, WINDOW, 20.0).max()


def test_a_tolerance_out_of_range_and_another_precision_are_refused():
    for bad in (1e-16, 0.1, math.nan):
        with pytest.raises(ValueError, match="tolerance must be"):
            dv.ThreeBody(integrator="adaptive", tolerance=bad)
    with pytest.raises(ValueError, match='"adaptive" has no precision'):
        dv.ThreeBody(integrator="adaptive", precision="single")
    with pytest.raises(ValueError, match="growth must be at least 1"):
        dv.ThreeBody(growth=0.5)
    with pytest.raises(ValueError, match="time must be positive"):
        dv.lyapunov(TRUE, WINDOW, 0)
    with pytest.raises(ValueError, match="exponents are of"):
        dv.lyapunov(dv.Newton("x^3-1"), WINDOW, 10)


def test_the_script_draws_both_maps_or_says_in_a_line_what_is_wrong(tmp_path):
    script = [sys.executable, str(HERE.parents[1] / "pysrc" / "true_map.py")]
    path = tmp_path / "both.png"
    subprocess.run([*script, "--shape", "8", "8", "--out", str(path)], check=True)
    assert Image.open(path).size == (1650, 572)
    for bad in (["--tolerance", "1"], ["--dt", "-1"], ["--out", "/dev/null/map.png"]):
        run = subprocess.run(
            [*script, "--shape", "8", "8", *bad], capture_output=True, text=True, cwd=tmp_path
        )
        assert run.returncode == 2
        assert len(run.stderr.strip().splitlines()) == 1
        assert "Traceback" not in run.stderr
