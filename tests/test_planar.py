"""Planar maps against NumPy written plainly, and against what is known of them."""

import math
from fractions import Fraction

import divergence as dv
import mpmath
import numpy as np
import pytest
from numpy.lib.recfunctions import structured_to_unstructured


def plain_path(system, start, steps):
    """dv.path() without the names of its numbers, (steps, variables)."""
    return structured_to_unstructured(dv.path(system, start, steps))


PLANAR = [kind for kind in dv.maps.ALL.values() if dv.PlanarMap in kind.__mro__]
EVERY = {kind.name: kind() for kind in PLANAR} | {
    "semi-continuous Henon": dv.Henon(a=0.1, b=0.03, dt=0.047),
    "P5 semi-continuous Clifford": dv.Clifford(-1.4, 1.7, 1, 0.7, dt=1.35),
    "P5 pendulum": dv.Pendulum(dt=0.04),
    "information-map": dv.InformationMap(0.9),  # at 1, rounding decides who leaves 0..1
}
"""Every planar map that there is, and some in other ways."""


def step(system, x, y, m=np):
    """One step of a planar map in any numbers, written as its class does."""
    u, v = system.f(x, y, m)
    return (x + system.dt * u, y + system.dt * v) if system.dt else (u, v)


def first_steps(system, stopped, window, max_steps):
    """Whole arrays at once: the number of the step at which `stopped` was first true."""
    x, y = window.points()
    times = np.full(x.shape, max_steps)
    with np.errstate(all="ignore"):
        for n in range(max_steps):
            times[(times == max_steps) & stopped(x, y)] = n
            x, y = step(system, x, y)
    return times


def outside(radius):
    return lambda x, y: ~(x * x + y * y <= radius**2)


@pytest.mark.parametrize("name", EVERY)
def test_each_step_is_right_to_a_few_units_in_the_last_place(name):
    system = EVERY[name]
    starts = np.random.default_rng(1).uniform(0.05, 0.95, (100, 2))
    after = dv.orbit(system, starts, 2)[:, 1]
    with mpmath.workprec(120):
        for start, found in zip(starts, after, strict=True):
            true = step(system, *map(mpmath.mpf, start), mpmath)
            assert abs(found[0] - true[0]) < 4e-15 * max(1, abs(true[0]))
            assert abs(found[1] - true[1]) < 4e-15 * max(1, abs(true[1]))


@pytest.mark.parametrize("name", EVERY)
def test_escapes_equal_numpy(name):
    """Two libraries' sines may differ in the last place, which chaos enlarges at a few pixels."""
    system, window = EVERY[name], dv.Window((0.11, 0.2), 3, (80, 80))
    expected = first_steps(system, outside(system.radius), window, 60)
    assert np.mean(dv.times(system, window, 60) == expected) > 0.999


ESCAPES = {
    "P1 Henon": (dv.Henon(), (0, 0), 10, 70),
    "P1 Henon as its attractor dies": (dv.Henon(a=1.43), (0, 0), 5, 70),
    "P2 pinwheel": (dv.Henon(0.2, -1.1), (0.4564, -0.50202), 1, 200),
    "P3 reversed Henon": (dv.ReversedHenon(), (0, 0), 5.6, 40),
    "P3 nearly conservative": (dv.ReversedHenon(0.2, -0.99), (0, 0), 8, 300),
    "A1 semi-continuous Henon": (dv.Henon(0.1, 0.03, dt=0.047), (-20, 0), 80, 200),
    "A5 linear swirl": (dv.LinearSwirl(dt=1.1), (0, 0), 40, 100),
}


@pytest.mark.parametrize("name", ESCAPES)
def test_escapes_by_plus_and_times_equal_numpy_at_every_pixel(name):
    system, center, width, max_steps = ESCAPES[name]
    window = dv.Window(center, width, (120, 120))
    times = dv.times(system, window, max_steps)
    assert np.array_equal(times, first_steps(system, outside(system.radius), window, max_steps))
    assert len(np.unique(times)) > 5


