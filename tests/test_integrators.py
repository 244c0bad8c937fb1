"""Row T10: the order at which each integrator converges, beside a classical Runge-Kutta method."""

from dataclasses import replace
from functools import cache

import divergence as dv
import numpy as np
import pytest
from divergence.kernel import native, runs

SYSTEM = dv.ThreeBody(positions=[(0, 0, -5), (0, 0, 0), (4, 5, 3)], shift=0, critical_distance=1e9)
DURATION = 1.0


def accelerations(p):
    masses, a = SYSTEM.masses, np.zeros_like(p)
    for i, j in [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]:
        r = p[j] - p[i]
        a[i] += SYSTEM.gravity * masses[j] * r / np.linalg.norm(r) ** 3
    return a


@cache
def exact(time):
    """Positions and velocities at a time, which may be negative, to 1e-12."""
    steps = max(2, round(abs(time) * 1000))
    h = time / steps
    state = np.array([SYSTEM.positions, SYSTEM.velocities])

    def rate(s):
        return np.array([s[1], accelerations(s[0])])

    for _ in range(steps):
        k1 = rate(state)
        k2 = rate(state + h / 2 * k1)
        k3 = rate(state + h / 2 * k2)
        k4 = rate(state + h * k3)
        state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return state


def seen_from_1(vectors):
    return vectors[1:] - vectors[0]


def kernel_state(of_type, integrator, dt):
    """The kernel's state at time 0, with a history from the exact solution."""
    state = np.zeros(1, of_type)
    p, v = exact(0.0)
    half_step_later = dt**2 / 2 * seen_from_1(accelerations(p)) if integrator == "leapfrog" else 0
    state["now.system.r2"], state["now.system.r3"] = seen_from_1(p)
    state["now.system.u2"], state["now.system.u3"] = dt * seen_from_1(v) + half_step_later
    past = {"adams-bashforth-2": 1, "adams-bashforth-4": 3}.get(integrator, 0)
    for k in range(past):
        p, v = exact(-(k + 1) * dt)
        rate = f"rate.{k}.system"
        state[f"{rate}.r2"], state[f"{rate}.r3"] = dt * seen_from_1(v)
        state[f"{rate}.u2"], state[f"{rate}.u3"] = dt**2 * seen_from_1(accelerations(p))
    if past:
        state["age"] = past
    return state


def error(integrator, steps, **changes):
    """How far bodies 2 and 3 are, as seen from body 1, from where they ought to be."""
    dt = DURATION / steps
    system = replace(SYSTEM, integrator=integrator, dt=dt, **changes)
    library = native.load("three_body", "cpu")
    of_type = runs.state_type(library, system)
    now = kernel_state(of_type, integrator, dt)
    runs.follow(library, system, 0, 0, steps, np.empty(1, of_type), now, resume=True)
    bodies = np.concatenate([now["now.system.r2"], now["now.system.r3"]])
    return np.abs(bodies - seen_from_1(exact(DURATION)[0])).max()


@pytest.mark.parametrize(
    "integrator, order",
    [("euler", 1), ("adams-bashforth-2", 2), ("adams-bashforth-4", 4), ("leapfrog", 2)],
)
def test_halving_the_step_divides_the_error_by_2_to_the_order(integrator, order):
    errors = [error(integrator, steps) for steps in (400, 800, 1600)]
    orders = np.log2(np.divide(errors[:-1], errors[1:]))
    assert orders == pytest.approx(order, abs=0.15)


@pytest.mark.parametrize(
    "integrator, order",
    [("euler", 1), ("adams-bashforth-2", 2), ("adams-bashforth-4", 2), ("leapfrog", 2)],
)
def test_with_their_own_first_steps(integrator, order):
    """Those of the Adams-Bashforth methods are Euler's, which leaves an error of order 2."""
    expected = exact(DURATION)[0]
    errors = []
    for steps in (250, 500, 1000):
        system = replace(SYSTEM, integrator=integrator, dt=DURATION / steps)
        path = dv.trajectory(system, steps + 1, every=steps)
        errors.append(np.abs(path.positions[1] - expected).max())
    assert np.log2(np.divide(errors[:-1], errors[1:])) == pytest.approx(order, abs=0.2)


def test_leapfrog_keeps_the_energy_where_euler_does_not():
    def energies(integrator):
        system = dv.ThreeBody(
            masses=(0, 20, 30),
            velocities=[(0, 0, 0), (-3, 0, 0), (3, 0, 0)],
            integrator=integrator,
            dt=0.01,
        )
        path = dv.trajectory(system, 40_000, every=100)
        r = np.linalg.norm(path.positions[:, 2] - path.positions[:, 1], axis=1)
        # Half a step later than the positions, the velocities are of the mean of two moments.
        v = path.velocities[:, 2] - path.velocities[:, 1]
        return (v**2).sum(axis=1) / 2 - system.gravity * 50 / r

    leapfrog, euler = energies("leapfrog"), energies("euler")
    assert np.ptp(leapfrog) / abs(leapfrog.mean()) < 0.05
    assert np.ptp(euler) / abs(euler[0]) > 0.2


@pytest.mark.parametrize(
    "integrator", ["euler", "leapfrog", "adams-bashforth-2", "adams-bashforth-4", "adaptive"]
)
@pytest.mark.parametrize("precision", ["double", "single", "mixed"])
def test_a_collision_is_unresolved_with_every_integrator(integrator, precision):
    """Bodies 2 and 3 start at one place: their pull is no number, and nothing has separated."""
    if integrator == "adaptive" and precision != "double":
        pytest.skip("the adaptive integrator has double precision")
    place = (0.0, 0.0, 1.0)
    positions = [(-10, 0, -10), place, place]
    system = dv.ThreeBody(positions=positions, integrator=integrator, precision=precision)
    outcome = dv.outcome_at(system, [3.0, -4.0], 2.0, 1000, fates=True)
    assert (outcome.times < 10).all()
    assert [system.fate_names[fate - 1] for fate in outcome.fates] == ["unresolved"] * 2
