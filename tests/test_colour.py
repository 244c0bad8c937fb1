"""Colours follow from times by one law, and leave the times alone."""

import divergence as dv
import matplotlib
import numpy as np
import pytest
from divergence import colormaps
from divergence.colour import Colouring, to_linear, to_srgb
from matplotlib.colors import LogNorm, Normalize

TIMES = np.array([[0, 1, 499, 500], [501, 998, 999, 1000]], np.int32)


def test_the_default_is_what_matplotlib_draws_of_steps_left():
    normed = matplotlib.colors.Normalize(0, 1000)(1000 - TIMES)
    expected = matplotlib.colormaps["inferno"](normed, bytes=True)[..., :3]
    difference = Colouring().rgb(TIMES, 1000).astype(int) - expected
    assert abs(difference).max() <= 1  # Matplotlib truncates to bytes where we round


def test_early_is_light_and_never_is_darkest():
    brightness = Colouring().rgb(TIMES, 1000).sum(axis=-1, dtype=int)
    assert brightness[0, 0] == brightness.max()
    assert brightness[1, 3] == brightness.min()


@pytest.mark.parametrize("law", ["linear", "logarithmic", "cyclic", "equalised"])
def test_colouring_by_table_is_colouring_one_by_one(law):
    rng = np.random.default_rng(1)
    times = rng.integers(0, 101, (50, 40), dtype=np.int32)
    before = times.copy()
    colouring = Colouring(law=law, period=7).fitted([(times, 100)])
    many = colouring.rgb(times, 100)
    one_by_one = [[colouring.rgb(time, 100) for time in row] for row in times]
    assert np.array_equal(many, one_by_one)
    assert np.array_equal(times, before)


def test_a_picture_with_fewer_steps_is_the_thresholded_one():
    colouring = Colouring()
    times = np.arange(2000, dtype=np.int32)
    assert np.array_equal(colouring.rgb(times, 500), colouring.rgb(np.minimum(times, 500), 500))


def test_a_cyclic_law_repeats_after_its_period_and_keeps_the_interior_apart():
    colouring = Colouring("twilight", law="cyclic", period=10, shows="times", interior="#102030")
    rgb = colouring.rgb(np.array([3, 13, 23, 100], np.int32), 100)
    assert (rgb[0] == rgb[1]).all() and (rgb[0] == rgb[2]).all()
    assert rgb[3].tolist() == [0x10, 0x20, 0x30]


def test_equalised_colours_are_used_equally_often():
    rng = np.random.default_rng(2)
    times = rng.exponential(300, 100_000).astype(np.int32)
    colouring = Colouring(law="equalised", shows="times").fitted([(times, 10_000)])
    levels = colouring.levels(times, 10_000)
    shares = np.histogram(levels, bins=8, range=(0, 256))[0] / times.size
    assert abs(shares - 1 / 8).max() < 0.01


def test_smooth_colours_use_the_fraction_of_a_step():
    colouring = Colouring(smooth=True, shows="times")
    times = np.full(3, 10, np.int32)
    levels = colouring.levels(times, 40, fractions=np.array([0.0, 0.4, 0.8]))
    assert levels[0] < levels[1] < levels[2] < colouring.levels(times + 1, 40)[0]


def test_the_fate_chooses_the_hue_and_time_the_shade():
    colouring = Colouring("gray", fates="tab10")
    times = np.array([0, 0, 9, 10], np.int32)
    rgb = colouring.rgb(times, 10, fates=np.array([1, 2, 1, 0], np.int32)).astype(int)
    tab10 = np.rint(255 * np.array(matplotlib.colormaps["tab10"].colors)).astype(int)
    assert rgb[0].tolist() == tab10[0].tolist() and rgb[1].tolist() == tab10[1].tolist()
    assert (rgb[2] < rgb[0]).all() and rgb[2].argmax() == rgb[0].argmax()
    assert rgb[3].tolist() == [0, 0, 0]


def test_light_and_srgb_are_inverse_for_every_byte():
    every = np.arange(256, dtype=np.uint8)
    assert np.array_equal(to_srgb(to_linear(every)), every)


def test_half_the_light_of_white_is_188_in_srgb():
    assert to_srgb(np.float32([0.5])).tolist() == [188]


@pytest.mark.parametrize(
    "table",
    [
        {"colormap": "infernal"},
        {"law": "steep"},
        {"period": 0},
        {"interior": "blackish"},
        {"shows": "steps"},
        {"colourmap": "inferno"},
        {"smooth": 1},
        {"fates": "tab11"},
    ],
)
def test_bad_colourings_are_refused_by_name(table):
    with pytest.raises(ValueError, match=next(iter(table))):
        Colouring.of(table)


def test_a_normalize_of_matplotlib_is_a_law():
    times = np.array([1, 10, 100, 1000], np.int32)
    colouring = Colouring("viridis", "times", law=LogNorm(), interior="black")
    levels = colouring.levels(times, 10_000)
    assert levels.tolist() == [0, 64, 128, 192]  # quarters of 256 colours, decade by decade
    limited = Colouring("viridis", "times", law=Normalize(100, 1100))
    assert limited.levels(times, 10_000).tolist() == [0, 0, 0, int(0.9 * 256)]
    assert not LogNorm().scaled()


def test_a_function_is_a_law_and_may_give_what_is_no_share():
    times = np.array([0, 25, 50, 99], np.int32)
    colouring = Colouring("viridis", "times", law=lambda t, limit: np.sqrt(t / limit))
    assert colouring.levels(times, 100).tolist() == [0, 128, 181, 254]
    wild = Colouring("viridis", "times", law=lambda t, limit: np.where(t > 30, np.nan, 7.0))
    assert wild.levels(times, 100).tolist() == [255, 255, 0, 0]


@pytest.mark.parametrize("name", ["gray", "viridis", "twilight"])
def test_fates_have_colours_as_far_apart_as_the_colormap_goes(name):
    """Of a continuous colormap, the first and the last fate have its ends."""
    colouring = Colouring("gray", "times", fates=name).fitted([], [dv.Newton("x^12-1")])
    colours = colouring.rgb(np.full(12, 9), 10, fates=np.arange(1, 13)) / 0.915  # of that shade
    ends = np.rint(255 * matplotlib.colormaps[name]([0.0, 1.0])[:, :3])
    assert np.abs(colours[[0, -1]] - ends).max() < 30
    apart = np.abs(colours[:, None] - colours[None]).max(axis=2) + 1e3 * np.eye(12)
    assert apart[:6, :6].min() > 15 if name == "twilight" else apart.min() > 15


def test_a_list_of_colours_that_is_too_short_says_so(caplog):
    colouring = Colouring(fates="tab10")
    assert colouring.fitted([], [dv.Newton("x^10-1")]).fate_count == 10
    assert not caplog.records
    colouring.fitted([], [dv.Newton("x^12-1"), dv.Newton("x^3-1")])
    assert caplog.messages == ["fates: tab10 has 10 colours for 12 fates: some are shared"]


def test_names_that_are_checked_without_matplotlib_are_names_that_it_has():
    assert {*colormaps.COMMON.split()} <= {*matplotlib.colormaps}
