"""Maps that escape against NumPy written plainly, and against what is known of them."""

import divergence as dv
import mpmath
import numpy as np
import pytest

COARSE = dv.Window((0.1, 0.05), 4, (90, 90))


def first_escapes(step, z, max_steps, radius=2.0):
    """Whole arrays at once: the number of the step, from 0, after which |z| > radius."""
    times = np.full(z.shape, max_steps)
    with np.errstate(all="ignore"):
        for n in range(max_steps):
            z = step(z)
            times[(times == max_steps) & (z.real**2 + z.imag**2 > radius**2)] = n
    return times


def plane(window):
    x, y = window.points()
    return x + 1j * y


def squared(z):
    """z * z, rounded as it is written; NumPy's own product of complex numbers may be fused."""
    return z.real * z.real - z.imag * z.imag + 1j * (z.real * z.imag + z.imag * z.real)


A = -0.744 + 0.148j
QUADRATIC = {
    "C1 Julia": (dv.Julia(A), COARSE, lambda p: (p, lambda z: squared(z) + A)),
    "C4 Mandelbrot": (
        dv.Mandelbrot(),
        dv.Window((-0.6, 0), 3.2, (90, 90)),
        lambda p: (0 * p, lambda z: squared(z) + p),
    ),
    "C5 from a, with b": (
        dv.Mandelbrot(z0="a", b=0.25 - 0.5j),
        COARSE,
        lambda p: (p, lambda z: squared(z) + (p + (0.25 - 0.5j))),
    ),
}


@pytest.mark.parametrize("name", QUADRATIC)
def test_quadratic_maps_equal_numpy_at_every_pixel(name):
    system, window, plain = QUADRATIC[name]
    start, step = plain(plane(window))
    expected = first_escapes(step, start, 300)
    assert np.array_equal(dv.times(system, window, 300), expected)
    assert len(np.unique(expected)) > 20


# These round otherwise than NumPy does: near the boundary a last bit is worth many steps.
OTHERS = {
    "C3 cubed": (dv.Julia(A, 3), lambda p: (p, lambda z: z**3 + A)),
    "C3 exponent 2.5": (dv.Julia(A, 2.5), lambda p: (p, lambda z: z**2.5 + A)),
    "C5 exponent 4": (dv.Mandelbrot(4), lambda p: (0 * p, lambda z: z**4 + p)),
    "C5 exponent 3.5": (dv.Mandelbrot(3.5), lambda p: (0 * p, lambda z: z**3.5 + p)),
    "C5 exponent 2+0.3i": (
        dv.Mandelbrot("2+0.3i", z0=0.1),
        lambda p: (0 * p + 0.1, lambda z: z ** (2 + 0.3j) + p),
    ),
    "C6 logistic, z": (
        dv.LogisticZ(3.1 + 0.2j),
        lambda p: (p, lambda z: (3.1 + 0.2j) * z * (1 - z)),
    ),
    "C7 logistic, r": (dv.LogisticR(0.25), lambda p: (0 * p + 0.25, lambda z: p * z * (1 - z))),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_maps_equal_numpy(name):
    system, plain = OTHERS[name]
    start, step = plain(plane(COARSE))
    expected = first_escapes(step, start, 60)
    assert (dv.times(system, COARSE, 60) == expected).mean() >= 0.999
    assert len(np.unique(expected)) > 5


def test_logistic_map_with_r_3_is_the_julia_set_of_minus_three_quarters():
    """w = r (1/2 - z) turns one into the other; the circles to escape from agree far out."""
    window = dv.Window((0.5, 0), 1.5, (80, 80))
    z = plane(window)
    w = 3 * (0.5 - z)
    logistic = dv.times(dv.LogisticZ(3, radius=1e9), window, 200)
    julia = dv.times_at(dv.Julia(-0.75, radius=3e9), w.real, w.imag, 200)
    assert (logistic == julia).mean() >= 0.999
    assert len(np.unique(logistic)) > 20


def test_logistic_r_plane_is_the_mandelbrot_set_twice():
    window = dv.Window((1, 0), 7, (100, 100))
    r = plane(window)
    c = r / 2 * (1 - r / 2)
    stays = dv.times(dv.LogisticR(), window, 400) == 400
    inside = dv.times_at(dv.Mandelbrot(), c.real, c.imag, 400) == 400
    assert (stays == inside).mean() >= 0.999
    assert 0.1 < stays.mean() < 0.5


def test_the_area_of_the_mandelbrot_set():
    """About 1.506: Foerstemann, "Numerical estimation of the area of the Mandelbrot set", 2012."""
    window = dv.Window((-0.6, 0.001), 3.2, (400, 400))
    stays = dv.times(dv.Mandelbrot(), window, 2000) == 2000
    assert stays.mean() * 3.2**2 == pytest.approx(1.506, abs=0.02)


def test_a_power_of_one_only_translates():
    """z' = z + a: |(n + 1) a| > 2 after 2/|a| steps."""
    x = np.array([0.011, 0.3, 1.9, 2.1])
    expected = np.floor(2 / x).astype(int)
    assert np.array_equal(dv.times_at(dv.Mandelbrot(1), x, 0.0, 1000), expected)


@pytest.mark.parametrize("exponent", [2, 3, 2.5])
def test_times_with_their_fractions_are_continuous(exponent):
    """Along the real axis they fall, and have no jumps where the times jump by one."""
    a = np.linspace(0.5, 2.5, 20001)
    outcome = dv.outcome_at(dv.Mandelbrot(exponent), a, 0.0, 100, fractions=True)
    falls = -np.diff(outcome.times + outcome.fractions)
    assert len(np.unique(outcome.times)) >= 4
    assert falls.min() > 0 and falls.max() < 0.01


def test_fractions_are_numbers_even_where_points_come_back():
    """With a small r the logistic map brings back what has passed its radius."""
    r, z0 = dv.Window((0, 0), 6.5, (101, 101)).points(), 2
    outcome = dv.outcome_at(dv.LogisticR(z0), *r, 70, fractions=True)
    assert np.isfinite(outcome.fractions).all()


def test_fractions_are_those_of_the_definition():
    """Far out z' = z^2, and the continuous time is n + 1 - log2(log|z_n| / log 2)."""
    z = np.array([1e7, 3e7])
    outcome = dv.outcome_at(dv.Julia(0), z, 0.0, 10, fractions=True)
    assert outcome.fractions == pytest.approx(1 - np.log2(2 * np.log(z) / np.log(2)), rel=1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: dv.Julia("here"), "a must be a number such as 0.5 or -0.744"),
        (lambda: dv.Julia(a=float("nan")), "a must be finite"),
        (lambda: dv.Mandelbrot(z0="b"), "z0 must be a number"),
        (lambda: dv.Mandelbrot(radius=0), "radius must be positive"),
        (lambda: dv.LogisticR(z0=None), "z0 must be a number"),
    ],
)
def test_impossible_values_are_one_line(make, message):
    with pytest.raises(ValueError, match=message) as error:
        make()
    assert "\n" not in str(error.value)


