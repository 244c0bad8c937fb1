"""Where to zoom: nuclei are where algebra says; on boundaries there is something on every scale."""

import json
from decimal import Decimal, localcontext

import divergence as dv
import numpy as np
import pytest
from divergence.command import seek
from divergence.command.main import script_parser


def test_the_island_of_period_three_is_a_root_of_its_polynomial():
    found = dv.nucleus(dv.Mandelbrot(), dv.Window((-1.75, 0.01), 0.06))
    assert found.period == 3
    with localcontext(prec=30):
        c = Decimal(str(found.center[0]))
        assert abs(c**3 + 2 * c**2 + c + 1) < Decimal("1e-14")
        assert abs(float(found.center[1])) < 1e-14
    assert float(found.size) == pytest.approx(0.019, rel=0.05)


def test_a_nucleus_is_found_to_the_digits_that_its_size_needs():
    window = dv.Window(("-1.768667862837488812627419470", "0.001645580546820209430325900"), "1e-18")
    found = dv.nucleus(dv.Mandelbrot(), window)
    size = Decimal(str(found.size))
    assert size < Decimal("1e-20")
    close = dv.Window(found.center, size, (40, 40))
    limit = 40 * found.period
    times = dv.times(dv.Mandelbrot(), close, limit)
    assert times[20, 20] == limit and 0.1 < (times == limit).mean() < 0.95
    assert len(np.unique(times)) > 3


def test_where_there_is_none_it_says_so():
    with pytest.raises(ValueError, match="leaves after"):
        dv.nucleus(dv.Mandelbrot(), dv.Window((0.5, 0.6), 1e-6))
    with pytest.raises(ValueError, match="z\\^2 \\+ a"):
        dv.nucleus(dv.Mandelbrot(exponent=3), dv.Window())


@pytest.mark.parametrize(
    ("system", "window", "width"),
    [
        (dv.Newton("x^5-x-1"), dv.Window((0.154, 0.136), 0.1), "1e-60"),
        (dv.Secant("x^5-x-1"), dv.Window((0.15, 0.13), 0.2), "1e-25"),
        (dv.Julia(), dv.Window((0, 0), 3), "1e-40"),
        (dv.Mandelbrot(), dv.Window((-0.7, 0), 3), "1e-60"),
        (dv.Henon(), dv.Window((0, 0), 5), "1e-30"),
        (dv.PlanarTwins(dv.Henon(), 1e-40), dv.Window((0.2, 0.1), 0.1), "1e-30"),
    ],
)
def test_a_place_that_was_sought_has_something_to_see_on_every_scale(system, window, width):
    found = dv.seek(system, window, width)
    assert str(found.width) == width.upper() or found.width == float(width)
    for scale in ("1e-3", "1e-10", width):
        close = dv.Window(found.center, scale, (24, 24))
        assert len(np.unique(dv.times(system, close, found.max_steps))) > 2


def test_a_boundary_of_three_bodies_is_sought_with_the_shift_of_a_zoom():
    window = dv.Window((5.30031, -0.45), 1e-3)
    found = dv.seek(dv.ThreeBody(shift=2.5e-8), window, "1e-6", 900_000)
    close = dv.Window(found.center, "1e-6", (6, 6))
    times = dv.times(dv.ThreeBody(shift=2.5e-11), close, found.max_steps)
    assert (times < found.max_steps).mean() > 0.1 and len(np.unique(times)) > 12


def test_what_cannot_be_sought_is_refused():
    for system, window, width, told in [
        (dv.Julia(), dv.Window(), 50, "less than the window's, 40"),
        (dv.Pendulum(), dv.Window(width=1e-9), "1e-30", "no boundary found"),
        (dv.Julia(), dv.Window((5, 5), 0.1), "1e-30", "no boundary found"),
    ]:
        with pytest.raises(ValueError, match=told):
            dv.seek(system, window, width)


def test_the_command_says_the_flags_that_lead_there():
    arguments = ["--scene", "newton-quintic", "--to", "1e-30", "--quiet"]
    said = seek.work(script_parser("seek").parse_args(arguments))
    *flags, _ = said.text.split("  #")[0].split(" --width ")
    assert flags[0].startswith("--center ") and len(flags[0]) > 60
    json.dumps(said.table, default=str)
    arguments = ["--scene", "mandelbrot", "--center", "-1.75", "0.01", "--width", "0.06"]
    said = seek.work(script_parser("seek").parse_args([*arguments, "--nucleus"]))
    assert said.table["period"] == 3 and "-1.754877666246692" in said.text
    with pytest.raises(ValueError, match="--nucleus is for the mandelbrot map, not newton"):
        seek.work(script_parser("seek").parse_args(["--scene", "newton-quintic", "--nucleus"]))