BASINS = {
    "P4 Clifford": (dv.CliffordBasin(), (10, 8), 4),
    "P4 smaller steps": (dv.CliffordBasin(dt=1.05), (10, 8), 4),
    "P4 zoom": (dv.CliffordBasin(), (9.829945, 7.8592), 4e-3),
    "P4 far out": (dv.CliffordBasin(center=(91, 92.5), radius=2), (91.82168, 90.47914), 8),
}


@pytest.mark.parametrize("name", BASINS)
def test_clifford_basins_equal_numpy(name):
    """Two libraries' sines may differ in the last place, which chaos enlarges at a few pixels."""
    system, center, width = BASINS[name]

    def arrived(x, y):
        return abs(x - system.center[0]) + abs(y - system.center[1]) < system.radius

    window = dv.Window(center, width, (120, 120))
    clifford = dv.Clifford(-1.4, 1.7, 1.0, 0.7, system.dt)
    expected = first_steps(clifford, arrived, window, 30)
    times, fates = dv.fates(system, window, 30)
    assert np.mean(times == expected) > 0.999
    assert np.array_equal(fates == 1, times < 30)
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
    later = dv.times_at(dv.ReversedHenon(), *dv.Henon(1.4, 0.3).f(x, y), 20)
    slow = (times > 0) & (times < 19)
    assert np.mean(later[slow] == times[slow] + 1) > 0.999


def test_henon_loses_its_attractor_between_1_42_and_1_44():
    """Past a = 1.427 or so the attractor has met its basin's boundary, and all points leave."""
    window = dv.Window((0, 0), 4, (100, 100))
    stay = [np.mean(dv.times(dv.Henon(a=a), window, 3000) == 3000) for a in (1.42, 1.44)]
    assert stay[0] > 0.4
    assert stay[1] < 0.001


def twins_apart(system, shift, window, max_steps):
    """Two trajectories that know nothing of each other, in extended precision."""
    x, y = (values.astype(np.longdouble) for values in window.points())
    u, v = x + np.longdouble(shift), y
    times = np.full(x.shape, max_steps)
    with np.errstate(all="ignore"):
        for n in range(max_steps):
            apart = ~((x - u) ** 2 + (y - v) ** 2 <= 0.25)
            times[(times == max_steps) & apart] = n
            (x, y), (u, v) = step(system, x, y), step(system, u, v)
    return times


@pytest.mark.parametrize("name", EVERY)
def test_twins_separate_as_two_trajectories_do(name):
    """At all but a few pixels, as errors of rounding grow as the distance of twins does."""
    system, window = EVERY[name], dv.Window((0.11, 0.2), 3, (80, 80))
    expected = twins_apart(system, 1e-3, window, 60)
    times = dv.times(dv.PlanarTwins(system, shift=1e-3), window, 60)
    assert np.mean(times == expected) > 0.999


@pytest.mark.parametrize("name", EVERY)
def test_no_shift_is_too_small_for_twins(name):
    """A shift of 1e-100 grows to 1e-97 as it does with 130 digits."""

    def distance(p, q):
        return mpmath.hypot(p[0] - q[0], p[1] - q[1])

    system = EVERY[name]
    xs, ys = np.random.RandomState(0).uniform(0.05, 0.95, (2, 10))
    times = dv.times_at(dv.PlanarTwins(system, 1e-100, critical_distance=1e-97), xs, ys, 60)
    with mpmath.workdps(130):
        for x, y, time in zip(xs, ys, times, strict=True):
            twins = [(mpmath.mpf(x), mpmath.mpf(y)), (x + mpmath.mpf("1e-100"), mpmath.mpf(y))]
            expected = 0
            while expected < 60 and distance(*twins) <= mpmath.mpf("1e-97"):
                twins = [step(system, *point, mpmath) for point in twins]
                expected += 1
            assert time == expected


def test_the_grid_and_clifford_are_sensitive_and_the_pendulum_is_not():
    """Its twins part only where one goes over the top and the other does not."""
    share = {}
    for system, center in (
        (dv.GridMap(), (0, 0)),
        (dv.Clifford(-1.4, 1.7, 1.0, 0.7, dt=1.35), (10, 8)),
        (dv.Pendulum(), (0, 0)),
    ):
        window = dv.Window(center, 4, (60, 60))
        share[system.name] = np.mean(dv.times(dv.PlanarTwins(system, 1e-6), window, 2000) < 2000)
    assert share["grid-map"] > 0.6
    assert share["clifford"] > 0.9
    assert share["pendulum"] < 0.001


