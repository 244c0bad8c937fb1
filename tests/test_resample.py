"""A pixel is the mean light of the samples in it, each by the area that its cell has there."""

import divergence as dv
import numpy as np
import pytest
from divergence.colour import Colouring, to_linear
from divergence.film.compose import blocks, compose, nearest, strides
from divergence.film.plan import finer, plan
from divergence.frame import Frame
from divergence.kernel.outcome import Outcome
from divergence.kernel.points import Patch

GREYS = Colouring("gray", shows="times")


def frame(width=40.0, shape=(12, 12), steps=1000):
    return Frame(dv.ThreeBody(), dv.Window((0, 0), width, shape), steps)


def of(times, **more):
    return Outcome(dv.ThreeBody(), 1000, times, **more)


def pictured(target, patches, times, colouring=GREYS):
    pieces = [
        block
        for patch, time in zip(patches, times, strict=True)
        for block in blocks(patch, of(time), strides(patch, target.window))
    ]
    return compose(target, pieces, colouring)


def wave(patch):
    """A smooth picture of the plane, as times."""
    x, y = patch.coordinates()
    return (500 + 400 * np.sin(x / 3) * np.cos(y / 4)).astype(np.int32)


def test_a_lattice_of_the_frames_own_gives_its_colours_exactly():
    target = frame(shape=(31, 20))
    times = np.random.default_rng(1).integers(0, 1001, 31 * 20, dtype=np.int32)
    rgb, steps = pictured(target, [Patch.of(target.window)], [times])
    assert np.array_equal(rgb, GREYS.rgb(times.reshape(31, 20), 1000))
    assert steps == pytest.approx(times.sum(), rel=1e-6)


def test_black_and_white_samples_average_to_half_the_light():
    target = frame(shape=(6, 6))
    patch = Patch.of(finer(target.window, 2))
    times = np.zeros(patch.size, np.int32).reshape(12, 12)
    times[:, ::2] = 1000
    rgb, _ = pictured(target, [patch], [times.ravel()])
    assert (rgb[:, 1:] == 188).all()


@pytest.mark.parametrize("ratio", [1.0, 1.07, 1.9, 3.3])
def test_areas_are_those_of_overlapping_rectangles(ratio):
    """Against the definition, pixel by pixel and cell by cell."""
    target = frame(width=8.0, shape=(7, 8))
    lattice = dv.Window((0, 0), 8.0 / ratio, (7, 8))
    reach = range(-16, 17)
    patch = Patch(lattice, reach, reach)
    times = np.random.default_rng(2).integers(0, 1000, patch.size, dtype=np.int32)
    rgb, _ = compose(target, blocks(patch, of(times)), GREYS)
    light = to_linear(GREYS.rgb(times.reshape(33, 33), 1000))[..., 0]

    def overlap(pixel, cell):
        return max(
            0, min(pixel + 0.5, (cell + 0.5) / ratio) - max(pixel - 0.5, (cell - 0.5) / ratio)
        )

    for row in range(-3, 4):
        for column in range(-4, 4):
            shares = np.outer([overlap(row, j) for j in reach], [overlap(column, i) for i in reach])
            expected = (shares * light).sum() / shares.sum()
            shown = to_linear(rgb[row + 3, column + 4])[0]
            assert shown == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (40, 40), (31, 57)])
def test_rings_show_the_plane_without_a_seam(shape):
    frames = [frame(40 * 2 ** (-i / 12), shape) for i in range(61)]
    planned = plan(frames)
    for i in (0, 1, 17, 60):
        first, last = planned.shown[i]
        patches = [layer.patch for layer in planned.layers[first : last + 1]]
        rgb, _ = pictured(frames[i], patches, [wave(patch) for patch in patches])
        whole = Patch.of(finer(frames[i].window, 8))
        truth, _ = pictured(frames[i], [whole], [wave(whole)])
        assert abs(rgb.astype(int) - truth).max() <= 6 + 400 / max(shape)


def test_times_are_compared_with_the_frames_own_limit():
    """A ring that was computed with more steps shows what the frame's steps would."""
    target = frame(steps=300)
    times = np.full(144, 700, np.int32)
    rgb, steps = pictured(target, [Patch.of(target.window)], [times], Colouring())
    assert (rgb == Colouring().rgb(np.int32(300), 300)).all()
    assert steps == pytest.approx(144 * 300)


@pytest.mark.parametrize(("octaves", "known"), [(0, 0), (1, 1), (0.25, 0.25), (1.5, 1.5), (7, 2)])
def test_a_frame_octaves_above_shows_the_times_of_there(octaves, known):
    target = frame()
    outcome = of(np.full(144, 800, np.int32), above=np.full((144, 2), (600, 100), np.int32))
    pieces = blocks(Patch.of(target.window), outcome)
    pieces = [block._replace(octaves=octaves) for block in pieces]
    expected = np.int32(np.interp(known, (0, 1, 2), (800, 600, 100)))
    assert (nearest(target, pieces) == expected).all()
    assert (compose(target, pieces, GREYS)[0] == GREYS.rgb(expected, 1000)).all()


def test_an_edge_between_basins_is_a_mixture_of_their_colours_alone():
    colouring = Colouring("gray", fates="tab10")
    target = frame(shape=(4, 4))
    patch = Patch.of(finer(target.window, 4))
    fates = np.where(np.arange(patch.size) % 16 < 9, 1, 2).astype(np.int32)
    outcome = of(np.zeros(patch.size, np.int32), fates=fates)
    rgb, _ = compose(target, blocks(patch, outcome), colouring)
    ends = to_linear(colouring.rgb(np.zeros(2, np.int32), 1000, fates=np.int32([1, 2])))
    light = to_linear(rgb[0])
    share = (light[:, 0] - ends[1, 0]) / (ends[0, 0] - ends[1, 0])
    mixed = share[:, None] * ends[0] + (1 - share[:, None]) * ends[1]
    assert (share > -0.01).all() and (share < 1.01).all()
    assert abs(light - mixed).max() < 0.01
