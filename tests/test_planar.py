"""Planar maps against NumPy written plainly, and against what is known of them."""

import math

import divergence as dv
import numpy as np
import pytest


def henon(x, y, a, b):
    return 1 - a * x**2 + y, b * x


def reversed_henon(x, y, a, b):
    return y / b, a * (y / b) ** 2 + x - 1


def linear_swirl(x, y, a, b):
    return -a * y, x - b * y


def euler(f, dt):
    def step(x, y, *parameters):
        dx, dy = f(x, y, *parameters)
        return x + dt * dx, y + dt * dy

    return step


def first_steps(step, parameters, stopped, window, max_steps):
    """Whole arrays at once: the number of the step at which `stopped` was first true."""
    x, y = window.points()
    times = np.full(x.shape, max_steps)
    with np.errstate(all="ignore"):
        for n in range(max_steps):
            times[(times == max_steps) & stopped(x, y)] = n
            x, y = step(x, y, *parameters)
    return times


def outside(radius):
    return lambda x, y: ~(x * x + y * y <= radius**2)


ESCAPES = {
    "P1 Henon": (dv.Henon(), henon, (0, 0), 10, 70),
    "P1 Henon as its attractor dies": (dv.Henon(a=1.43), henon, (0, 0), 5, 70),
    "P2 pinwheel": (dv.Henon(0.2, -1.1), henon, (0.4564, -0.50202), 1, 200),
    "P3 reversed Henon": (dv.ReversedHenon(), reversed_henon, (0, 0), 5.6, 40),
    "P3 nearly conservative": (dv.ReversedHenon(0.2, -0.99), reversed_henon, (0, 0), 8, 300),
    "A1 semi-continuous Henon": (dv.Henon(0.1, 0.03, dt=0.047), henon, (-20, 0), 80, 200),
    "A5 linear swirl": (dv.LinearSwirl(dt=1.1), linear_swirl, (0, 0), 40, 100),
}


@pytest.mark.parametrize("name", ESCAPES)
def test_escapes_equal_numpy_at_every_pixel(name):
    system, f, center, width, max_steps = ESCAPES[name]
    window = dv.Window(center, width, (120, 120))
    step = euler(f, system.dt) if system.dt else f
    expected = first_steps(step, (system.a, system.b), outside(system.radius), window, max_steps)
    times = dv.times(system, window, max_steps)
    assert np.array_equal(times, expected)
    assert len(np.unique(times)) > 5


@pytest.mark.parametrize("sign", [-1, 1])
def test_henon_leaves_its_fixed_points_at_the_rate_of_their_eigenvalue(sign):
    a, b = 0.2, -1.1
    x = (b - 1 + sign * math.sqrt((b - 1) ** 2 + 4 * a)) / (2 * a)
    eigenvalue = max(abs(np.linalg.eigvals([[-2 * a * x, 1], [b, 0]])))
    near, nearer = dv.times_at(
        dv.Henon(a, b, radius=100), x + np.array([1e-4, 1e-8]), b * x, 10_000
    )
    assert eigenvalue > 1
    assert nearer - near == pytest.approx(math.log(1e4) / math.log(eigenvalue), rel=0.1)


def test_reversed_henon_takes_henon_back():
    """Off the attractor, x, y -> f(x, y) costs the reversed map one step more."""
    window = dv.Window((0.1, 0.2), 3, (100, 100))
    x, y = window.points()
    times = dv.times(dv.ReversedHenon(), window, 20)
    later = dv.times_at(dv.ReversedHenon(), *henon(x, y, 1.4, 0.3), 20)
    slow = (times > 0) & (times < 19)
    assert np.mean(later[slow] == times[slow] + 1) > 0.999


def test_henon_loses_its_attractor_between_1_42_and_1_44():
    """Past a = 1.427 or so the attractor has met its basin's boundary, and all points leave."""
    window = dv.Window((0, 0), 4, (100, 100))
    stay = [np.mean(dv.times(dv.Henon(a=a), window, 3000) == 3000) for a in (1.42, 1.44)]
    assert stay[0] > 0.4
    assert stay[1] < 0.001


TWINS = {
    "Henon": (dv.Henon(), henon),
    "semi-continuous Henon": (dv.Henon(a=0.1, b=0.03, dt=0.047), henon),
    "reversed Henon": (dv.ReversedHenon(), reversed_henon),
    "linear swirl": (dv.LinearSwirl(), linear_swirl),
}


def twins_apart(step, parameters, shift, window, max_steps):
    """Two trajectories that know nothing of each other, in extended precision."""
    x, y = (values.astype(np.longdouble) for values in window.points())
    u, v = x + np.longdouble(shift), y
    times = np.full(x.shape, max_steps)
    with np.errstate(all="ignore"):
        for n in range(max_steps):
            apart = ~((x - u) ** 2 + (y - v) ** 2 <= 0.25)
            times[(times == max_steps) & apart] = n
            (x, y), (u, v) = step(x, y, *parameters), step(u, v, *parameters)
    return times


@pytest.mark.parametrize("name", TWINS)
def test_twins_separate_as_two_trajectories_do(name):
    """At all but a few pixels, as errors of rounding grow as the distance of twins does."""
    system, f = TWINS[name]
    window = dv.Window((0.1, 0.2), 3, (80, 80))
    step = euler(f, system.dt) if system.dt else f
    parameters = [value for key, value in system.planar().items() if key != "dt"]
    expected = twins_apart(step, parameters, 1e-3, window, 60)
    times = dv.times(dv.PlanarTwins(system, shift=1e-3), window, 60)
    assert np.mean(times == expected) > 0.999


def test_planar_twins_of_a_table():
    table = {"name": "henon", "a": 1.2}
    assert dv.PlanarTwins(table) == dv.PlanarTwins(dv.Henon(a=1.2))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: dv.Henon(a="much"), "a must be a number, not 'much'"),
        (lambda: dv.Henon(radius=0), "radius must be positive, not 0"),
        (lambda: dv.Henon(dt=-1), "dt must be positive, not -1"),
        (lambda: dv.LinearSwirl(dt=None), "dt must be a number, not None"),
        (lambda: dv.ReversedHenon(b=0), "b must not be 0"),
        (lambda: dv.PlanarTwins("henon"), "map must be a planar map (henon, "),
        (lambda: dv.PlanarTwins({"name": "heron"}), "map's name must be one of henon, "),
        (
            lambda: dv.PlanarTwins({"name": "henon", "c": 1}),
            "map henon has a, b, dt, radius, not c",
        ),
        (lambda: dv.PlanarTwins(dv.Henon(), shift=-1), "shift must be at least 0, not -1"),
    ],
)
def test_bad_values_get_one_line(make, words):
    with pytest.raises(ValueError) as error:
        make()
    assert str(error.value).startswith(words)
    assert "\n" not in str(error.value)
