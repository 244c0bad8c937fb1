"""What the explorer tells of a view besides its picture, and what it keeps."""

import threading

import divergence as dv
import numpy as np
import pytest
from divergence.colour import Colouring
from divergence.explorer import companions, measures
from divergence.explorer.fields import Fields
from divergence.explorer.histogram import histogram
from divergence.explorer.home import TAKEN_HOME, taken_home
from divergence.explorer.keyframes import through
from divergence.explorer.painter import GivenUpError, Painter, drawn
from divergence.explorer.shelf import Shelf
from divergence.film import still
from divergence.scenes.scene import Scene
from PIL import Image


def field_of(scene):
    painter = Painter("cpu")
    drawn(painter, scene, threading.Event(), lambda _: None)
    return painter.field


@pytest.fixture
def henon():
    return Scene.load("henon-basin").with_values({"window.shape": (60, 80)})


@pytest.mark.parametrize(
    "name, kinds",
    [
        ("mandelbrot", ["julia", "orbit"]),
        ("julia", ["orbit"]),
        ("three-body-plane", ["bodies", "orbit"]),
        ("logistic-diagram", ["cobweb"]),
        ("formula-burning-ship", ["julia", "orbit"]),
        ("cantor", []),
    ],
)
def test_what_there_is_beside_a_picture_depends_on_its_map(name, kinds):
    assert companions.kinds(Scene.load(name).still(0)) == kinds


def test_the_julia_set_beside_a_plane_of_parameters_has_the_pixel_s_parameter():
    scene = Scene.load("mandelbrot")
    rgb = companions.julia(scene, -0.75, 0.1, "cpu")
    window = dv.Window(center=(0, 0), width=4, shape=companions.JULIA_SHAPE)
    system = dv.Julia(a=-0.75 + 0.1j)
    colouring = Colouring.of(scene.colour)
    assert np.array_equal(rgb, dv.draw(system, window, scene.max_steps, colouring=colouring))
    own = companions.dynamical(dv.Formula("z^2 + c"), -0.75, 0.1)
    assert np.array_equal(
        dv.times(own, window, 50), dv.times(dv.Julia(a=-0.75 + 0.1j, radius=2.0), window, 50)
    )
    assert companions.dynamical(dv.Julia(), 0, 0) is None


def test_a_parameter_in_the_set_and_its_julia_set_agree():
    inside = companions.dynamical(dv.Mandelbrot(), -1.0, 0.0)
    outside = companions.dynamical(dv.Mandelbrot(), 1.0, 0.0)
    assert dv.times_at(inside, [0.0], [0.0], 500)[0] == 500
    assert dv.times_at(outside, [0.0], [0.0], 500)[0] < 500


@pytest.mark.parametrize(
    "scene, x, y, rate, start",
    [
        (Scene.load("logistic-diagram"), 3.2, 0.5, 3.2, 0.5),
        (
            Scene.load("henon-basin").with_values({"map.name": "logistic-map", "map.r": 3.6}),
            0.3,
            0.0,
            3.6,
            0.3,
        ),
        (
            Scene.load("formula-burning-ship").with_values(
                {"map.name": "formula", "map.text": "x' = r*x*(1-x)"}
            ),
            0.3,
            3.6,
            3.6,
            0.3,
        ),
    ],
)
def test_a_cobweb_is_the_curve_and_the_orbit_of_a_map_of_one_number(scene, x, y, rate, start):
    found = companions.cobweb(scene, x, y, 6)
    expected = [start]
    for _ in range(5):
        expected.append(rate * expected[-1] * (1 - expected[-1]))
    assert found["points"] == pytest.approx(expected)
    for one, image in found["curve"]:
        assert image == pytest.approx(rate * one * (1 - one), abs=1e-12)


def test_three_bodies_run_beside_a_twin_that_parts_when_the_picture_says():
    scene = Scene.load("three-body-plane").with_values({"max_steps": 20_000})
    x, y = -7.0, -4.0
    system = scene.frame(0).map
    time = int(dv.times_at(system, [x], [y], 20_000)[0])
    assert time < 20_000
    found = companions.bodies(scene, x, y, 2000)
    bodies, twin = (np.array(found[key]).reshape(-1, 3, 3) for key in ("points", "twin"))
    apart = np.linalg.norm(bodies[:, 0] - twin[:, 0], axis=1)
    parted = int(np.argmax(apart > system.critical_distance)) * found["step"] / system.dt
    assert parted == pytest.approx(time, abs=3 * found["step"] / system.dt)
    assert bodies[0, 0, :2] == pytest.approx([x, y])


