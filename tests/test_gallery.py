"""Every scene draws something, and the gallery shows it."""

import numpy as np
import pytest
from divergence.command import gallery, main
from divergence.film import still
from divergence.scenes.scene import Scene, groups, names
from PIL import Image


@pytest.mark.parametrize("name", names())
def test_every_scene_draws_a_picture(name, monkeypatch):
    monkeypatch.setenv("DIVERGENCE_INTERPRET", "1")  # a few pixels are not worth a compilation
    scene = Scene.load(name).resized(16)
    rgb = still.draw(scene, scene.frames // 2)
    assert rgb.shape == (*scene.window["shape"], 3) and rgb.dtype == np.uint8
    assert len(np.unique(rgb.reshape(-1, 3), axis=0)) > 1


@pytest.mark.parametrize("name", names())
def test_every_scene_says_what_to_look_for(name):
    scene = Scene.load(name)
    assert scene.title != scene.name
    assert 20 < len(scene.look_for) < 200


def test_the_page_shows_every_scene_once():
    page = gallery.page([(g, scene) for g, scenes in groups().items() for scene in scenes])
    for name in names():
        assert page.count(f'src="{name}.png"') == 1
    assert "{" + "cards}" not in page and "{" + "groups}" not in page


def test_the_gallery_is_a_page_and_a_picture_of_each_scene(tmp_path, monkeypatch):
    some = {"Planar": [Scene.load(name) for name in ("henon-basin", "henon-basin-sweep")]}
    monkeypatch.setattr(gallery, "groups", lambda: some)
    sheet = tmp_path / "docs" / "sheet.png"
    options = ["--size", "20", "--out", str(tmp_path), "--sheet", str(sheet)]
    result = gallery.work(main.script_parser("gallery").parse_args(options))
    assert result.text == f"{tmp_path / 'index.html'}"
    assert sheet.exists()
    assert sorted(path.name for path in tmp_path.glob("*.png")) == [
        "henon-basin-sweep.png",
        "henon-basin.png",
    ]
    with Image.open(tmp_path / "henon-basin-sweep.png") as still:
        assert still.size == (20, 20)


@pytest.mark.parametrize("name", ["index.html", "henon-basin.png"])
def test_a_gallery_is_not_written_over_somebodys_own_page_or_picture(tmp_path, monkeypatch, name):
    some = {"Planar": [Scene.load("henon-basin")]}
    monkeypatch.setattr(gallery, "groups", lambda: some)
    arguments = main.script_parser("gallery").parse_args(["--size", "8", "--out", str(tmp_path)])
    gallery.work(arguments)
    gallery.work(arguments)  # over its own
    if name == "index.html":
        (tmp_path / name).write_text("<h1>My holidays</h1>")
    else:
        Image.new("RGB", (3, 3)).save(tmp_path / name)
    before = (tmp_path / name).read_bytes()
    with pytest.raises(ValueError, match="use another folder"):
        gallery.work(arguments)
    assert (tmp_path / name).read_bytes() == before


def test_the_contact_sheet_is_small_enough_for_a_readme(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (60, 200, 240, 3), np.uint8)
    gallery.contact_sheet(list(noise), tmp_path / "sheet.png")
    assert (tmp_path / "sheet.png").stat().st_size < 300_000
    with Image.open(tmp_path / "sheet.png") as sheet:
        side = sheet.height // 4  # 60 pictures fill four rows of fifteen
        assert sheet.size == (15 * side, 4 * side) and side > 16


def test_an_overlay_is_drawn_where_its_orbit_goes():
    plain = Scene.load("reversed-henon").with_values({"overlay": {}})
    point = {"map": {"name": "henon"}, "steps": 1, "skip": 0, "colour": "red"}
    drawn = still.draw(plain.with_values({"overlay": point}))
    rows, columns = plain.window["shape"]
    changed = np.argwhere((drawn != still.draw(plain)).any(axis=2))
    assert changed.tolist() == [[rows - 1 - rows // 2, columns // 2]]
    assert drawn[tuple(changed[0])].tolist() == [255, 0, 0]


def test_samples_of_a_pixel_are_averaged_as_light():
    """Of z^2's nine points round 1, four stay and are white, and five leave: nearly black."""
    edge = Scene.load("julia").with_values(
        {
            "map.a": 0,
            "window": {"center": [1, 0], "width": 0.02, "shape": [1, 1]},
            "colour": {"colormap": "gray", "shows": "times", "interior": "white"},
            "film.samples": 3,
        }
    )
    value = 1.055 * (4 / 9) ** (1 / 2.4) - 0.055  # of 4/9 of the light, by IEC 61966-2-1
    assert still.draw(edge) == pytest.approx(255 * value, abs=1)