def test_complex_numbers_as_text_or_as_numbers():
    assert dv.Julia("-0.744+0.148i") == dv.Julia("-0.744 + 0.148j") == dv.Julia(A)


@pytest.mark.parametrize("exponent", [2, 3, 2.5])
def test_the_gpu_gives_the_same_times(gpu, exponent):
    system = dv.Mandelbrot(exponent)
    cpu = dv.outcome_at(system, *COARSE.points(), 500, fractions=True, device="cpu")
    here = dv.outcome_at(system, *COARSE.points(), 500, fractions=True, device=gpu)
    assert np.array_equal(here.times, cpu.times)
    assert np.array_equal(here.fractions, cpu.fractions)


FAR = [
    (2, 2.0),
    (2, 1e155),
    (2, 1e200),
    (3, 1e300),
    (16, 2.0),
    (16, 1e155),
    (16, 1e300),
    (2.5, 1e200),
]


@pytest.mark.parametrize(("exponent", "radius"), FAR)
def test_times_with_fractions_are_those_of_long_arithmetic(exponent, radius):
    """Whose numbers have no end, where floats end at 2^1024; a radius is 2^(1024/exponent) at most,
    and 2^512."""
    bounded = min(mpmath.mpf(radius), mpmath.mpf(2) ** min(512, 1024 // exponent))
    x, y = np.linspace(0.9, 1.9, 120), np.linspace(0.7, 1.3, 120)
    outcome = dv.outcome_at(dv.Mandelbrot(exponent, radius=radius), x, y, 100, fractions=True)
    assert np.isfinite(outcome.fractions).all()
    if radius > 2:  # else the map's other terms still matter
        assert outcome.fractions.min() > -0.01 and outcome.fractions.max() < 1.01
    for i in range(x.size):
        c = z = mpmath.mpc(x[i], y[i])
        steps = 1
        while abs(z) < 1e100:
            z, steps = z**exponent + c, steps + 1
        whole = steps - mpmath.log(mpmath.log(abs(z)) / mpmath.log(bounded), exponent)
        assert outcome.times[i] + outcome.fractions[i] == pytest.approx(float(whole), abs=1e-6)


@pytest.mark.parametrize("exponent", [2, 2.5, 16, 64, 1024, "2+0.3i"])
@pytest.mark.parametrize("radius", [1.0, 2.0, 1e30, 1e155, 1e300])
def test_fractions_are_finite_always(exponent, radius):
    for window in [dv.Window((0.1, 0.2), 4, (40, 40)), dv.Window((0, 0), 1e300, (9, 9))]:
        for system in (dv.Mandelbrot(exponent, radius=radius), dv.Julia(0.3, exponent, radius)):
            outcome = dv.outcome_at(system, *window.points(), 50, fractions=True)
            assert (outcome.times < 50).any()
            assert np.isfinite(outcome.fractions).all()


@pytest.mark.parametrize(("exponent", "radius"), [(16, 2.0), (16, 100.0), (5, 1e50), (2, 1e155)])
def test_times_with_fractions_have_no_dark_ring(exponent, radius):
    """From where a point escapes at once outwards they fall all the way, without a jump."""
    a = np.geomspace(1.2, 3, 20001)
    outcome = dv.outcome_at(dv.Mandelbrot(exponent, radius=radius), a, 0.0, 100, fractions=True)
    falls = -np.diff(outcome.times + outcome.fractions)
    assert falls.min() > -1e-9 and falls.max() < 0.01
