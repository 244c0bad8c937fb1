"""Windows of any depth: every pixel's time is that of its own orbit in many digits."""

import json
from decimal import Decimal

import divergence as dv
import numpy as np
import pytest
from divergence.command import zoom
from divergence.command.main import script_parser
from divergence.deep.compute import chosen, outcome_of
from divergence.deep.points import Offsets, octave_of
from divergence.film.folder import Folder
from divergence.film.render import render
from divergence.film.source import times_of
from divergence.kernel.points import Patch, Scattered
from divergence.scenes.scene import Scene
from reference.exact_long_film import RECORDED as LONG_FILM
from reference.exact_three_body import RECORDED, exact_time

PLACE = (
    "0.3141592653589793238462643383279502884197",
    "-0.2718281828459045235360287471352662497757",
)


def zoomed(width):
    """The map whose twin is as far away as in the zoom that begins with 40 and 0.001."""
    return dv.ThreeBody(shift=width / 40_000)


def test_times_equal_brute_force_and_float64_where_that_is_right():
    window, limit = dv.Window((5.30031, -0.45), 0.3, (12, 12)), 90_000
    deep, plain = (
        dv.times(zoomed(0.3), window, limit, arithmetic=name) for name in ("deep", "float64")
    )
    assert (deep < limit).any() and (deep == plain).all()
    row, column = np.argwhere(deep < limit)[0]
    exact = exact_time(zoomed(0.3), window.center, 0.3, window.shape, row, column, limit, bits=130)
    assert deep[row, column] == exact


@pytest.mark.parametrize("truth", json.loads(RECORDED.read_text()), ids=lambda t: t["width"])
def test_the_zoom_into_three_bodies_equals_brute_force(truth):
    system = dv.ThreeBody(shift=float(truth["shift"]))
    window = dv.Window(truth["center"], truth["width"], truth["shape"])
    pixels = [tuple(map(int, pixel.split(","))) for pixel in truth["times"]]
    times = dv.times(system, window, truth["limit"], arithmetic="deep")
    assert [times[pixel] for pixel in pixels] == list(truth["times"].values())


@pytest.mark.parametrize("truth", json.loads(LONG_FILM.read_text()), ids=lambda t: t["frame"])
def test_frames_of_the_long_film_equal_brute_force(truth):
    frame = Scene.load("three-body-zoom-long").frame(truth["frame"])
    row, column = np.array(truth["pixels"]).T
    if frame.arithmetic == "deep":
        across, up = column / 300 - 0.5, row / 300 - 0.5
        points = Offsets(frame.window.center, frame.window.width, across, up)
    else:
        points = Scattered(frame.window.x[column], frame.window.y[row])
    times = outcome_of(frame.map, points, frame.max_steps).times
    assert frame.window.shape == (300, 300) and list(times) == truth["times"]


def test_an_octave_more_of_depth_changes_nothing_else():
    wide, close = (dv.Window((5.30031, -0.45), width, (12, 12)) for width in (0.3, 0.15))
    near, shared = (dv.times(zoomed(0.15), w, 90_000, arithmetic="deep") for w in (wide, close))
    assert (near[3:9, 3:9] < 90_000).any() and (near[3:9, 3:9] == shared[::2, ::2]).all()


def test_the_arithmetic_is_chosen_by_what_is_needed():
    deep = dv.Window(PLACE, "1e-20")
    assert chosen(dv.ThreeBody(shift=1e-24), deep) == "deep"
    assert chosen(dv.ThreeBody(), dv.Window()) == "float64"
    assert chosen(dv.ThreeBody(shift=1e-12), dv.Window(width=1e-7)) == "deep"
    assert chosen(dv.ThreeBody(shift=1e-12), dv.Window(width=1e-7), "float64") == "float64"


@pytest.mark.parametrize(
    ("system", "window", "arithmetic", "told"),
    [
        (dv.ThreeBody(), dv.Window(PLACE, "1e-20"), "float64", "too close for float64"),
        (dv.ThreeBody(integrator="leapfrog"), dv.Window(PLACE, "1e-20"), "auto", "'euler'"),
        (dv.ThreeBody(), dv.Window(), "deep", "up to 1 wide, not 40"),
        (
            dv.ThreeBody(shift=1e-30),
            dv.Window(PLACE, "1e-20"),
            "auto",
            "less than 5e-07 of the width",
        ),
        (dv.Pendulum(), dv.Window(PLACE, "1e-20"), "auto", "pendulum has none"),
        (dv.ThreeBody(), dv.Window(), "exact", "arithmetic must be one of auto, float64, deep"),
    ],
)
def test_what_cannot_be_zoomed_is_refused_in_a_line_that_says_why(system, window, arithmetic, told):
    with pytest.raises(ValueError, match=told):
        dv.times(system, window, 100, arithmetic=arithmetic)


def test_an_octave_is_the_largest_that_holds_a_length():
    assert octave_of(1.0) == 0 and octave_of(0.5) == 1 and octave_of(0.75) == 0
    assert octave_of(Decimal("1e-400")) == 1328
    points = Offsets.of(Patch.of(dv.Window(("1", "2"), "1e-400", (3, 4))))
    u, v = points.in_octave(points.octave)
    assert 0.25 < np.abs(u).max() <= 0.5 and np.abs(v).max() <= 0.5


def test_a_films_frames_are_its_stills_and_its_reference_is_kept(tmp_path):
    scene = Scene.load("three-body-zoom").with_values(
        {
            "window.width": 4e-6,
            "window.shape": (6, 6),
            "map.shift": 1e-10,
            "frames": 3,
            "changes": {"window.width": {"halve_every": 1}, "map.shift": {"halve_every": 1}},
            "max_steps": 650_000,
            "film.exact": True,
        }
    )
    render(scene, tmp_path / "film")
    times = times_of(scene, Folder(tmp_path / "film")).cache
    for i in range(3):
        frame = scene.frame(i)
        assert frame.arithmetic == "deep"
        alone = dv.times(frame.map, frame.window, frame.max_steps)
        assert (times.load(i).times.reshape(6, 6) == alone).all() and (alone < 650_000).any()
    assert len(list((tmp_path / "film" / "times").glob("reference-*.npz"))) == 1


def test_a_zoom_can_be_told_where_to_end():
    place = ["--center", "5.30030975073663411585353639981694", "-0.449999763684113772784361392768"]
    arguments = script_parser("zoom").parse_args(
        [*place, "--to", "1e-30", "--frames-per-octave", "2"]
    )
    scene = zoom.scene_of(arguments)
    last = scene.frame(scene.frames - 1)
    assert 0.5e-30 < last.window.width <= 1e-30 and last.arithmetic == "deep"
    assert str(last.window.center[0]) == place[1]


@pytest.mark.parametrize(("plane", "center"), [("yz", (0.3, 0.2)), ("zx", (0.3, 1.7))])
def test_every_plane_of_starts_can_be_zoomed(plane, center):
    system, window = dv.ThreeBody(shift=1e-6, plane=plane), dv.Window(center, 0.04, (12, 12))
    deep, plain = (
        dv.times(system, window, 60_000, arithmetic=name) for name in ("deep", "float64")
    )
    assert (plain < 60_000).all() and np.array_equal(deep, plain)
