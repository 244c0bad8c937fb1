"""Trajectories of three bodies against NumPy written plainly and against mechanics."""

from dataclasses import replace

import divergence as dv
import numpy as np
import pytest

T7 = dv.ThreeBody(positions=((-10, 10, -11), (0, 0, 0), (10, 10, 12)))
T9 = dv.ThreeBody(
    masses=(0, 20, 30),
    positions=((-10, 10, -11), (0, 0, 0), (10, 10, 12)),
    velocities=((-3, 0, 0), (-3, 0, 0), (3, 0, 0)),
)


def accelerations(system, p):
    a = np.zeros_like(p)
    for i in range(3):
        for j in range(3):
            if i != j:
                r = p[..., j, :] - p[..., i, :]
                distance = np.linalg.norm(r, axis=-1)[..., None]
                a[..., i, :] += system.gravity * system.masses[j] * r / distance**3
    return a


def euler(system, p, v, steps):
    """Explicit Euler, body by body in absolute coordinates: the catalogue's own words."""
    path = []
    for _ in range(steps):
        path.append((p, v))
        p, v = p + system.dt * v, v + system.dt * accelerations(system, p)
    return (np.array(values) for values in zip(*path, strict=True))


def energy(system, p, v):
    kinetic = 0.5 * (np.array(system.masses)[:, None] * v**2).sum(axis=(-1, -2))
    for i, j in ((0, 1), (0, 2), (1, 2)):
        distance = np.linalg.norm(p[..., i, :] - p[..., j, :], axis=-1)
        kinetic = kinetic - system.gravity * system.masses[i] * system.masses[j] / distance
    return kinetic


def momentum(system, p, v):
    return (np.array(system.masses)[:, None] * v).sum(axis=-2)


def angular_momentum(system, p, v):
    return (np.array(system.masses)[:, None] * np.cross(p, v)).sum(axis=-2)


@pytest.mark.parametrize("plane", ["xy", "yz", "zx"])
def test_a_trajectory_is_eulers(plane):
    system = replace(T7, plane=plane)
    p, v = dv.trajectory(system, 3000)
    plain_p, plain_v = euler(system, np.array(T7.positions), np.array(T7.velocities), 3000)
    assert p.shape == v.shape == (3000, 3, 3)
    np.testing.assert_allclose(p, plain_p, atol=1e-9)
    np.testing.assert_allclose(v, plain_v, atol=1e-9)


def test_every_leaves_out_the_steps_between():
    p, v = dv.trajectory(T7, 1001)
    few_p, few_v = dv.trajectory(T7, 1001, every=10)
    assert np.array_equal(few_p, p[::10])
    assert np.array_equal(few_v, v[::10])


def test_a_trajectory_that_is_computed_in_parts_is_the_same(monkeypatch):
    whole = dv.trajectory(T7, 5000, every=3)
    monkeypatch.setattr("divergence.analysis.trajectories.STEPS_AT_ONCE", 700)
    parts = dv.trajectory(T7, 5000, every=3)
    assert np.array_equal(whole.positions, parts.positions)


@pytest.mark.parametrize("integrator, order", [("euler", 1), ("adams-bashforth-2", 2)])
def test_energy_drifts_by_the_integrators_order_when_dt_halves(integrator, order):
    """Over the same time, before the first close encounter of T7."""

    def drifts(dt):
        system = replace(T7, dt=dt, integrator=integrator)
        p, v = dv.trajectory(system, round(4 / dt) + 1, every=round(4 / dt))
        energies = energy(system, p, v)
        turning = angular_momentum(system, p, v)
        return energies[1] - energies[0], np.linalg.norm(turning[1] - turning[0])

    for coarse, fine in zip(drifts(0.002), drifts(0.001), strict=True):
        assert coarse / fine == pytest.approx(2**order, rel=0.1)


def test_the_adaptive_integrator_is_the_limit_of_small_steps():
    exact = dv.trajectory(replace(T7, integrator="adaptive"), 4001, every=500)
    small = replace(T7, integrator="adams-bashforth-4", dt=T7.dt / 4)
    near = dv.trajectory(small, 16_001, every=2000)
    np.testing.assert_allclose(exact.positions, near.positions, atol=1e-6)
    np.testing.assert_allclose(exact.velocities, near.velocities, atol=1e-6)
    energies = energy(T7, *exact)
    assert np.ptp(energies) < 1e-9 * abs(energies[0])


def test_momentum_does_not_drift():
    p, v = dv.trajectory(T7, 100_000, every=1000)
    total = momentum(T7, p, v)
    np.testing.assert_allclose(total, np.broadcast_to(total[0], total.shape), atol=1e-9)


def test_two_bodies_stay_in_a_plane_around_their_centre_of_mass():
    """T9: body 1 has no mass. In the centre of mass's frame 2 and 3 move in a plane."""
    p, v = dv.trajectory(T9, 200_000, every=200)
    between, speed = p[:, 2] - p[:, 1], v[:, 2] - v[:, 1]
    normal = np.cross(between[0], speed[0])
    normal /= np.linalg.norm(normal)
    assert np.abs(between @ normal).max() < 1e-6 * np.linalg.norm(between, axis=1).max()


def test_two_bodies_do_not_feel_the_shift_that_three_do():
    """T8 and T9: body 3 starts 1e-6 higher."""

    def apart(system):
        shifted = np.array(system.positions)
        shifted[2, 2] += 1e-6
        here = dv.trajectory(system, 200_000, every=100).positions
        there = dv.trajectory(replace(system, positions=shifted), 200_000, every=100).positions
        return np.linalg.norm(there - here, axis=-1)

    assert apart(T9)[:, 1:].max() < 1e-3
    assert apart(T7).max() > 10


def test_positions_are_where_each_pixels_trajectory_is():
    system = dv.ThreeBody(plane="yz")
    window = dv.Window((3, -2), 20, (5, 7))
    after = dv.positions(system, window, 2500)
    assert after.shape == (5, 7, 3, 3)
    x, y = window.points()
    for j, i in ((0, 0), (2, 3), (4, 6)):
        start = np.array(system.positions)
        start[0, 1:] = x[j, i], y[j, i]
        one = dv.trajectory(replace(system, positions=start), 2501, every=2500).positions[1]
        assert np.array_equal(after[j, i], one)


def test_snapshots_in_one_pass_are_the_positions_one_by_one():
    system, window, steps = dv.ThreeBody(), dv.Window(shape=(9, 9)), [0, 1, 500, 500, 1700]
    passing = list(dv.snapshots(system, window, steps))
    x, y = window.points()
    np.testing.assert_allclose(passing[0].positions[..., 0, :2], np.stack([x, y], -1), atol=1e-13)
    for step, now in zip(steps, passing, strict=True):
        assert np.array_equal(now.positions, dv.positions(system, window, step))


def test_a_gpu_has_the_same_positions(gpu):
    system, window = dv.ThreeBody(), dv.Window(shape=(20, 30))
    assert np.array_equal(
        dv.positions(system, window, 3000, device=gpu),
        dv.positions(system, window, 3000, device="cpu"),
    )


@pytest.mark.parametrize(
    "wrong, words",
    [
        (lambda: dv.trajectory(T7, 0), "steps must be from 1"),
        (lambda: dv.trajectory(T7, 5, every=0), "every must be from 1"),
        (lambda: dv.positions(T7, dv.Window(), -1), "at_step must be from 0"),
        (lambda: list(dv.snapshots(T7, dv.Window(shape=(2, 2)), [5, 4])), "at_step must be from 5"),
    ],
)
def test_bad_values_are_named(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()
