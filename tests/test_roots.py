"""Methods that find roots, against NumPy written plainly and against what is known of them."""

import divergence as dv
import mpmath
import numpy as np
import pytest
from divergence.maps.polynomial import Polynomial

WINDOW = dv.Window((0.05, 0.03), 5, (90, 90))


def plane(window):
    x, y = window.points()
    return x + 1j * y


def derivatives(f):
    """f, f' and f'' of a polynomial, term by term as they are taught."""
    terms = Polynomial.parse(f).terms

    def value(z, order):
        total = np.zeros_like(z)
        for c, e in terms:
            for _ in range(order):
                c, e = c * e, e - 1
            if c != 0:
                total = total + c * z**e
        return total

    return [lambda z, order=order: value(z, order) for order in range(3)]


def newton(f):
    f, df, _ = derivatives(f)
    return lambda z: z - f(z) / df(z)


def halley(f):
    f, df, ddf = derivatives(f)
    return lambda z: z - 2 * f(z) * df(z) / (2 * df(z) ** 2 - f(z) * ddf(z))


def first_rests(z, step, max_steps, tol):
    """Whole arrays at once: the number of the step, from 0, that moved less than tol; and z."""
    times, ends = np.full(z.shape, max_steps), z.copy()
    with np.errstate(all="ignore"):
        for n in range(max_steps):
            new = step(z)
            now = (times == max_steps) & (abs(new - z) < tol)
            times[now], ends[now], z = n, new[now], new
    return times, ends


NEWTON = ["x^3-1", "x^5-x-1", "x^7-x-1", "x^3-7x+6", "(1+2i)x^4-x^2+i"]
NEWTON += ["x^3.87-1", "x^5-x^1.033-1", "x^(5+0.2802i)-x-1", "x^5-x-1+(0.2+0.15i)", "x^-1-2"]


@pytest.mark.parametrize("f", NEWTON)
def test_newton_equals_numpy(f):
    expected, _ = first_rests(plane(WINDOW), newton(f), 50, 1e-7)
    assert (dv.times(dv.Newton(f), WINDOW, 50) == expected).mean() >= 0.999
    assert len(np.unique(expected)) > 5


@pytest.mark.parametrize("f", ["x^3-1", "x^13-x-1", "x^9.067-x-1", "2x^2-i"])
def test_halley_equals_numpy(f):
    expected, _ = first_rests(plane(WINDOW), halley(f), 50, 1e-9)
    assert (dv.times(dv.Halley(f), WINDOW, 50) == expected).mean() >= 0.999
    assert len(np.unique(expected)) > 5


@pytest.mark.parametrize("f", ["x^3-1", "x^5-x-1+0.125i", "x^5.5-x-1"])
def test_secant_equals_numpy(f):
    value, _, _ = derivatives(f)
    z = plane(WINDOW)
    before = [z / 2]

    def step(z):
        old, before[0] = before[0], z
        return z - value(z) * (z - old) / (value(z) - value(old))

    expected, _ = first_rests(z, step, 50, 1e-7)
    assert (dv.times(dv.Secant(f), WINDOW, 50) == expected).mean() >= 0.999
    assert len(np.unique(expected)) > 5


@pytest.mark.parametrize(("f", "width"), [("x^5-x-1", 0.09), ("x^3-x-1", 0.5)])
def test_newton_over_the_a_plane_equals_numpy(f, width):
    window = dv.Window((0, 0), width, (90, 90))
    step, a = newton(f), plane(window)
    expected, _ = first_rests(0 * a, lambda z: step(z) + a, 60, 1e-7)
    assert (dv.times(dv.NewtonMandelbrot(f), window, 60) == expected).mean() >= 0.999
    assert len(np.unique(expected)) > 10


@pytest.mark.parametrize("f", ["x^3-1", "x^5-x-1", "x^2.5-1"])
def test_travelling_together_equals_numpy(f):
    step = newton(f)
    z, w = plane(WINDOW), plane(WINDOW) + 1e-7
    expected = np.full(z.shape, 50)
    with np.errstate(all="ignore"):
        for n in range(50):
            z, w = step(z), step(w)
            expected[(expected == 50) & (abs(z - w) <= 1e-7)] = n
    assert (dv.times(dv.NewtonTogether(f), WINDOW, 50) == expected).mean() >= 0.999
    assert len(np.unique(expected)) > 5