@pytest.mark.parametrize("name", EVERY)
def test_a_gpu_has_the_same_twins_and_escapes(gpu, name):
    system = EVERY[name]
    window = dv.Window((0.1, 0.2), 3, (60, 60))
    for each in (system, dv.PlanarTwins(system, 1e-12)):
        assert np.array_equal(
            dv.times(each, window, 300, device=gpu), dv.times(each, window, 300, device="cpu")
        )


def test_ikedas_twins_part_at_the_rate_of_its_lyapunov_exponent():
    """0.5076 at u = 0.9: J. C. Sprott, "Chaos and Time-Series Analysis", 2003."""
    x, y = dv.orbit(dv.Ikeda(u=0.9), (0.1, 0.1), 1000, skip=100).T
    times = dv.times_at(
        dv.PlanarTwins(dv.Ikeda(u=0.9), 1e-250, critical_distance=1e-50), x, y, 5000
    )
    assert 200 * math.log(10) / times.mean() == pytest.approx(0.5076, rel=0.02)


@pytest.mark.parametrize("name", BASINS)
def test_a_gpu_has_the_same_basins(gpu, name):
    system, center, width = BASINS[name]
    window = dv.Window(center, width, (60, 60))
    assert np.array_equal(
        dv.times(system, window, 60, device=gpu), dv.times(system, window, 60, device="cpu")
    )


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: dv.Henon(a="much"), "a must be a number, not 'much'"),
        (lambda: dv.Henon(radius=0), "radius must be positive, not 0"),
        (lambda: dv.Henon(dt=-1), "dt must be positive, not -1"),
        (lambda: dv.LinearSwirl(dt=None), "dt must be a number, not None"),
        (lambda: dv.ReversedHenon(b=0), "b must not be 0"),
        (lambda: dv.PlanarTwins("henon"), "map must be a planar map such as "),
        (lambda: dv.PlanarTwins(dv.Henon(), shift=-1), "shift must be at least 0, not -1"),
    ],
)
def test_bad_values_get_one_line(make, words):
    with pytest.raises(ValueError) as error:
        make()
    assert str(error.value).startswith(words)
    assert "\n" not in str(error.value)


def exact_difference(system, x, y, dx, dy):
    """f(p + d) - f(p) in 400 digits, and the size of the terms that it is made of."""
    m = mpmath

    def f(x, y):
        match system:
            case dv.Henon():
                return 1 - m.mpf(system.a) * x * x + y, system.b * x
            case dv.ReversedHenon():
                return y / system.b, m.mpf(system.a) * (y / system.b) ** 2 + x - 1
            case dv.Clifford(a, b, c, d):
                return m.sin(a * y) + c * m.cos(a * x), m.sin(b * x) + d * m.cos(b * y)
            case dv.GridMap(a, b):
                return a * m.cos(y), b * m.sin(x)
            case dv.Pendulum(a, b):
                return y, -a * y - b * m.sin(x)
            case dv.LinearSwirl(a, b):
                return -a * y, x - b * y
            case dv.LogisticMap():
                return system.r * x * (1 - x), y
            case dv.QuadraticMap():
                return x * x + system.c, y
            case dv.InformationMap():
                log = [p * m.log(p, 2) if p else m.mpf(0) for p in (x, 1 - x)]
                return -system.a * (log[0] + log[1]), y

    with mpmath.workdps(400):
        x, y, dx, dy = (mpmath.mpf(float(number)) for number in (x, y, dx, dy))
        here, there = f(x, y), f(x + dx, y + dy)
        change = [b - a for a, b in zip(here, there, strict=True)]
        dt = getattr(system, "dt", None)
        return [d + dt * c for d, c in zip((dx, dy), change, strict=True)] if dt else change


