"""The Mandelbrot set and its relatives at any depth, against MPFR pixel by pixel."""

from fractions import Fraction

import divergence as dv
import gmpy2
import numpy as np
import pytest
from divergence.deep.compute import chosen
from gmpy2 import mpc, mpfr, mpq

RNG = np.random.default_rng(14)


def pixel(window, row, column):
    width = Fraction(str(window.width))
    offsets = (column - window.shape[1] // 2), (row - window.shape[0] // 2)
    return [
        mpfr(mpq(Fraction(str(middle)) + offset * width / window.shape[1]))
        for middle, offset in zip(window.center, offsets, strict=True)
    ]


def mandelbrot_time(window, row, column, limit, degree=2, b=0):
    c = mpc(*pixel(window, row, column)) + mpc(b)
    z = mpc(0)
    for time in range(limit):
        z = (z * z if degree == 2 else z**degree) + c
        if gmpy2.norm(z) > 4:
            return time
    return limit


def assert_right(system, window, limit, bits, exact, pixels=40):
    times = dv.times(system, window, limit, arithmetic="deep")
    assert len(np.unique(times)) > 3
    with gmpy2.context(precision=bits):
        for row, column in zip(*(RNG.integers(0, n, pixels) for n in window.shape), strict=True):
            assert times[row, column] == exact(window, int(row), int(column), limit)


def root_of_unity(digits):
    """c with c^3 + c = w c for w = e^(2 pi i / 3): preperiodic under z^3 + c, on the boundary."""
    with gmpy2.context(precision=digits * 4):
        c = gmpy2.sqrt(mpc(mpfr(-3) / 2, gmpy2.sqrt(mpfr(3)) / 2))
        return tuple(f"{part:.{digits}f}" for part in (c.real, c.imag))


@pytest.mark.parametrize(
    ("width", "limit", "bits"),
    [("1e-20", 3000, 200), ("1e-60", 5000, 400), ("1e-150", 9000, 800), ("1e-400", 9000, 1700)],
)
def test_a_spiral_at_a_misiurewicz_point_is_right_at_every_depth(width, limit, bits):
    window = dv.Window(("0", "1"), width, (60, 80))
    assert_right(dv.Mandelbrot(), window, limit, bits, mandelbrot_time)


def test_the_tip_where_every_orbit_stays_at_the_radius_is_right():
    assert_right(dv.Mandelbrot(), dv.Window(("-2", "0"), "1e-30"), 3000, 300, mandelbrot_time)


def test_a_minibrot_is_right_inside_and_outside():
    place = "-1.768667862837488812627419470", "0.001645580546820209430325900"
    window = dv.Window(place, "18e-22", (40, 40))
    assert_right(dv.Mandelbrot(), window, 10_000, 200, mandelbrot_time, pixels=25)


@pytest.mark.parametrize(("width", "bits"), [("1e-25", 220), ("1e-400", 1800)])
def test_other_powers_are_right(width, bits):
    def exact(*arguments):
        return mandelbrot_time(*arguments, degree=3)

    window = dv.Window(root_of_unity(420), width, (40, 40))
    assert_right(dv.Mandelbrot(exponent=3), window, 9000, bits, exact)


def test_a_constant_that_is_added_is_added_in_all_its_digits():
    def exact(*arguments):
        return mandelbrot_time(*arguments, b=mpc(mpfr("0.1"), mpfr("0.3")))

    window = dv.Window(("-0.1", "0.7"), "1e-40", (40, 40))
    assert_right(dv.Mandelbrot(b=0.1 + 0.3j), window, 9000, 300, exact)


@pytest.mark.parametrize(("width", "bits"), [("1e-25", 220), ("1e-330", 1500)])
def test_the_logistic_map_is_right(width, bits):
    def exact(window, row, column, limit):
        r, z = mpc(*pixel(window, row, column)), mpc(0.5)
        for time in range(limit):
            z = r * z * (1 - z)
            if gmpy2.norm(z) > 4:
                return time
        return limit

    assert_right(dv.LogisticR(), dv.Window(("4", "0"), width, (40, 40)), 4000, bits, exact)


@pytest.mark.parametrize(
    ("system", "center", "width"),
    [
        (dv.Mandelbrot(), (0.31, 1.02), 0.2),
        (dv.Mandelbrot(exponent=3), (0.31, 1.02), 0.2),
        (dv.LogisticR(), (4, 0), 1e-7),
    ],
)
def test_deep_and_float64_agree_in_times_fates_and_fractions(system, center, width):
    window = dv.Window(center, width, (50, 60))
    deep, plain = (
        dv.compute(system, window, 60, colouring=dv.Colouring(smooth=True), arithmetic=name)
        for name in ("deep", "float64")
    )
    assert (deep.times == plain.times).mean() >= 0.999 and (plain.times < 60).any()
    same = deep.times == plain.times
    near = np.isclose(deep.outcome.fractions, plain.outcome.fractions, atol=1e-6)
    assert near[same].mean() >= 0.999
    fates = dv.fates(system, window, 60, arithmetic="deep").fates
    assert np.array_equal(fates == 1, deep.times < 60)


def test_what_has_no_critical_orbit_is_refused():
    window = dv.Window(("0", "1"), "1e-20")
    for system, told in [
        (dv.Mandelbrot(z0=0.1), "z0 = 0"),
        (dv.Mandelbrot(exponent=2.5), "whole exponents"),
        (dv.LogisticR(z0=0.25), "z0 = 1/2"),
    ]:
        with pytest.raises(ValueError, match=told):
            dv.times(system, window, 10)
    assert chosen(dv.Mandelbrot(), window) == "deep"
    assert chosen(dv.Mandelbrot(), dv.Window((-0.7, 0), 3)) == "float64"