def test_the_histogram_counts_every_point_once_in_the_colour_that_it_has(henon):
    field, colouring = field_of(henon), Colouring.of(henon.colour)
    found = histogram(henon.frame(0).map, field, colouring)
    assert sum(found["counts"]) + found["stayed"] == field.times.size
    edges = found["edges"]
    assert found["counts"][0] == ((field.times >= edges[0]) & (field.times < edges[1])).sum()
    one = edges.index(edges[0] + 1) - 1  # a bin of one time
    assert found["colours"][one] == colouring.rgb(np.int32(edges[one]), 70).tolist()


def test_measures_of_a_view_are_the_package_s_own(henon):
    field = field_of(henon)
    stays = field.times >= field.max_steps
    assert measures.dimension(field)["dimension"] == pytest.approx(
        dv.box_dimension(dv.boundary(stays)).dimension
    )
    fractions = dict(measures.basins(field, ("escaped",))["fractions"])
    assert fractions == pytest.approx({"escaped": 1 - stays.mean(), "did not stop": stays.mean()})
    whole = henon.with_values({"window.width": 1e-9})
    with pytest.raises(ValueError, match="there is no boundary"):
        measures.dimension(field_of(whole))
    part = Fields().of(henon.frame(0))
    with pytest.raises(ValueError, match="not complete yet"):
        measures.basins(part, ())


def test_exponents_along_a_line_are_those_of_its_points():
    scene = Scene.load("henon-basin").with_values(
        {"map.a": 1.4, "max_steps": 3000, "window.width": 0.2, "window.center": (0.0, 0.0)}
    )
    found = measures.exponents(scene, "y", "cpu", threading.Event())
    assert found["time"] == 3000
    assert np.median(found["exponents"]) == pytest.approx(0.419, abs=0.02)  # of its attractor
    assert np.ptp(found["along"]) == pytest.approx(float(scene.frame(0).window.height), rel=0.01)
    stop = threading.Event()
    stop.set()
    with pytest.raises(GivenUpError):
        measures.exponents(scene, "x", "cpu", stop)


def test_a_film_goes_through_any_number_of_views():
    first = Scene.load("mandelbrot")
    second = first.with_values({"window.center": (-0.75, 0.1), "window.width": 0.01})
    third = first.with_values({"window.center": (0.3, 0.0), "window.width": 1.0})
    film = through([first, second, third], 21, 25)
    for i, view in ((0, first), (10, second), (20, third)):
        window, expected = film.frame(i).window, view.frame(0).window
        assert window.center == pytest.approx(expected.center)
        assert window.width == pytest.approx(expected.width)
    there = film.frame(5).window
    assert there.width == pytest.approx((first.window["width"] * 0.01) ** 0.5)
    with pytest.raises(ValueError, match="2 to 50 views, not 1"):
        through([first], 20, 25)


def test_what_is_taken_home_is_the_picture_or_its_times(henon, tmp_path):
    pytest.importorskip("OpenEXR", reason="pip install 'divergence[exr]'")
    times = still.times(henon)
    for kind in TAKEN_HOME:
        data = taken_home(henon, kind, "cpu", threading.Event())
        path = tmp_path / f"taken.{kind}"
        path.write_bytes(data)
        if kind == "png":
            assert np.array_equal(Image.open(path), still.draw(henon))
        elif kind == "times.png":
            assert np.array_equal(np.asarray(Image.open(path))[::-1], times)
        elif kind == "times.npy":
            assert np.array_equal(np.load(path), times)
    stop = threading.Event()
    stop.set()
    with pytest.raises(GivenUpError):
        taken_home(henon, "png", "cpu", stop)


def test_places_are_kept_by_their_names(tmp_path, henon):
    shelf = Shelf(tmp_path / "new")
    shelf.keep_place("where it bends", henon)
    shelf.keep_place("b", Scene.load("julia"))
    assert list(Shelf(tmp_path / "new").places()) == ["where it bends", "b"]
    assert shelf.place("where it bends").map == henon.map
    shelf.forget_place("b")
    with pytest.raises(ValueError, match="no place 'b'"):
        shelf.place("b")
    with pytest.raises(ValueError, match="name must be one line"):
        shelf.keep_place("two\nlines", henon)


def test_a_small_picture_of_a_scene_is_drawn_once(tmp_path):
    shelf, scene = Shelf(tmp_path), Scene.load("mandelbrot")
    first = shelf.thumbnail(scene, threading.Event(), "cpu")
    stop = threading.Event()
    stop.set()
    assert shelf.thumbnail(scene, stop, "cpu") == first
    assert shelf.thumbnail(Scene.load("julia"), stop, "cpu") == b""
    assert shelf.thumbnail(Scene.load("three-body-error-work"), threading.Event()) == b""
