"""Figures: every scene of one can be drawn, and shows what it is of."""

import divergence as dv
import imageio.v3 as iio
import numpy as np
import pytest
from divergence import colour
from divergence.errors import StoreError
from divergence.figures import ALL
from divergence.figures.bodies import Bodies
from divergence.figures.space import Camera, Light
from divergence.film import render, still
from divergence.frame import Frame
from divergence.scenes.scene import Scene, names
from PIL import Image
from tqdm import tqdm

FIGURES = [name for name in names() if Scene.load(name).figure]


def test_every_kind_of_figure_has_a_scene():
    assert {Scene.load(name).figure["kind"] for name in FIGURES} == set(ALL)


@pytest.mark.parametrize("name", FIGURES)
def test_a_scene_of_a_figure_is_written_as_it_is_read(name):
    scene = Scene.load(name)
    assert Scene.loads(scene.dumps(), scene.name, "copy") == scene


CHEAP = {
    "bodies": {"figure.at_step": 200, "max_steps": 200},
    "box-count": {"figure.pixels": 256},
    "histogram": {"figure.points": 10_000},
    "horizon": {"figure.rates": 50},
    "orbit-diagram": {"figure.skip": 100, "figure.digits": 0},
    "reversal": {"figure.digits": 60},
    "there-and-back": {"figure.rates": 50},
    "back-against-forward": {"figure.digits": 60, "figure.steps": 100},
    "comparison": {"max_steps": 500},
    "error-against-work": {"max_steps": 200, "figure.pixels": 4},
    "final-distance": {"figure.steps": 500},
    "three-bodies": {"figure.steps": 5000, "figure.until": 0},
}


@pytest.mark.parametrize("kind", ALL)
def test_a_figure_is_as_large_as_its_window(kind):
    scene = next(scene for scene in map(Scene.load, FIGURES) if scene.figure["kind"] == kind)
    drawn = scene.with_values({"frames": 1, "changes": {}, "window.shape": (60, 80)})
    rgb = still.draw(drawn.with_values(CHEAP.get(kind, {})))
    assert rgb.shape == (60, 80, 3)
    assert rgb.dtype == np.uint8
    assert len(np.unique(rgb.reshape(-1, 3), axis=0)) > 1


def test_a_density_is_brightest_where_most_points_fall():
    visits = np.array([[0, 1, 1, 2], [3, 3, 100, 1000]])
    for curve in colour.TONES:
        light = colour.tone(visits, curve, "gray")[..., 0].astype(int)
        assert light[0, 0] == 0 and light[1, 3] == 255
        order = np.argsort(visits.ravel(), kind="stable")
        assert (np.diff(light.ravel()[order]) >= 0).all()
        assert light[0, 1] == light[0, 2] > 60


def test_equalised_tones_give_every_level_as_many_pixels():
    visits = np.random.default_rng(1).pareto(1, (100, 100)) * 1e4 + 1
    light = colour.tone(visits.astype(np.int64), "equalised", "gray")[..., 0]
    count, _ = np.histogram(light, 4, (64, 256))
    np.testing.assert_allclose(count, 2500, rtol=0.05)


def test_a_zoom_into_a_density_stays_as_full():
    scene = Scene.load("henon-attractor-zoom").resized(96)
    full = [(still.draw(scene, i) > 0).any(axis=2).mean() for i in (0, 60)]
    assert full[1] > 0.3 * full[0]


def camera():
    return Camera.facing(np.array([[[0, 0, 0]], [[2, 2, 2.0]]]), 0, 0, 0)


def test_a_camera_sees_the_middle_in_the_middle_and_z_up():
    view = camera()
    rows, columns, near = view.project(np.array([[1, 1, 1], [1, 1, 2], [1, 2, 1.0]]), (100, 200))
    assert (rows[0], columns[0], near[0]) == (50, 100, 1)
    assert rows[1] < 50 and columns[1] == pytest.approx(100)
    assert columns[2] > 100 and rows[2] == pytest.approx(50)


def test_what_is_nearer_is_larger():
    _, columns, near = camera().project(np.array([[2, 2, 1], [0, 2, 1.0]]), (100, 100))
    assert near[0] > 1 > near[1]
    assert columns[0] > columns[1]


def test_light_is_left_along_the_way_however_fast():
    def exposure(points):
        light = Light((50, 50))
        path = np.zeros((points, 3))
        path[:, 1] = np.linspace(-1, 1, points)
        light.trail(Camera(np.zeros(3), np.eye(3)[[1, 2, 0]], 2.0), path, "white")
        return light.exposure.sum()

    assert exposure(10) == pytest.approx(exposure(1000), rel=0.05)


