"""What is reused has the bits that it would have if it were computed again."""

from dataclasses import replace

import divergence as dv
import numpy as np
import pytest
from divergence.film import render, reuse
from divergence.film.plan import plan
from divergence.frame import Frame
from divergence.kernel.compute import outcome_at
from divergence.scenes.scene import Scene
from tqdm import tqdm

JULIA = dv.Julia(a=-0.29609091 + 0.62491j)
WINDOW = dv.Window((-0.6583867, 0.041100001), 0.5, (41, 60))
ALL = {"fates": True, "fractions": True, "states": True}


def layers(*frames):
    return plan([Frame(*frame) for frame in frames], exact=True).layers


@pytest.mark.parametrize(
    ("system", "window", "fewer", "more"),
    [
        (dv.ThreeBody(), dv.Window(width=20, shape=(12, 17)), 9000, 14_000),
        (dv.ThreeBody(shift=1e-12), dv.Window(width=20, shape=(5, 7)), 900, 1500),
        (JULIA, WINDOW, 30, 300),
        (dv.Henon(), dv.Window(width=10, shape=(50, 51)), 5, 70),
    ],
)
def test_more_steps_continue_only_what_had_not_stopped(system, window, fewer, more):
    before = outcome_at(system, *window.points(), fewer, **ALL)
    taken = []
    after = before.resume(more, progress=lambda now: taken.append(now.steps))
    anew = outcome_at(system, *window.points(), more, **ALL)
    assert (after.map, after.max_steps) == (system, more)
    for name in ("times", "fates", "fractions"):
        assert np.array_equal(getattr(after, name), getattr(anew, name))
    left = anew.times == more
    assert np.array_equal(after.states[left], anew.states[left])
    assert taken[-1] == anew.times.sum(dtype=int) - before.times.sum(dtype=int)


def test_going_on_twice_is_going_on_once():
    start = outcome_at(JULIA, *WINDOW.points(), 20, **ALL)
    twice = start.resume(90).resume(200)
    assert np.array_equal(twice.times, start.resume(200).times)
    with pytest.raises(ValueError, match="states"):
        outcome_at(JULIA, *WINDOW.points(), 20).resume(30)
    with pytest.raises(ValueError, match="max_steps"):
        start.resume(19)


@pytest.mark.parametrize("shape", [(40, 60), (41, 61), (1, 60)])
def test_half_a_window_shares_a_quarter_of_its_points(shape):
    window = replace(WINDOW, shape=shape, height=None)
    half = replace(window, width=window.width / 2, height=None)
    donor, layer = layers((JULIA, window, 50), (JULIA, half, 50))
    outcome = outcome_at(JULIA, *donor.patch.coordinates(), 50)
    known = reuse.given(layer, donor, outcome)
    expected = dv.times(JULIA, half, 50).ravel()
    found = known.times >= 0
    assert found.mean() == pytest.approx(1 / 4 if shape[0] > 1 else 1 / 2, rel=0.1)
    assert np.array_equal(known.times[found], expected[found])


@pytest.mark.parametrize(("reached", "limit"), [(30, 30), (30, 200), (200, 30)])
@pytest.mark.parametrize("wanted", [(), ("states",), ("fates", "fractions")])
def test_what_is_known_and_what_is_not_make_a_whole(reached, limit, wanted):
    half = replace(WINDOW, width=WINDOW.width / 2, height=None)
    donor, layer = layers((JULIA, WINDOW, reached), (JULIA, half, limit))
    points = donor.patch.coordinates()
    outcome = outcome_at(JULIA, *points, reached, **dict.fromkeys(wanted, True))
    known, part = reuse.given(layer, donor, outcome), range(100, 2000)
    of_part = known.take(slice(part.start, part.stop))
    made, steps = reuse.completed(layer, part, of_part, wanted, {})
    anew, all_steps = reuse.completed(layer, part, None, wanted, {})
    for name in ("times", *(name for name in wanted if name != "states")):
        assert np.array_equal(getattr(made, name), getattr(anew, name))
    if "states" in wanted:
        left = anew.times == limit
        assert np.array_equal(made.states[left], anew.states[left])
    assert steps < all_steps


@pytest.mark.parametrize(
    "change",
    [
        {"a": complex(np.nextafter(JULIA.a.real, 0), JULIA.a.imag)},
        {"a": complex(JULIA.a.real, np.nextafter(JULIA.a.imag, 0))},
        {"exponent": 2 + 1e-15},
    ],
)
def test_a_parameter_changed_by_one_ulp_misses(change):
    frames = [(JULIA, WINDOW, 50), (replace(JULIA, **change), replace(WINDOW, height=None), 50)]
    half = replace(WINDOW, width=WINDOW.width / 2, height=None)
    assert reuse.donors(layers(frames[0], (JULIA, half, 50))) == {1: 0}
    assert reuse.donors(layers(frames[0], (frames[1][0], half, 50))) == {}


def test_a_layer_that_tells_of_the_octaves_above_is_computed_anew():
    half = replace(WINDOW, width=WINDOW.width / 2, height=None)
    known, wanted = layers((JULIA, WINDOW, 50), (JULIA, half, 50))
    assert reuse.donors([known, wanted]) == {1: 0}
    assert reuse.donors([known, replace(wanted, octaves=1)]) == {}


def test_a_window_moved_by_one_ulp_shares_the_points_that_rounding_left_where_they_were():
    moved = replace(WINDOW, center=(np.nextafter(WINDOW.center[0], 0), WINDOW.center[1]))
    donor, layer = layers((JULIA, WINDOW, 50), (JULIA, moved, 50))
    outcome = outcome_at(JULIA, *donor.patch.coordinates(), 50)
    found = reuse.given(layer, donor, outcome).times.reshape(41, 60) >= 0
    assert np.array_equal(found, np.broadcast_to(moved.x == WINDOW.x, (41, 60)))
    assert found.mean() < 0.1


def test_an_exact_zoom_takes_what_it_can_and_changes_no_time(tmp_path):
    scene = Scene.load("julia-zoom").with_values(
        {"window.shape": (24, 24), "frames": 9, "film.exact": True}
        | {"changes.window.width.halve_every": 4}
    )
    report = render.render(scene, tmp_path, bar=lambda total, *_: tqdm(disable=True))
    for i in range(9):
        frame = scene.frame(i)
        with np.load(tmp_path / "times" / f"frame-{i:05d}.npz") as stored:
            times = stored["times"].reshape(24, 24)
            assert ("states" in stored) == (i < 5)
        assert np.array_equal(times, dv.times(frame.map, frame.window, frame.max_steps))
    assert report["pixel_steps_computed"] < 0.92 * report["pixel_steps_frame_by_frame"]
