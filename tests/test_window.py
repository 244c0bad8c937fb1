"""The lattice of starting points."""

from decimal import Decimal

import divergence as dv
import numpy as np
import pytest


def test_a_pixel_starts_where_the_formula_says():
    window = dv.Window(center=(1.5, -2), width=10, shape=(6, 5))
    x, y = window.points()
    assert x.shape == y.shape == (6, 5)
    for j in range(6):
        for i in range(5):
            assert x[j, i] == 1.5 + (i - 5 // 2) * 10 / 5
            assert y[j, i] == -2 + (j - 6 // 2) * 12 / 6


def test_pixels_are_square_unless_told_otherwise():
    assert dv.Window(width=3, shape=(200, 300)).height == 2
    assert dv.Window(width=3, shape=(200, 300), height=5).height == 5


@pytest.mark.parametrize("shape", [(8, 12), (100, 100), (7, 9), (300, 200)])
def test_half_the_width_shares_a_quarter_of_its_points_exactly(shape):
    rows, columns = shape
    center = (5.30031, -0.45)
    wide = dv.Window(center=center, width=0.7, shape=shape)
    close = dv.Window(center=center, width=0.35, shape=shape)
    assert np.isin(close.x, wide.x).sum() >= columns // 2
    assert np.isin(close.y, wide.y).sum() >= rows // 2
    shared = np.isin(close.x, wide.x)
    assert (close.x[shared] == wide.x[np.isin(wide.x, close.x)]).all()


def test_the_extent_surrounds_the_pixels():
    left, right, bottom, top = dv.Window(width=4, shape=(4, 4)).extent
    assert (left, right, bottom, top) == (-2.5, 1.5, -2.5, 1.5)


def test_numbers_with_more_digits_than_a_float_has_are_kept():
    center = ("5.3003118132720401214801787", "-0.4500033250136280439130971")
    window = dv.Window(center=center, width="8.88e-21")
    assert window.center == (Decimal(center[0]), Decimal(center[1]))
    assert window.width == window.height == 8.88e-21
    assert dv.Window(width="1e-400").width == Decimal("1e-400")


def test_a_float_is_its_shortest_decimal():
    assert dv.Window(center=("5.30031", Decimal("-0.45")), width="40") == dv.Window(
        center=(5.30031, -0.45), width=40
    )