@pytest.mark.parametrize("f", ["x^3-1", "x^5-x-1", "x^5.5-x-1", "x^3-7x+6"])
def test_fates_are_the_roots_that_points_end_at(f):
    system = dv.Newton(f)
    times, fates = dv.fates(system, WINDOW, 50)
    _, ends = first_rests(plane(WINDOW), newton(f), 50, 1e-7)
    nearest = abs(ends[..., None] - np.array(system.roots)).argmin(axis=-1) + 1
    arrived = times < 50
    assert (fates[arrived] == nearest[arrived]).mean() >= 0.999
    assert (fates[~arrived] == 0).all()
    assert set(np.unique(fates)) >= set(range(1, len(system.roots) + 1))


def test_fate_names_are_the_roots():
    assert dv.Newton("x^2+4").fate_names == ("0+2j", "0-2j")


def test_newton_on_cube_roots_has_threefold_symmetry():
    rng = np.random.default_rng(3)
    z = rng.uniform(-2, 2, 4000) + 1j * rng.uniform(-2, 2, 4000)
    turns = [z * np.exp(2j * np.pi * k / 3) for k in range(3)]
    outcomes = [dv.outcome_at(dv.Newton(), t.real, t.imag, 60, fates=True) for t in turns]
    for k, outcome in enumerate(outcomes):
        assert (outcome.times == outcomes[0].times).mean() >= 0.999
        turned = (outcomes[0].fates - 1 + k) % 3 + 1
        assert (outcome.fates == turned).mean() >= 0.999


def test_newton_leaves_real_numbers_real_and_conjugates_conjugate():
    window = dv.Window((0, 0), 6, (41, 41))
    times = dv.times(dv.Newton("x^5-x-1"), window, 50)
    assert np.array_equal(times, times[::-1])


def test_the_period_3_orbit_of_the_quintic_attracts():
    """Row R1: points near it never find a root, and each is taken to the next."""
    orbit = np.array([-1.000257561, -0.750321828, 0.0833570997])
    step = newton("x^5-x-1")
    np.testing.assert_allclose(step(orbit + 0j), np.roll(orbit, -1), atol=1e-7)
    times = dv.times_at(dv.Newton("x^5-x-1"), orbit + 1e-3, 1e-3, 10_000)
    assert (times == 10_000).all()


def test_newton_on_a_square_finds_the_nearer_root():
    """Cayley's theorem of 1879: for x^2-1 the basins are the half planes."""
    window = dv.Window((0.02, 0), 4, (50, 50))
    x, _ = window.points()
    _, fates = dv.fates(dv.Newton("x^2-1"), window, 200)
    assert np.array_equal(fates, np.where(x > 0, 1, 2))


def test_newton_on_a_straight_line_arrives_at_once():
    """Step 0 lands on the root, step 1 does not move."""
    assert (dv.times(dv.Newton("2x-1"), WINDOW, 50) == 1).all()


def test_a_point_where_the_derivative_is_zero_finds_nothing():
    times, fates = dv.fates(dv.Newton("x^3-1"), dv.Window((0, 0), 1, (1, 1)), 50)
    assert (times, fates) == (50, 0)


def test_a_polynomial_that_cannot_be_read_is_shown_under_its_name():
    with pytest.raises(ValueError, match=r'f must be a polynomial.*; expected "\)"') as error:
        dv.Newton("(x-1")
    assert str(error.value).endswith("\n    (x-1\n        ^")


@pytest.mark.parametrize("system", [dv.Newton, dv.Halley, dv.Secant, dv.NewtonMandelbrot])
def test_a_tolerance_must_be_positive(system):
    with pytest.raises(ValueError, match="tol must be at least"):
        system("x^3-1", 0)


def test_a_shift_that_float64_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="shift must be at least 1e-12, not 1e-15"):
        dv.NewtonTogether("x^3-1", 1e-15)


def exact_rest(method, f, x, y, max_steps, tol):
    """The time of one point by 60 digits and numbers of any size."""
    terms = Polynomial.parse(f).terms
    with mpmath.workdps(60):

        def derivative(z, order):
            total = mpmath.mpc(0)
            for c, e in terms:
                factor = mpmath.mpc(c)
                for k in range(order):
                    factor *= mpmath.mpc(e) - k
                total += factor * z ** (mpmath.mpc(e) - order) if factor else 0
            return total

        before, z = mpmath.mpc(x, y) / 2, mpmath.mpc(x, y)
        for n in range(max_steps):
            f0, f1, f2 = (derivative(z, order) for order in range(3))
            if method is dv.Newton:
                moved = -f0 / f1
            elif method is dv.Halley:
                moved = -2 * f0 * f1 / (2 * f1 * f1 - f0 * f2)
            else:
                moved = f0 * (z - before) / (derivative(before, 0) - f0)
            before, z = z, z + moved
            if abs(moved) < tol:
                return n
    return max_steps


