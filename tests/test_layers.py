"""What a film computes: every place once, at the density it has when it leaves the screen."""

from dataclasses import replace

import divergence as dv
import numpy as np
import pytest
from divergence.film.plan import plan
from divergence.frame import Frame
from divergence.kernel.points import Patch

MAP = dv.ThreeBody()


def zoom(frames, per_octave=30, shape=(40, 40), steps=100, **change):
    return [
        Frame(
            replace(MAP, **{name: law(i) for name, law in change.items()}),
            dv.Window((1.5, -2.0), 40 * 2 ** (-i / per_octave), shape),
            steps + 10 * i,
        )
        for i in range(frames)
    ]


def test_a_whole_patch_has_its_windows_points_in_order():
    window = dv.Window((0.3, -7.0), 3.0, (5, 8))
    x, y = Patch.of(window).coordinates()
    assert np.array_equal(x.reshape(5, 8), window.points()[0])
    assert np.array_equal(y.reshape(5, 8), window.points()[1])


def test_points_of_a_part_are_those_of_the_whole():
    patch = plan(zoom(31)).layers[0].patch
    x, y = patch.coordinates()
    pieces = [patch.coordinates(n, min(n + 37, patch.size)) for n in range(0, patch.size, 37)]
    assert patch.hole is not None
    assert np.array_equal(np.concatenate([piece[0] for piece in pieces]), x)
    assert np.array_equal(np.concatenate([piece[1] for piece in pieces]), y)
    assert len({*zip(x, y, strict=True)}) == patch.size


@pytest.mark.parametrize(
    ("shape", "ratio"), [((64, 64), 17), ((100, 100), 18), ((400, 400), 19), ((301, 500), 19)]
)
def test_ten_octaves_cost_less_than_a_fifteenth(shape, ratio):
    frames = zoom(301, shape=shape)
    assert plan(frames).points * ratio < plan(frames, exact=True).points


@pytest.mark.parametrize("per_octave", [1, 4, 15, 30, 200])
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (31, 17), (64, 48)])
def test_every_pixel_holds_a_sample_no_coarser_than_itself(per_octave, shape):
    frames = zoom(5 * per_octave + 1, per_octave, shape)
    planned = plan(frames)
    for i in {0, 1, len(frames) // 2, len(frames) - 1}:
        window = frames[i].window
        first, last = planned.shown[i]
        seen = np.zeros(shape, bool)
        for layer in planned.layers[first : last + 1]:
            assert layer.patch.window.width / layer.patch.window.shape[1] <= (
                window.width / window.shape[1] * (1 + 1e-12)
            )
            x, y = layer.patch.coordinates()
            column = (x - window.center[0]) / window.width * shape[1] + shape[1] // 2
            row = (y - window.center[1]) / window.height * shape[0] + shape[0] // 2
            for nudge in (-1e-6, 1e-6):  # a sample on the edge of two pixels is in both
                at = np.floor(row + 0.5 + nudge), np.floor(column + 0.5 + nudge)
                inside = (at[0] >= 0) & (at[0] < shape[0]) & (at[1] >= 0) & (at[1] < shape[1])
                seen[at[0][inside].astype(int), at[1][inside].astype(int)] = True
        assert seen.all()


def showing(planned, number):
    """The frames that show a layer."""
    return [i for i, (first, last) in enumerate(planned.shown) if first <= number <= last]


def test_a_ring_has_the_map_of_the_last_frame_that_shows_it_and_the_most_steps_of_all():
    frames = zoom(61, shift=lambda i: 1e-3 * 2 ** (-i / 30))
    planned = plan(frames)
    for number, layer in enumerate(planned.layers):
        showing = [i for i, (first, last) in enumerate(planned.shown) if first <= number <= last]
        assert layer.map == frames[showing[-1]].map
        assert layer.max_steps == max(frames[i].max_steps for i in showing)


def test_a_ring_tells_of_as_many_octaves_as_the_shift_has_fallen_but_of_no_more_than_four():
    frames = zoom(181, shift=lambda i: 1e-3 * 2 ** (-i / 30))
    planned = plan(frames)
    for layer in planned.layers:
        fallen = np.log2(1e-3 / layer.map.shift)
        assert layer.octaves == min(4, np.ceil(fallen - 1e-9))
    assert planned.layers[-1].octaves == 4
    assert not any(layer.octaves for layer in plan(zoom(181)).layers)


def test_zooming_out_takes_the_same_layers():
    inwards, outwards = plan(zoom(61)), plan(zoom(61)[::-1])
    assert inwards.layers == outwards.layers
    assert inwards.shown == outwards.shown[::-1]


def test_a_film_over_the_step_limit_is_one_computation():
    window = dv.Window(shape=(10, 10))
    planned = plan([Frame(MAP, window, steps) for steps in (1, 50, 90, 30)])
    assert len(planned.layers) == 1 and planned.layers[0].max_steps == 90


def test_a_sweep_computes_each_different_frame_once():
    window = dv.Window(shape=(10, 10))
    masses = [10.0, 9.0, 9.0, 10.0, 8.0]
    planned = plan([Frame(dv.ThreeBody(masses=(m, 20, 30)), window, 50) for m in masses])
    assert [first for first, _ in planned.shown] == [0, 1, 1, 0, 2]


def test_a_zoom_in_which_the_picture_changes_is_made_frame_by_frame():
    changing = zoom(31, gravity=lambda i: 9.8 + 0.1 * i)
    assert not plan(changing).keyframes and len(plan(changing).layers) == 31
    assert plan(zoom(31)).keyframes and not plan(zoom(31), exact=True).keyframes


def test_the_key_tells_apart_what_changes_a_time_by_as_little_as_it_can():
    frame = zoom(1)[0]
    ulp = np.nextafter(frame.map.shift, 1)
    others = [
        frame._replace(max_steps=101),
        frame._replace(map=replace(frame.map, shift=ulp)),
        frame._replace(map=replace(frame.map, dt=np.nextafter(0.001, 1))),
        frame._replace(window=replace(frame.window, width=np.nextafter(40, 41), height=None)),
        frame._replace(window=replace(frame.window, center=(1.5, np.nextafter(-2, 0)))),
    ]
    keys = [repr(plan([one]).layers[0].key) for one in [frame, *others]]
    assert len(set(keys)) == len(keys)
