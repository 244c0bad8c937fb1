"""Julia sets at any depth, against MPFR pixel by pixel."""

import divergence as dv
import gmpy2
import numpy as np
import pytest
from gmpy2 import mpc, mpfr
from test_deep_mandelbrot import pixel

RNG = np.random.default_rng(5)


def fixed_point(degree, a, digits):
    """The repelling fixed point of z^degree + a, which is in the Julia set, in so many digits."""
    with gmpy2.context(precision=4 * digits):
        z = mpc(max(np.roots([1, *[0] * (degree - 2), -1, complex(a)]), key=abs))
        for _ in range(12):
            z = z - (z**degree - z + a) / (degree * z ** (degree - 1) - 1)
        return tuple(f"{part:.{digits}f}" for part in (z.real, z.imag))


def exact_time(step, radius_square, window, row, column, limit):
    z = mpc(*pixel(window, row, column))
    for time in range(limit):
        z = step(z)
        if gmpy2.norm(z) > radius_square:
            return time
    return limit


def assert_right(system, window, limit, bits, step, pixels=40):
    times = dv.times(system, window, limit, arithmetic="deep")
    assert len(np.unique(times)) > 3
    with gmpy2.context(precision=bits):
        for row, column in zip(*(RNG.integers(0, n, pixels) for n in window.shape), strict=True):
            exact = exact_time(step, 4, window, int(row), int(column), limit)
            assert times[row, column] == exact


@pytest.mark.parametrize("degree", [2, 3])
@pytest.mark.parametrize(("width", "bits"), [("1e-20", 300), ("1e-150", 900), ("1e-400", 1800)])
def test_the_neighbourhood_of_a_repelling_fixed_point_is_right(degree, width, bits):
    with gmpy2.context(precision=1800):
        a = mpc(mpfr("-0.744"), mpfr("0.148"))
        window = dv.Window(fixed_point(degree, a, 440), width, (50, 60))
        system = dv.Julia(a=-0.744 + 0.148j, exponent=degree)
        assert_right(system, window, 9000, bits, lambda z: z**degree + a)


def test_the_logistic_map_is_right():
    r = 4.1  # of which 0 is a repelling fixed point, at a corner of the Julia set's fractal dust
    with gmpy2.context(precision=800):
        exact_r = mpfr("4.1")
        window = dv.Window(("0", "0"), "1e-100", (50, 60))
        assert_right(dv.LogisticZ(r=r), window, 5000, 800, lambda z: exact_r * z * (1 - z))


def test_deep_and_float64_agree_where_both_are_right():
    window = dv.Window((-0.6583867, 0.041100001), 1e-5, (60, 60))
    system = dv.Julia(a=-0.29609091 + 0.62491j)
    deep, plain = (dv.times(system, window, 500, arithmetic=name) for name in ("deep", "float64"))
    assert len(np.unique(plain)) > 5 and (deep == plain).mean() >= 0.995


def test_a_window_that_is_too_wide_or_a_power_that_is_not_whole_is_refused():
    for system, window, told in [
        (dv.Julia(), dv.Window(width=3), "up to 0.25 wide"),
        (dv.Julia(exponent=2.5), dv.Window(width=1e-3), "whole exponents"),
    ]:
        with pytest.raises(ValueError, match=told):
            dv.times(system, window, 10, arithmetic="deep")
