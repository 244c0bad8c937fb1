"""Pictures for a caller's own plots and notebooks."""

from io import BytesIO

import divergence as dv
import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

WINDOW = dv.Window(center=(-0.7, 0.1), width=2.4, shape=(40, 60))
MANDELBROT = dv.Mandelbrot()


def axes(**shape):
    figure = Figure(**shape)
    FigureCanvasAgg(figure)
    return figure.subplots()


def test_an_image_lies_with_its_top_row_first():
    image = dv.draw(MANDELBROT, WINDOW, 70, colouring=dv.Colouring("magma", "times"))
    times = dv.times(MANDELBROT, WINDOW, 70)
    assert isinstance(image, Image.Image)
    assert image.size == (60, 40)
    by_hand = dv.Colouring("magma", "times").rgb(times, 70)[::-1]
    assert np.array_equal(np.asarray(image), by_hand)


def test_a_picture_knows_its_window_and_shows_itself():
    picture = dv.compute(MANDELBROT, WINDOW, 70)
    assert picture.window is WINDOW
    assert np.array_equal(picture.times, dv.times(MANDELBROT, WINDOW, 70))
    shown = Image.open(BytesIO(picture._repr_png_()))
    assert np.array_equal(np.asarray(shown), np.asarray(picture.image()))


def test_imshow_puts_the_map_s_coordinates_on_the_axes():
    ax = axes()
    drawn = dv.imshow(dv.compute(MANDELBROT, WINDOW, 70), ax)
    left, right, bottom, top = drawn.get_extent()
    step = 2.4 / 60
    assert (left, right) == pytest.approx((-0.7 - 30.5 * step, -0.7 + 29.5 * step))
    assert (bottom, top) == pytest.approx((0.1 - 20.5 * step, 0.1 + 19.5 * step))
    assert drawn.origin == "lower"
    assert ax.get_aspect() == 1.0


def test_a_colour_bar_has_the_colours_of_the_picture():
    colouring = dv.Colouring("viridis", "times", law="logarithmic")
    picture = dv.compute(MANDELBROT, WINDOW, 70, colouring=colouring)
    scale = picture.scale()
    for time in (3, 20, 60):
        there = np.rint(255 * np.array(scale.to_rgba(time)[:3])).astype(int)
        near = [tuple(colouring.rgb(np.array([t]), 70)[0]) for t in (time - 1, time, time + 1)]
        assert tuple(there) in near


def test_fates_have_their_names_beside_the_picture():
    colouring = dv.Colouring("gray", "times", fates="tab10")
    picture = dv.compute(dv.GradientDescent(eta=0.25), WINDOW, 50, colouring=colouring)
    ax = axes()
    dv.imshow(picture, ax)
    bar = ax.figure.axes[1]
    assert [text.get_text() for text in bar.get_yticklabels()] == list(
        dv.GradientDescent(eta=0.25).fate_names
    )
    assert picture.fates is not None


def test_recolouring_needs_no_computing_and_says_what_it_lacks():
    picture = dv.compute(MANDELBROT, WINDOW, 70)
    other = picture.recoloured(dv.Colouring("viridis"))
    assert other.times is picture.times
    with pytest.raises(ValueError, match="fates"):
        picture.recoloured(dv.Colouring(fates="tab10"))


def test_importing_and_drawing_change_no_setting_of_matplotlib():
    before = dict(matplotlib.rcParams)
    dv.imshow(dv.compute(MANDELBROT, WINDOW, 20), axes())
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("call", [dv.times, dv.fates, dv.compute, dv.draw])
def test_a_mistyped_keyword_is_told_by_the_function_that_was_called(call):
    with pytest.raises(TypeError, match=rf"^{call.__name__}\(\) .*'devcie'; did you mean 'device'"):
        call(MANDELBROT, WINDOW, 20, devcie="cpu")


def test_fates_are_returned_by_name():
    found = dv.fates(dv.Newton("x^3-1"), WINDOW, 30)
    times, fates = found
    assert found.times is times
    assert found.fates is fates
