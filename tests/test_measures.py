"""Dimensions, uncertainty and entropy against known values."""

import subprocess
import sys
from pathlib import Path

import divergence as dv
import numpy as np
import pytest
from divergence import curve_mask
from PIL import Image


def henon_points(count):
    """The Henon attractor, from 1 000 orbits beside each other, in plain NumPy."""
    x = y = np.linspace(-0.1, 0.1, 1000)
    visited = []
    for _ in range(100 + count // 1000):
        x, y = 1 - 1.4 * x * x + y, 0.3 * x
        visited.append((x, y))
    return np.array(visited[100:]).transpose(1, 0, 2).reshape(2, -1)


@pytest.fixture(scope="module")
def henon_mask():
    x, y = henon_points(1_000_000)
    mask = np.zeros((1000, 1000), bool)
    mask[((y + 0.4) / 2.6 * 1000).astype(int), ((x + 1.3) / 2.6 * 1000).astype(int)] = True
    return mask


@pytest.mark.parametrize(
    "name, depth, dimension",
    [
        ("koch", 7, np.log(4) / np.log(3)),
        ("quadric-koch", 5, 1.5),
        ("arrowhead", 10, np.log(3) / np.log(2)),
        ("cantor", 9, np.log(2) / np.log(3)),
    ],
)
def test_a_self_similar_curve_has_its_similarity_dimension(name, depth, dimension):
    found = dv.box_dimension(curve_mask(dv.curve(name, depth), (1024, 1024)))
    assert found.dimension == pytest.approx(dimension, abs=0.03)
    assert 0 < found.error < 0.03


def test_henons_attractor_has_dimension_1_26(henon_mask):
    assert dv.box_dimension(henon_mask).dimension == pytest.approx(1.26, abs=0.02)


def test_a_disc_has_dimension_2_and_its_boundary_1():
    window = dv.Window((0, 0), 2.2, (1000, 1000))
    x, y = window.points()
    disc = x**2 + y**2 < 1
    assert dv.box_dimension(disc).dimension == pytest.approx(2, abs=0.08)
    assert dv.box_dimension(dv.boundary(disc)).dimension == pytest.approx(1, abs=0.02)


def test_a_fit_is_the_line_through_what_it_counted():
    full = np.ones((64, 64), bool)
    fit = dv.box_dimension(full, [1, 2, 4, 8]).fit
    assert fit.x.tolist() == [1 / 8, 1 / 4, 1 / 2, 1]
    assert fit.y[-1] == 64 * 64
    # A grid that lies exactly covers 64/s squared; shifted by part of a box, one row more.
    assert fit.y[-2] == np.mean([32 * 32, 32 * 33, 33 * 32, 33 * 33])


@pytest.mark.parametrize(
    "a, dimension",
    [(0, 1.0), (-1, 1.26835), (-0.122561 + 0.744862j, 1.39340)],
)
def test_fates_are_uncertain_as_the_dimension_of_a_julia_set_says(a, dimension):
    """A circle, the basilica and Douady's rabbit: C. McMullen, Amer. J. Math. 120, 1998."""
    found = dv.uncertainty_exponent(dv.Julia(a), dv.Window((0, 0), 3.4), 300, points=100_000)
    assert found.dimension == pytest.approx(dimension, abs=0.05)


def test_a_window_of_one_fate_has_no_uncertainty():
    with pytest.raises(ValueError, match="too few points are uncertain"):
        dv.uncertainty_exponent(dv.Julia(0), dv.Window((9, 9), 0.1), 20, points=100)


def test_a_picture_from_a_file_is_measured(tmp_path):
    mask = curve_mask(dv.curve("koch", 6), (700, 700))
    for name, ink, paper in [("white.png", 255, 0), ("black.png", 0, 255)]:
        path = tmp_path / name
        Image.fromarray(np.where(mask[::-1], ink, paper).astype(np.uint8)).save(path)
        np.testing.assert_array_equal(dv.read_mask(path), mask)


def test_the_script_says_the_dimension_of_a_file(tmp_path):
    path = tmp_path / "koch.png"
    mask = curve_mask(dv.curve("koch", 7), (1024, 1024))
    Image.fromarray(np.where(mask, 255, 0).astype(np.uint8)).save(path)
    script = Path(dv.__file__).parents[1] / "dimension.py"
    done = subprocess.run([sys.executable, script, path], capture_output=True, text=True)
    assert float(done.stdout.split()[0]) == pytest.approx(1.262, abs=0.03)
    path.write_bytes(b"no picture")
    done = subprocess.run([sys.executable, script, path], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == f"dimension.py: {path} is not a picture that can be read\n"


def test_a_file_that_is_no_picture_is_named(tmp_path):
    with pytest.raises(ValueError, match="missing.png is not a picture"):
        dv.read_mask(tmp_path / "missing.png")


def test_one_fate_has_no_entropy():
    assert dv.basin_entropy(np.ones((20, 20), int)) == (0, 0)


def test_boxes_of_n_equal_fates_have_entropy_log_n():
    rows, columns = np.indices((40, 40))
    halves = dv.basin_entropy(columns % 4 // 2, box=4)
    assert halves == pytest.approx((np.log(2), np.log(2)))
    quarters = dv.basin_entropy(columns % 4 // 2 + 2 * (rows % 4 // 2), box=4)
    assert quarters.boundary == pytest.approx(np.log(4))


def test_only_boxes_on_the_boundary_count_for_its_entropy():
    fates = np.zeros((40, 40), int)
    fates[:, 22:] = 7  # halfway through the sixth of ten columns of boxes
    entropy = dv.basin_entropy(fates, box=4)
    assert entropy.boundary == pytest.approx(np.log(2))
    assert entropy.entropy == pytest.approx(np.log(2) / 10)


@pytest.mark.parametrize(
    "wrong, words",
    [
        (lambda: dv.box_dimension(np.zeros((9, 9), bool)), "at least one pixel"),
        (lambda: dv.box_dimension(np.ones((9, 9), bool)), "too small"),
        (lambda: dv.basin_entropy(np.zeros((9, 9))), "whole numbers"),
        (lambda: dv.basin_entropy(np.zeros((9, 9), int), 10), "box must be from 1 to 9"),
        (lambda: dv.boundary(np.zeros(9)), "rows, columns"),
    ],
)
def test_bad_values_are_named(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()
