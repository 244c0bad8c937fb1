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


def carpet(side):
    """Sierpinski's, at the middles of pixels: no ternary digits 1 at the same place of x and y."""
    x, places = (np.arange(side) + 0.5) / side, range(1, int(np.log(side) / np.log(3)) + 1)
    ones = np.array([np.floor(x * 3**place) % 3 == 1 for place in places])
    return ~(ones[:, :, None] & ones[:, None, :]).any(axis=0)


def triangle(side):
    """The pixels that meet Sierpinski's: no binary digits 1 at the same place of x and y."""
    x = np.arange(2048)
    row, column = np.nonzero((x[:, None] & x) == 0)
    mask = np.zeros((side, side), bool)
    mask[row * side // 2048, column * side // 2048] = True
    return mask


def circle(side):
    turn = np.linspace(0, 2 * np.pi, 20 * side)
    mask = np.zeros((side, side), bool)
    row, column = (np.rint((side - 1) / 2 * (1 + f(turn))).astype(int) for f in (np.sin, np.cos))
    mask[row, column] = True
    return mask


def slanted_line(side):
    column = np.arange(side)
    mask = np.zeros((side, side), bool)
    mask[(0.37 * column).astype(int), column] = True
    return mask


def drawn(name, depth):
    return lambda side: curve_mask(dv.curve(name, depth), (side, side))


KNOWN = {
    "carpet": (carpet, np.log(8) / np.log(3)),
    "triangle": (triangle, np.log(3) / np.log(2)),
    "filled square": (lambda side: np.ones((side, side), bool), 2),
    "Koch's curve": (drawn("koch", 7), np.log(4) / np.log(3)),
    "Cantor's set": (drawn("cantor", 8), np.log(2) / np.log(3)),
    "line": (lambda side: np.ones((1, side), bool), 1),
    "slanted line": (slanted_line, 1),
    "diagonal": (lambda side: np.eye(side, dtype=bool), 1),
    "circle": (circle, 1),
}


@pytest.mark.parametrize("side", [500, 811, 900])
@pytest.mark.parametrize("name", KNOWN)
def test_a_set_has_its_dimension_at_any_size(name, side):
    make, dimension = KNOWN[name]
    found = dv.box_dimension(make(side))
    assert found.dimension == pytest.approx(dimension, abs=0.02)
    assert abs(found.dimension - dimension) < 2 * found.error
    assert 0 < found.error < 0.06


def test_a_large_set_is_counted_by_pixels_put_together():
    found = dv.box_dimension(np.eye(5000, dtype=bool))
    assert found.dimension == pytest.approx(1, abs=0.02)
    assert found.fit.x.max() == 1 / 8  # two by two of four by four


def test_henons_attractor_has_dimension_1_26(henon_mask):
    assert dv.box_dimension(henon_mask).dimension == pytest.approx(1.26, abs=0.02)


def test_a_disc_has_dimension_2_and_its_boundary_1():
    window = dv.Window((0, 0), 2.2, (1000, 1000))
    x, y = window.points()
    disc = x**2 + y**2 < 1
    assert dv.box_dimension(disc).dimension == pytest.approx(2, abs=0.02)
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


def test_pictures_of_every_kind_are_read_as_they_look(tmp_path):
    mask = np.zeros((40, 50), bool)
    mask[7, 5:40] = mask[20:30, 9] = True
    shown = mask[::-1]  # a picture's first row is its top
    times = np.where(shown, 700, 300).astype(np.uint16)  # both are small for 16 bits
    ink = np.where(shown, 255, 0).astype(np.uint8)
    black_ink = np.stack([0 * ink, 0 * ink, 0 * ink, ink], axis=-1)
    white_ink = np.stack([255 - 0 * ink, 255 - 0 * ink, 255 - 0 * ink, ink], axis=-1)
    pictures = {
        "16 bits.png": Image.fromarray(times),
        "floating.tiff": Image.fromarray(np.where(shown, 3e-3, 1e-3).astype(np.float32)),
        "dark line.png": Image.fromarray(np.where(shown, 30, 60).astype(np.uint8)),
        "light line.png": Image.fromarray(np.where(shown, 255, 200).astype(np.uint8)),
        "black ink.png": Image.fromarray(black_ink),
        "white ink.png": Image.fromarray(white_ink),
    }
    for name, picture in pictures.items():
        picture.save(tmp_path / name)
        np.testing.assert_array_equal(dv.read_mask(tmp_path / name), mask, err_msg=name)


def test_a_picture_of_any_size_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    Image.fromarray(np.eye(40, dtype=np.uint8) * 255).save(tmp_path / "large.png")
    assert dv.read_mask(tmp_path / "large.png").sum() == 40
    assert Image.MAX_IMAGE_PIXELS == 10


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


def uncertain(distances):
    return dv.uncertainty_exponent(dv.Julia(), dv.Window(), 50, distances=distances, points=100)


@pytest.mark.parametrize(
    "wrong, words",
    [
        (lambda: dv.box_dimension(np.zeros((9, 9), bool)), "at least one pixel"),
        (lambda: dv.box_dimension(np.ones((9, 9), bool)), "has three sizes of box at least"),
        (lambda: dv.box_dimension(np.ones((99, 99), bool), [4, 4, 4]), "at least, not \\[4\\]"),
        (lambda: uncertain([-1e-4, -2e-4, -3e-4]), "distances must be three different positive"),
        (lambda: uncertain([0.1, 0.2, np.nan]), "distances must be three different positive"),
        (lambda: uncertain([0.1, 0.1, 0.1]), "distances must be three different positive"),
        (lambda: dv.basin_entropy(np.zeros((9, 9))), "whole numbers"),
        (lambda: dv.basin_entropy(np.zeros((9, 9), int), 10), "box must be from 1 to 9"),
        (lambda: dv.boundary(np.zeros(9)), "rows, columns"),
    ],
)
def test_bad_values_are_named(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()
