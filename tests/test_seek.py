"""Nuclei of small Mandelbrot sets are where algebra says, and zooms to them show sets."""

from decimal import Decimal, localcontext

import divergence as dv
import numpy as np
import pytest


def test_the_island_of_period_three_is_a_root_of_its_polynomial():
    found = dv.nucleus(dv.Mandelbrot(), dv.Window((-1.75, 0.01), 0.06))
    assert found.period == 3
    with localcontext(prec=30):
        c = Decimal(str(found.center[0]))
        assert abs(c**3 + 2 * c**2 + c + 1) < Decimal("1e-14")
        assert abs(float(found.center[1])) < 1e-14
    assert float(found.size) == pytest.approx(0.019, rel=0.05)


def test_a_nucleus_is_found_to_the_digits_that_its_size_needs():
    window = dv.Window(("-1.768667862837488812627419470", "0.001645580546820209430325900"), "1e-18")
    found = dv.nucleus(dv.Mandelbrot(), window)
    size = Decimal(str(found.size))
    assert size < Decimal("1e-20")
    close = dv.Window(found.center, size, (40, 40))
    limit = 40 * found.period
    times = dv.times(dv.Mandelbrot(), close, limit)
    assert times[20, 20] == limit and 0.1 < (times == limit).mean() < 0.95
    assert len(np.unique(times)) > 3


def test_where_there_is_none_it_says_so():
    with pytest.raises(ValueError, match="leaves after"):
        dv.nucleus(dv.Mandelbrot(), dv.Window((0.5, 0.6), 1e-6))
    with pytest.raises(ValueError, match="z\\^2 \\+ a"):
        dv.nucleus(dv.Mandelbrot(exponent=3), dv.Window())
