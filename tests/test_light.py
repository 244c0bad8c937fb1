"""Light falls on the times as on a landscape."""

import divergence as dv
import numpy as np
import pytest
from divergence import light
from divergence.film import still
from divergence.scenes.scene import Scene

ROWS, COLUMNS = 20, 30


def plane(up, right):
    """Times whose height log(1 + t) is a plane that rises so much a picture's height."""
    row, column = np.indices((ROWS, COLUMNS)) / ROWS
    return np.expm1(3 + up * row + right * column)


def lit(times, azimuth, strength=1.0):
    return light.shades(times, 10**9, strength=strength, azimuth=azimuth)


@pytest.mark.parametrize("azimuth", [0, 90, 180, 315])
def test_a_plane_is_lit_by_the_cosine_of_its_angle_with_the_sun(azimuth):
    up, right = 0.7, -0.4
    normal = np.array([-right, -up, 1]) / np.sqrt(up**2 + right**2 + 1)
    angle = np.radians(azimuth)
    sun = np.array([np.sin(angle), np.cos(angle), 1]) / np.sqrt(2)
    expected = 0.3 + 0.7 * max(0, normal @ sun) / np.sqrt(0.5)
    assert np.allclose(lit(plane(up, right), azimuth), expected, atol=1e-6)


def test_flat_land_and_what_did_not_stop_keep_their_colours():
    flat = np.full((8, 8), 5, np.int32)
    assert np.allclose(lit(flat, 315), 1)
    flat[3:5, 3:5] = 100
    assert np.allclose(light.shades(flat, 100, strength=9, azimuth=10), 1)


def test_the_same_land_in_more_pixels_has_the_same_light():
    window = dv.Window(center=(-0.75, 0), width=3, shape=(300, 300))
    fine = dv.compute(dv.Mandelbrot(radius=100), window, 30, colouring=dv.Colouring(relief=0.3))
    coarse = light.shades(
        fine.times[::3, ::3],
        30,
        strength=0.3,
        azimuth=315,
        fractions=fine.outcome.fractions[::3, ::3],
    )
    full = light.shades(fine.times, 30, strength=0.3, azimuth=315, fractions=fine.outcome.fractions)
    assert np.median(abs(full[::3, ::3] - coarse)) < 0.01


def test_a_picture_a_still_and_a_film_have_one_light():
    scene = Scene.load("mandelbrot").with_values(
        {"window.shape": (48, 64), "colour.relief": 0.5, "film.samples": 1}
    )
    frame = scene.frame(0)
    drawn = dv.draw(
        frame.map, frame.window, frame.max_steps, colouring=dv.Colouring.of(scene.colour)
    )
    picture = still.draw(scene)
    assert abs(np.asarray(drawn).astype(int) - picture).max() <= 1
    dark = still.draw(scene.with_values({"colour.relief": 0.0}))
    assert not np.array_equal(picture, dark)
    zoom = scene.with_values(
        {"frames": 8, "changes.window.width.halve_every": 4, "colour.relief": 0.5}
    )
    assert np.mean(abs(still.draw(zoom, 0).astype(int) - picture)) < 1


def test_a_relief_below_nothing_is_refused():
    with pytest.raises(ValueError, match="relief must be at least 0"):
        dv.Colouring(relief=-1)