EXTREMES = [
    ("x^64-1", 250.0),
    ("x^64-1", 270.0),
    ("x^64-1", 1e5),
    ("x^64-2x^20-1", 2000.0),
    ("x^3-1", 1e80),
    ("x^7-1", 1e-60),
    ("1e155x^3-1e155", 1.5),
    ("1e308x^3-1e308", 1e100),
    ("1e-300x^4-1e300x+1e-308", 3e147),
    ("1e-320x^2-1", 1e161),
    ("x^2.5-1e200", 3e80),
    ("x^(40+i)-1", 1e9),
]


@pytest.mark.parametrize("method", [dv.Newton, dv.Halley, dv.Secant])
@pytest.mark.parametrize(("f", "x"), EXTREMES)
def test_no_number_is_too_large_or_too_small_on_the_way(method, f, x):
    system = method(f, tol=1e-10 * max(1, x))
    if method is dv.Secant and x < 1e-9:
        pytest.skip("f is -1 at both of its points, to 53 bits")
    y = 0.3 * x
    expected = exact_rest(method, f, x, y, 800, system.tol)
    assert abs(dv.times_at(system, x, y, 800) - expected) <= 1


def test_a_point_that_squares_beyond_float64_arrives():
    assert dv.times_at(dv.Newton("x^64-1"), [250, 270], 0, 5000).tolist() == [354, 359]


@pytest.mark.parametrize("method", [dv.Newton, dv.Halley, dv.Secant])
@pytest.mark.parametrize("factor", ["2^500", "2^-500", "1e155", "1e-300", "1e100"])
def test_c_f_has_the_picture_of_f(method, factor):
    """By a power of two to the last bit, by others but for the rounding of the coefficients."""
    one = dv.fates(method("x^3-1"), WINDOW, 50)
    other = dv.fates(method(f"{factor}x^3-{factor}"), WINDOW, 50)
    same = np.mean([np.mean(a == b) for a, b in zip(one, other, strict=True)])
    assert same == 1 if "^" in factor else same > 0.999


MULTIPLE = ["(x-1)^3", "(x-1/8)^5", "(x-1)^3(x+2)^2", "(x^2+1)^4"]


@pytest.mark.parametrize("method", [dv.Newton, dv.Halley, dv.Secant])
@pytest.mark.parametrize("f", MULTIPLE)
def test_points_arrive_at_multiple_roots_when_exact_arithmetic_does(method, f):
    system = method(f)
    x, y = (axis.ravel()[::1301] for axis in WINDOW.points())
    outcome = dv.outcome_at(system, x, y, 300, fates=True)
    expected = [exact_rest(method, f, *at, 300, system.tol) for at in zip(x, y, strict=True)]
    assert (abs(outcome.times - expected) <= 1).all()
    assert (outcome.fates > 0).all()


@pytest.mark.parametrize("f", ["(x-1)^3", "(x-0.1)^3", "x^2.5-2x^1.5+x^0.5"])
def test_points_that_arrive_are_at_the_only_root(f):
    """Of the threefold ones every point arrives, those that start there among them."""
    times, fates = dv.fates(dv.Newton(f), dv.Window((1, 0.2), 1.6, (40, 40)), 50)
    assert np.array_equal(fates == 1, times < 50)
    assert (times < 50).mean() > (0.8 if "." in f[-3:] else 0.9999)


def test_pasted_text_is_the_same_map():
    assert dv.Newton("x³−1") == dv.Newton("x^(3)-1")


@pytest.mark.parametrize("f", ["x^5-x-1", "x^5.5-ix-1"])
@pytest.mark.parametrize(
    "system", [dv.Newton, dv.Halley, dv.Secant, dv.NewtonMandelbrot, dv.NewtonTogether]
)
def test_the_gpu_gives_the_same_outcome(gpu, system, f):
    cpu = dv.outcome_at(system(f), *WINDOW.points(), 50, fates=True, device="cpu")
    here = dv.outcome_at(system(f), *WINDOW.points(), 50, fates=True, device=gpu)
    assert np.array_equal(here.times, cpu.times)
    assert np.array_equal(here.fates, cpu.fates)
