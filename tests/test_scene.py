"""Scenes say what they mean, are written as they are read, and refuse nonsense by name."""

import cmath
import math
from decimal import Decimal, localcontext

import divergence as dv
import pytest
from divergence.scenes import laws
from divergence.scenes.scene import Scene, names

ZOOM = """
title = "A zoom"
max_steps = 50_000
frames = 301

[changes]
window.width = {halve_every = 30}
map.shift = {halve_every = 30}
max_steps = {add = 1000}

[map]
name = "three-body"

[window]
center = [5.30031, -0.45]
width = 40
shape = [30, 40]
"""


def scene(text=ZOOM):
    return Scene.loads(text, "some", "some.toml")


def sweep(law, frames=11, of="map.shift"):
    return scene().with_values({"frames": frames, "changes": {}, f"changes.{of}": law})


def test_row_t3_halves_width_and_shift_and_adds_steps():
    for i in (0, 1, 45, 300):
        frame = scene().frame(i)
        assert frame.window.width == pytest.approx(40 / 2 ** (i / 30), rel=1e-15)
        assert frame.map.shift == pytest.approx(1e-3 / 2 ** (i / 30), rel=1e-15)
        assert frame.max_steps == 50_000 + 1000 * i
        assert frame.window.center == (5.30031, -0.45)


def test_a_zoom_halves_exactly_so_that_frames_share_points():
    for i in range(0, 60, 7):
        assert scene().frame(i + 30).window.width == scene().frame(i).window.width / 2


def test_a_line_passes_evenly_through_both_ends():
    shifts = [sweep({"line": [0.1, 0.3]}).frame(i).map.shift for i in range(11)]
    assert shifts[0] == 0.1 and shifts[-1] == 0.3
    assert shifts == pytest.approx([0.1 + 0.02 * i for i in range(11)])


def test_a_line_there_and_back_can_be_looped():
    shifts = [sweep({"line": [1, 2], "back": True}, 4).frame(i).map.shift for i in range(4)]
    assert shifts == [1, 1.5, 2, 1.5]


def test_a_line_goes_by_way_of_the_numbers_between():
    shifts = [sweep({"line": [1, 3, 2]}, 5).frame(i).map.shift for i in range(5)]
    assert shifts == [1, 2, 3, 2.5, 2]
    shifts = [sweep({"geometric": [1, 4, 1]}, 5).frame(i).map.shift for i in range(5)]
    assert shifts == pytest.approx([1, 2, 4, 2, 1])


def test_a_centre_that_goes_as_the_widths_do_zooms_about_a_point_that_stays_in_its_place():
    zoom = Scene.load("mandelbrot").with_values(
        {
            "frames": 11,
            "changes.window.width.geometric": ["2", "2e-30"],
            "changes.window.center.0.line": ["-0.5", "-1.40115518909205060052382765487"],
            "changes.window.center.0.widths": ["2", "2e-30"],
        }
    )
    again = Scene.loads(zoom.dumps(), "again", "again")
    windows = [again.frame(i).window for i in range(11)]
    centers = [Decimal(str(window.center[0])) for window in windows]
    widths = [Decimal(str(window.width)) for window in windows]
    start, end = Decimal("-0.5"), Decimal("-1.40115518909205060052382765487")
    assert centers[0] == start and centers[-1] == end
    with localcontext(prec=80):
        fixed = (end * 2 - start * Decimal("2e-30")) / (2 - Decimal("2e-30"))
        places = [float((fixed - c) / w) for c, w in zip(centers, widths, strict=True)]
    assert places == pytest.approx([places[0]] * 11, rel=1e-12)


def test_a_geometric_sweep_multiplies_by_one_factor():
    shifts = [sweep({"geometric": [1e-8, 1e-5]}, 4).frame(i).map.shift for i in range(4)]
    assert shifts == pytest.approx([1e-8, 1e-7, 1e-6, 1e-5])
    assert shifts[-1] == 1e-5


def test_a_circle_goes_round_its_center_once():
    turning = scene().with_values(
        {"frames": 8, "changes": {}, "values.c": 0, "changes.values.c": {"circle": ["1+i", 0.25]}}
    )
    points = [turning.still(i).values["c"] - (1 + 1j) for i in range(8)]
    assert [abs(p) for p in points] == pytest.approx([0.25] * 8)
    assert [cmath.phase(p) % math.tau for p in points] == pytest.approx(
        [math.tau * i / 8 for i in range(8)]
    )