PLANES = [dv.Henon(), dv.Henon(0.1, 0.03, dt=0.047), dv.ReversedHenon(), dv.Clifford()]
PLANES += [dv.Clifford(-1.4, 1.7, 1, 0.7, dt=1.35), dv.GridMap(), dv.Pendulum(), dv.LinearSwirl()]
INTERVALS = [dv.LogisticMap(), dv.QuadraticMap(), dv.InformationMap()]
SHIFTS = [0.3, 1e-3, 1e-9, 1e-17, 1e-100, 1e-290]


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("system", PLANES)
def test_a_difference_is_that_of_exact_arithmetic(system, shift):
    """Of the size of what separates the points: where f is flat its own digits are fewer."""
    for start in [(0.0, 0.0), (0.3, -0.7), (-1.1, 0.9), (1.5, 2.5)]:
        states = plain_path(dv.PlanarTwins(system, shift, 1e300), start, 4)
        for before, after in zip(states, states[1:], strict=False):
            exact = exact_difference(system, *before)
            size = abs(before[2]) + abs(before[3])
            for found, right in zip(after[2:], exact, strict=True):
                assert abs(found - right) <= 1e-14 * (size + abs(right)), (start, before)


@pytest.mark.parametrize("x", [0.0, 0.1, 0.25, 0.5, 0.6, 0.75, 1.0, 1e-200, 1e-18, 1 - 2**-53])
@pytest.mark.parametrize("system", INTERVALS)
def test_an_intervals_difference_has_all_its_digits(system, x):
    """The edges of the interval and the middle, where two maps are flat, included."""
    for shift in [*SHIFTS, 1 - x, 2**-53]:
        if isinstance(system, dv.InformationMap) and Fraction(x) + Fraction(shift) > 1:
            continue
        found = plain_path(dv.PlanarTwins(system, shift, 1e300), (x, 0), 2)[1, 2]
        exact, _ = exact_difference(system, x, 0, shift, 0)
        assert abs(found - exact) <= 1e-14 * abs(exact) + 5e-324, (x, shift)


def test_the_information_map_at_0_parts_in_6_steps():
    """Its slope there is endless: not NaN, which was taken for being apart after 1."""
    times = dv.times_at(dv.PlanarTwins(dv.InformationMap(), 1e-6), 0.0, 0.0, 100)
    x, twin, steps = 0.0, 1e-6, 0
    while abs(twin - x) <= 0.5:
        twin, steps = -(twin * math.log2(twin) + (1 - twin) * math.log2(1 - twin)), steps + 1
    assert times == steps == 6


@pytest.mark.parametrize("distance", [1e-290, 1e-200, 1.0, 1e200, 1e300])
def test_twins_part_at_any_distance(distance):
    """x' = x^2 - 2 + d grows by 4 a step from its fixed point 2."""
    shift = distance / 5 if distance < 1 else 1e-3
    twins = dv.PlanarTwins(dv.QuadraticMap(-2.0), shift, distance)
    difference, steps = mpmath.mpf(shift), 0
    while difference <= distance:
        difference, steps = difference * (4 + difference), steps + 1
    outcome = dv.outcome_at(twins, 2.0, 0.0, 100, fates=True)
    assert (outcome.times, outcome.fates) == (steps, 1)


def test_twins_beyond_float64_are_unresolved():
    """Each is squared until it is infinite; what they differ by never came near."""
    outcome = dv.outcome_at(dv.PlanarTwins(dv.QuadraticMap(0.0), 0.0), 10.0, 0.0, 100, fates=True)
    assert outcome.fates == 2


@pytest.mark.parametrize("radius", [1e150, 1e155, 1e200, 1e308])
def test_points_escape_from_any_radius(radius):
    """2^(2^9) = 2^512 is the largest square whose own is infinite, and no radius is larger."""
    assert dv.times_at(dv.QuadraticMap(0.0, radius=radius), 2.0, 0.0, 100) == 9


@pytest.mark.parametrize("x", [1e-300, 1e-18, 1e-9, 0.3, 0.5, 1 - 2**-53])
def test_the_information_map_has_all_its_digits(x):
    """Next to 0 the other choice tells as much as one part in 40, though 1 - x is 1."""
    found = plain_path(dv.InformationMap(), (x, 0.0), 2)
    with mpmath.workdps(400):
        p = mpmath.mpf(x)
        exact = -(p * mpmath.log(p, 2) + (1 - p) * mpmath.log(1 - p, 2))
    assert found[1][0] == pytest.approx(float(exact), rel=1e-14)
