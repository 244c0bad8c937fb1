"""What a film computes: every place once, at the density it has when it leaves the screen."""

from dataclasses import replace

import divergence as dv
import numpy as np
import pytest
from divergence.layers import Patch, plan
from divergence.scene import Frame

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
    x, y = Patch.whole(window).points(0, 40)
    assert np.array_equal(x.reshape(5, 8), window.points()[0])
    assert np.array_equal(y.reshape(5, 8), window.points()[1])


def test_points_of_a_part_are_those_of_the_whole():
    patch = plan(zoom(31)).layers[0].patch
    x, y = patch.points(0, patch.size)
    pieces = [patch.points(n, min(n + 37, patch.size)) for n in range(0, patch.size, 37)]
    assert patch.hole is not None
    assert np.array_equal(np.concatenate([piece[0] for piece in pieces]), x)
    assert np.array_equal(np.concatenate([piece[1] for piece in pieces]), y)
    assert len({*zip(x, y, strict=True)}) == patch.size


@pytest.mark.parametrize(
    ("shape", "ratio"), [((64, 64), 17), ((100, 100), 18), ((400, 400), 19), ((301, 500), 18.5)]
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
            x, y = layer.patch.points(0, layer.patch.size)
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


def test_a_ring_has_the_most_steps_of_the_frames_that_show_it():
    planned = plan(zoom(61))
    for number, layer in enumerate(planned.layers):
        assert layer.max_steps == max(100 + 10 * i for i in showing(planned, number))


def test_a_ring_has_the_shift_of_a_frame_that_shows_it_at_the_depth_of_an_average_pixel():
    frames = zoom(91, shift=lambda i: 1e-3 * 2 ** (-i / 30))
    planned = plan(frames)
    pixels = np.random.default_rng(1).uniform(-1, 1, (2, 100_000))
    depth = -np.log2(np.abs(pixels).max(axis=0)).mean()  # octaves until the edge reaches it
    for number, layer in enumerate(planned.layers[:-1]):
        edge = next(i for i, shown in enumerate(planned.shown) if shown[0] == number)
        mean = max(0, edge - 30 * depth)
        assert layer.map.shift == pytest.approx(1e-3 * 2 ** (-mean / 30), rel=0.02)


def test_a_ring_has_steps_enough_for_the_frames_at_whose_edge_it_lies():
    frames = zoom(91, steps=50_000, shift=lambda i: 1e-3 * 2 ** (-i / 30))
    planned = plan(frames)
    for frame, (number, _) in zip(frames, planned.shown, strict=True):
        layer = planned.layers[number]
        scaled = layer.max_steps * frame.map.horizon / layer.map.horizon
        assert frame.max_steps <= scaled * (1 + 1e-9)
        assert layer.max_steps <= frames[-1].max_steps


def test_rings_with_other_shifts_overlap_and_fade_into_each_other():
    frames = zoom(31, shape=(300, 300), shift=lambda i: 1e-3 * 2 ** (-i / 30))
    outer, inner = (layer.patch for layer in plan(frames).layers[2:4])
    unit = outer.window.width / 300, inner.window.width / 300
    edge = (outer.hole[1].start - 0.5) * unit[0], (inner.columns.start - 0.5) * unit[1]
    assert edge[1] < edge[0]  # both are computed between these
    x = np.linspace(edge[1], edge[0], 21)
    weights = [
        patch.weights(np.zeros(1), x / step)[0]
        for patch, step in zip((outer, inner), unit, strict=True)
    ]
    share = weights[1] / (weights[0] + weights[1])
    assert share[0] == pytest.approx(0, abs=1e-6) and share[-1] == pytest.approx(1, abs=1e-6)
    assert (np.diff(share) > -1e-6).all() and np.diff(share).max() < 0.3
    assert plan(zoom(31)).layers[2].patch.fades == (0, 0)


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