def test_one_number_of_a_tuple_can_be_swept():
    masses = sweep({"line": [30, 5.9]}, of="map.masses.0").frame(10).map.masses
    assert masses == (5.9, 20, 30)
    below = sweep({"line": [10.9, 11.15]}, of="map.positions.0.2").frame(0).map.positions
    assert below == ((0, 0, 10.9), (0, 0, 0), (10, 10, 12))


def test_the_step_limit_can_be_swept():
    assert [sweep({"line": [1, 4]}, 3, "max_steps").frame(i).max_steps for i in range(3)] == [
        1,
        2,
        4,
    ]


def test_between_two_frames_lie_others():
    width = scene().frame(3.75).window.width
    assert width == pytest.approx(40 / 2**0.125)


def test_a_still_is_the_picture_of_its_frame():
    for i in (0, 7, 300):
        still = scene().still(i)
        assert still.frames == 1
        assert still.frame(0) == scene().frame(i)


def test_a_resized_scene_shows_the_same_area():
    large, small = scene().frame(0).window, scene().resized(8).frame(0).window
    assert small.shape == (6, 8)
    assert (small.center, small.width, small.height) == (large.center, large.width, large.height)


@pytest.mark.parametrize("name", names())
def test_every_scene_is_written_as_it_is_read(name):
    loaded = Scene.load(name)
    assert Scene.loads(loaded.dumps(), "some", "text") == loaded


def test_numbers_are_written_exactly():
    values = {"a": 0.1 + 0.2, "b": 5e-324, "c": -1e300, "d": complex(1e-17, -2 / 3), "e": 7}
    written = scene().with_values({"values": values, "map.shift": 1 / 3, "look_for": 'a "b" \\ é'})
    again = Scene.loads(written.dumps(), "other", "text")
    assert again == written
    assert again.values == values
    assert again.frame(17) == written.frame(17)


def test_a_window_is_written_with_all_its_digits():
    digits = "5.3003118132720401214801787"
    written = scene().with_values({"window.center": [digits, -0.45]})
    assert Scene.loads(written.dumps(), "other", "text").frame(0) == written.frame(0)
    assert str(written.frame(0).window.center[0]) == digits


def test_a_zoom_may_begin_deeper_than_a_float_is_small():
    halved = {"halve_every": 2}
    law = laws.parse(halved)
    assert law.value(Decimal("8e-400"), 6, 100) == Decimal("1e-400")


def test_a_written_scene_holds_every_parameter():
    text = scene().dumps()
    assert "gravity = 9.8" in text and "critical_distance = 0.5" in text