def test_a_line_of_bodies_is_white_where_they_start_on_it():
    """T6 at step 0, on the y, z plane: |12 y - 10 z| < 1."""
    system = dv.ThreeBody(plane="yz", positions=((-10, 0, 0), (0, 0, 0), (10, 10, 12)))
    frame = Frame(system, dv.Window((0, 0), 40, (81, 81)), 100)
    white = (Bodies(at_step=0).draw(frame) == 255).all(axis=2)[::-1]
    y, z = frame.window.points()
    away = np.abs(12 * y - 10 * z)
    sure = np.abs(away - 1) > 1e-9
    assert np.array_equal(white[sure], (away < 1)[sure])


def test_a_film_of_bodies_in_one_pass_is_its_frames_one_by_one():
    scene = Scene.load("bodies-circle").resized(24).with_values({"max_steps": 50, "frames": 4})
    scene = scene.with_values({"changes.figure.at_step": {"line": [0, 3000]}})
    every = range(scene.frames)
    drawn, frames = [scene.figure_at(i) for i in every], [scene.frame(i) for i in every]
    for wanted in (every, [1, 3]):
        for i, rgb in zip(wanted, Bodies.film(drawn, frames, wanted), strict=True):
            assert np.array_equal(rgb, still.draw(scene, i))


GAME = Scene.load("chaos-divisor").resized(32).with_values({"frames": 5})


def silent(*_):
    return tqdm(disable=True)


def test_the_film_of_a_figure_is_a_folder_with_a_poster(tmp_path):
    report = render.render(GAME, tmp_path / "film", bar=silent)
    assert report["frames"] == 5
    assert iio.imread(tmp_path / "film" / "film.mp4", plugin="FFMPEG").shape == (5, 32, 32, 3)
    for i in (0, 4):
        stored = iio.imread(tmp_path / "film" / "pictures" / f"frame-{i:05d}.png")
        assert np.array_equal(stored, still.draw(GAME, i))
    assert np.array_equal(iio.imread(tmp_path / "film" / "poster.png"), still.draw(GAME, 2))
    assert Scene.load(tmp_path / "film" / "scene.toml").figure == GAME.figure


def test_the_film_of_a_figure_goes_on_where_it_was_and_draws_no_picture_twice(
    tmp_path, monkeypatch
):
    render.render(GAME, tmp_path / "whole", bar=silent)
    drawn, original = [], ALL["chaos-game"].draw

    def draw(self, frame, device="auto"):
        if len(drawn) == 2:
            drawn.append(None)
            raise KeyboardInterrupt
        drawn.append(self.divisor)
        return original(self, frame, device)

    monkeypatch.setattr(ALL["chaos-game"], "draw", draw)
    with pytest.raises(KeyboardInterrupt, match="same call"):
        render.render(GAME, tmp_path / "film", bar=silent)
    render.render(GAME, tmp_path / "film", bar=silent)
    assert len(drawn) == 6 and len({*drawn}) == 6
    for name in ("film.mp4", "poster.png", *(f"pictures/frame-{i:05d}.png" for i in range(5))):
        assert (tmp_path / "film" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    render.render(GAME, tmp_path / "film", bar=silent)  # it is finished, and left alone
    assert len(drawn) == 6


@pytest.mark.parametrize("damage", [lambda old: old[:-30], lambda old: b"", lambda _: b"no PNG"])
def test_damaged_pictures_are_drawn_again(tmp_path, damage):
    render.render(GAME, tmp_path, bar=silent)
    path = tmp_path / "pictures" / "frame-00003.png"
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    render.render(GAME, tmp_path, bar=silent)
    assert path.read_bytes() == whole


def test_another_figure_is_refused_and_another_format_is_made_of_the_same_pictures(tmp_path):
    render.render(GAME, tmp_path, bar=silent)
    with pytest.raises(StoreError, match=r"figure\.points_per_pixel is 4\.0 there and 5 here"):
        render.render(GAME.with_values({"figure.points_per_pixel": 5}), tmp_path, bar=silent)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "pictures").iterdir()}
    render.render(GAME.with_values({"film.format": "gif"}), tmp_path, recolour=True, bar=silent)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "pictures").iterdir()} == before
    with Image.open(tmp_path / "film.gif") as gif:
        assert gif.n_frames == 5


@pytest.mark.parametrize(
    "values, words",
    [
        ({"figure.kind": "densty"}, "no kind 'densty'; did you mean 'density'"),
        ({"figure.orbit": 5}, "no key 'orbit'; did you mean 'orbits'"),
        ({"figure.orbits": 0}, "orbits must be from 1"),
        ({"figure.tone": "loud"}, "tone must be one of logarithmic, equalised"),
        ({"figure.start": 5}, "start must be 2 numbers"),
        ({"figure.colormap": "infrno"}, "did you mean 'inferno'"),
        ({"map.name": "three-body"}, "a density is of one of the maps henon, "),
    ],
)
def test_bad_values_are_named(values, words):
    with pytest.raises(ValueError, match=words):
        Scene.load("henon-attractor").with_values(values)
