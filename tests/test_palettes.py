"""Palettes of other programs are read, written as text, kept by name, and colour scenes."""

import json

import divergence as dv
import numpy as np
import pytest
from divergence import colormaps, palettes
from divergence.command.main import script_parser
from divergence.command.parser import changed
from divergence.scenes.scene import Scene

FIRE = "0 #000000, 0.25 #ff0000, 1 #ffffff"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def colours(text):
    return np.rint(255 * colormaps.table(text)).astype(int)


def test_a_palette_is_what_its_colours_mixed_evenly_are():
    table = colours(FIRE)
    share = np.arange(256) / 255
    red = np.interp(share, [0, 0.25, 1], [0, 255, 255])
    blue = np.interp(share, [0, 0.25, 1], [0, 0, 255])
    assert abs(table[:, 0] - red).max() <= 2  # Matplotlib has a table of 256 in between
    assert abs(table[:, 2] - blue).max() <= 2
    assert table[-1].tolist() == [255, 255, 255]


def test_a_map_of_256_colours_keeps_every_one():
    rows = np.random.default_rng(0).integers(0, 256, (256, 3))
    text = "\n".join(f"{r:3d} {g:3d} {b:3d}   as Fractint writes" for r, g, b in rows)
    (palette,) = palettes.parsed(text, ".map")
    assert np.array_equal(colours(palette.text), rows)


def test_a_gimp_palette_has_a_name_and_colours():
    text = "GIMP Palette\nName: Two seas\nColumns: 2\n#\n0 0 128 deep\n0 160 255\tshallow\n"
    assert palettes.parsed(text, ".gpl") == [("Two seas", "#000080, #00a0ff")]


def test_ultra_fractal_s_gradients_go_round_and_have_blue_in_the_high_byte():
    text = """
    sunset { ; a comment
    gradient:
      title="Sunset" smooth=yes
      index=0 color=255
      index=200 color=16711680
    opacity:
      smooth=no index=0 opacity=255
    }
    other {
    gradient:
      index=100 color=65280
      index=300 color=65535
    }
    """
    sunset, other = palettes.parsed(text, ".ugr")
    assert sunset == ("Sunset", "#ff0000, #0000ff, #ff0000")
    assert other.name == "other"
    assert other.text == "0 #80ff00, 0.25 #00ff00, 0.75 #ffff00, 1 #80ff00"


@pytest.mark.parametrize(
    "value, text",
    [
        (["#000", "red", "#ffffff"], "#000, red, #ffffff"),
        ([[0, 0, 0], [255, 128, 0]], "#000000, #ff8000"),
        ([[0.0, 0.0, 0.0], [1.0, 0.5, 0.0]], "#000000, #ff8000"),
        ([[0, "black"], [0.3, "red"], [1, "white"]], "0 black, 0.3 red, 1 white"),
        ({"name": "n", "colors": ["black", "white"]}, "black, white"),
        ([{"Name": "n", "RGBPoints": [-1, 0, 0, 0.0, 3, 1, 1, 1.0]}], "#000000, #ffffff"),
    ],
)
def test_palettes_in_json(value, text):
    assert palettes.parsed(json.dumps(value), ".json")[0].text == text


@pytest.mark.parametrize(
    "text, suffix, said",
    [
        ("nothing", ".map", "no palette is in it"),
        ("1 2 3", ".map", "from 2 to 1024 colours, not 1"),
        ("1 2 300\n1 2 3", ".gpl", "must be from 0 to 255, not 300"),
        ("{", ".json", "no JSON"),
        ("[[0.2, 3], 5]", ".json", "must be 3 numbers"),
        ('["a, b", "c"]', ".json", "a colour is a word"),
        ("[" * 100_000, ".json", "no JSON"),
        ("", ".exe", "suffix must be one of .map, .gpl, .ugr, .json"),
    ],
)
def test_what_is_no_palette_is_told_in_one_line(text, suffix, said):
    with pytest.raises(ValueError, match=said) as error:
        palettes.parsed(text, suffix)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text, said",
    [
        ("black,", "must be a colour, not ''|colours, or each with its place"),
        ("0 black, 0.9 white", "rise from 0 to 1"),
        ("0.5 black, 0 red, 1 white", "rise from 0 to 1"),
        ("black, no-colour", "must be a colour, not 'no-colour'"),
        ("0 black, white", "each with its place"),
    ],
)
def test_a_colouring_says_what_is_wrong_with_a_palette(text, said):
    with pytest.raises(ValueError, match=said):
        dv.Colouring(text)


def test_a_palette_that_is_kept_is_a_colormap_by_its_name_until_it_is_kept_anew():
    palettes.keep("fire", FIRE)
    assert palettes.names() == ["fire"]
    assert np.array_equal(colours("fire"), colours(FIRE))
    assert abs(colours("fire_r") - colours(FIRE)[::-1]).max() <= 2
    scene = Scene.load("mandelbrot").with_values({"colour.colormap": "fire"})
    assert dv.Colouring.of(scene.colour).palette[0].tolist() == [0, 0, 0]
    palettes.keep("fire", "white, black")
    assert dv.Colouring.of(scene.colour).palette[0].tolist() == [255, 255, 255]
    with pytest.raises(ValueError, match="did you mean 'fire'"):
        dv.Colouring("firre")


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".hidden", "x" * 61])
def test_a_palette_s_name_is_no_path(name):
    with pytest.raises(ValueError, match="a palette's name"):
        palettes.keep(name, FIRE)
    assert palettes.kept(name) is None


def test_the_command_line_takes_a_file_and_the_scene_carries_its_colours(tmp_path):
    path = tmp_path / "two.ugr"
    path.write_text(
        "a {\ngradient:\nindex=0 color=0\nindex=200 color=255\n}\n"
        'b {\ngradient:\ntitle="B c"\nindex=0 color=0\nindex=200 color=65280\n}\n'
    )
    parser = script_parser("render")
    for name, text in {
        str(path): "#000000, #ff0000, #000000",
        f"{path}#B c": "#000000, #00ff00, #000000",
    }.items():
        arguments = parser.parse_args(["mandelbrot", "--colormap", name])
        scene = changed(Scene.load("mandelbrot"), arguments)
        assert scene.colour["colormap"] == text
        assert Scene.loads(scene.dumps(), "again", "again").colour["colormap"] == text