def test_a_path_and_a_name_load_the_same_scene(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(ZOOM)
    assert Scene.load(path) == Scene.loads(ZOOM, "mine", "text")
    assert Scene.load(names()[0]).name == names()[0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("frames = 301", "frames = ", "line 4"),
        ("frames = 301", "frame = 301", "no key 'frame'; did you mean 'frames'?"),
        ("frames = 301", "frames = 0", "frames must be from 1"),
        ("frames = 301", "arithmetic = 'float64'\nframes = 3000", "frame 2999: window: pixels"),
        ("max_steps = 50_000", "", "max_steps is missing"),
        ("three-body", "three-bodys", "map: no map 'three-bodys'; did you mean 'three-body'?"),
        ('name = "three-body"', "", "map: name is missing"),
        ("[window]", "gravty = 1\n[window]", "map: no key 'gravty'; did you mean 'gravity'?"),
        ("[window]", "masses = [1, 2]\n[window]", "map: masses must be 3 numbers, not 2 of them"),
        ("width = 40", "width = -40", "window: width must be positive"),
        ("width = 40", "widht = 40", "window: no key 'widht'; did you mean 'width'?"),
        ("window.width =", "window.widht =", "window.widht: no key 'widht'; did you mean"),
        ("map.shift =", "map.masses.3 =", "map.masses.3: no place '3'; allowed: 0, 1, 2"),
        ("map.shift =", "map.plane =", "map.plane must be a number"),
        ("map.shift =", "frames =", "changes.frames: no value 'frames'"),
        ("{halve_every = 30}", "{halve_evry = 30}", "did you mean 'halve_every'?"),
        ("{halve_every = 30}", "{line = [0]}", "line must be two numbers or more"),
        ("{halve_every = 30}", "{geometric = [-1, 1]}", "geometric cannot go from -1 to 1"),
        ("{halve_every = 30}", "{add = 1, back = true}", "add knows no 'back'"),
        ("{add = 1000}", "1000", "changes.max_steps must be a table"),
        ("map.shift = {halve_every = 30}", "map.shift = 30", "changes.map.shift must be a table"),
        ("{add = 1000}", "{}", "changes.max_steps must be a table"),
        ("map.shift =", "window.shape.0 =", "every frame of a film has the same shape"),
        ("[window]", "gravity = true\n[window]", "map: gravity must be a real number, not True"),
        ("max_steps = 50", "name = '../a'\nmax_steps = 50", "name must do for a file"),
        ("max_steps = 50", "name = '..'\nmax_steps = 50", "name must do for a file"),
        ("max_steps = 50", "name = ''\nmax_steps = 50", "name must do for a file"),
        ("frames = 301", f"values = {'[' * 5000}{']' * 5000}", "too many brackets"),
        ("frames = 301", f"values.{'a.' * 5000}a = 1", "too many brackets"),
        ("[window]", "[colour]\ncolormap = 'infern'\n[window]", "colour: no colormap 'infern'"),
        ("[window]", "[colour]\nlow = 'linear'\n[window]", "no key 'low'; did you mean 'law'?"),
        ("[window]", "[overlay]\nstart = [0, 0]\n[window]", "overlay: map must be a planar map"),
        ("[window]", "[overlay]\nmap = 5\n[window]", "overlay: map must be a table"),
        ("[window]", "[overlay]\nmap = {name = 'henom'}\n[window]", "did you mean 'henon'?"),
        ("[window]", "[overlay]\njoined = 1\n[window]", "overlay: joined must be true or false"),
        ("{add = 1000}", "{add = -1000}", "frame 150: max_steps must be from 1"),
    ],
)
def test_nonsense_is_one_line_with_the_file_and_the_place(tmp_path, old, new, told):
    path = tmp_path / "mine.toml"
    path.write_text(ZOOM.replace(old, new, 1))
    with pytest.raises(ValueError) as raised:
        Scene.load(path)
    message = str(raised.value)
    assert message.startswith(f"{path}: ") and told in message
    assert "\n" not in message


@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "a\0b"])
def test_a_name_that_is_no_files_is_refused_however_it_comes(name):
    with pytest.raises(ValueError, match="name must"):
        scene().with_values({"name": name})


def test_a_path_of_many_dots_is_refused():
    with pytest.raises(ValueError, match="too many dots"):
        scene().with_values({"map" + ".a" * 5000: 1})


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(ZOOM, encoding="utf-8-sig")
    assert Scene.load(path) == Scene.loads(ZOOM, "mine", "text")


def test_an_unknown_scene_is_told_the_nearest():
    with pytest.raises(ValueError, match="no scene 'three-body-zom'; did you mean 'three-body-z"):
        Scene.load("three-body-zom")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ValueError, match="none.toml: No such file"):
        Scene.load(tmp_path / "none.toml")


def test_frames_outside_the_film_are_refused():
    for i in (-1, 301):
        with pytest.raises(ValueError, match="frame must be from 0 to 300"):
            scene().frame(i)


def test_the_default_zoom_is_row_t3():
    frame = Scene.load("three-body-zoom").frame(0)
    assert frame.map == dv.ThreeBody()
    assert frame.window.center == (5.30031, -0.45) and frame.window.width == 40


def test_laws_keep_the_digits_of_decimals():
    from decimal import Decimal

    from divergence.scenes.laws import Add, Line

    start, end = Decimal("0.1000000000000000000000000001"), Decimal("0.3")
    assert Line((start, end)).value(0, 0, 3) == start
    assert Line((start, end)).value(0, 1, 3) == Decimal("0.20000000000000000000000000005")
    sum_ = Add(Decimal("1e-30")).value(Decimal("0.5"), 2, 3)
    assert sum_ == Decimal("0.500000000000000000000000000002")
    assert Add(Decimal("1e-3")).value(0.5, 1, 3) == Decimal("0.501")
