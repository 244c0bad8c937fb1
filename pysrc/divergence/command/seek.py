"""divergence seek: a centre that is worth zooming into, to the digits that the depth needs."""

import argparse
from collections.abc import Mapping
from typing import Any

from .. import checks
from ..scenes.scene import Scene
from .manners import Result
from .parser import Parser, add_device, assignments, exact
from .progress import bars

SUMMARY = "find a centre on a boundary, or in a small Mandelbrot set, to zoom into"
NAME = "three-body-zoom"


def add_flags(parser: Parser) -> None:
    parser.formatter_class = argparse.HelpFormatter
    add = parser.add_argument
    add("--scene", metavar="FILE", default=NAME, help="a scene's TOML file, or its name")
    add("--center", type=exact, nargs=2, metavar=("X", "Y"), help="of the window to look in")
    add("--width", type=exact, help="of that window")
    end = parser.add_mutually_exclusive_group(required=True)
    end.add_argument("--to", metavar="WIDTH", help="the width to come down to, such as 1e-30")
    end.add_argument("--nucleus", action="store_true", help="of the largest Mandelbrot set in it")
    add("--steps", type=int, help="step limit, at the width that is come down to")
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="change the scene's map")
    add_device(parser)


def work(arguments: argparse.Namespace) -> Result:
    from ..deep.nucleus import nucleus
    from ..deep.seek import seek
    from ..maps.escape import Mandelbrot

    given = {"window.center": arguments.center, "window.width": arguments.width}
    flags = {path: value for path, value in given.items() if value is not None}
    scene = Scene.load(arguments.scene).with_values(flags | assignments(arguments.set))
    frame = scene.frame(0)
    if frame.map is None:
        raise ValueError(f"{scene.name} is a figure, and has nowhere to zoom to")
    if arguments.nucleus:
        if not isinstance(frame.map, Mandelbrot):
            raise ValueError(f"--nucleus is for the mandelbrot map, not {frame.map.name}")
        found = nucleus(frame.map, frame.window)
        table = {"center": found.center, "width": found.size, "period": found.period}
        return _result(table, f"period {found.period}")
    end = checks.decimal(checks.exact("--to", arguments.to, positive=True))
    digits = checks.decimal(frame.window.width).log10() - end.log10()
    with bars(arguments)(max(float(digits), 0.0), "seek", "digits") as shown:

        def tell(width: checks.Exact) -> None:
            reached = checks.decimal(frame.window.width).log10() - checks.decimal(width).log10()
            shown.update(float(reached) - shown.n)

        sought = seek(
            frame.map, frame.window, end, arguments.steps, device=arguments.device, reached=tell
        )
    return _result(sought._asdict(), f"{sought.max_steps} steps")


def _result(table: Mapping[str, Any], more: str) -> Result:
    """The flags with which other commands come there, and what else is known of the place."""
    x, y = (str(checks.decimal(number)) for number in table["center"])
    return Result(f"--center {x} {y} --width {table['width']}  # {more}", table)
