"""Command lines to values: a parser with good manners, and the flags that commands share."""

import argparse
import re
import tomllib
from pathlib import Path
from typing import NoReturn

from .. import checks, palettes
from ..scenes.render_options import FORMATS
from ..scenes.scene import Scene

FAILED = 2  # the exit status of whatever is wrong
NEGATIVE = re.compile(r"-(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$|-(inf|nan)$", re.IGNORECASE)


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that says what is wrong in one line, and help in full."""

    def __init__(self, **arguments: object) -> None:
        arguments.setdefault("formatter_class", argparse.ArgumentDefaultsHelpFormatter)
        super().__init__(allow_abbrev=False, **arguments)  # type: ignore[arg-type]
        # argparse takes -7.5e-1 for a flag, and so for the end of --center, before Python 3.14.
        self._negative_number_matcher = NEGATIVE

    def error(self, message: str) -> NoReturn:
        self.exit(FAILED, f"{self.prog}: {message} (see --help)\n")


def exact(text: str) -> checks.Exact:
    """A number with all its digits, for argparse."""
    try:
        return checks.exact("it", text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_manners(parser: Parser) -> None:
    """How much is said, and how: the flags of every command."""
    add = parser.add_argument_group("what it says").add_argument
    add("--json", action="store_true", help="progress and report as lines of JSON")
    add("-q", "--quiet", action="store_true", help="no progress")
    add("-v", "--verbose", action="store_true", help="what is computed, where, and with what")


def add_device(parser: Parser) -> None:
    """Where to compute."""
    add = parser.add_argument
    add("--device", default="auto", help="auto, cpu, cuda or cuda:0,1; see `divergence devices`")
    add("--threads", type=int, metavar="N", help="of the CPU; by default one a core")
    add(
        "--thread-per-device",
        action=argparse.BooleanOptionalAction,
        help="a host thread for each GPU; by default where there are several",
    )


def add_cluster(parser: Parser) -> None:
    """On which other machines to compute."""
    add = parser.add_argument_group("other machines").add_argument
    add("--cluster", metavar="WHERE", help="tcp://host:8786 or tls:// (Dask), local:4, mpi")
    add("--verify", type=share, metavar="SHARE", help="of the tiles that two workers compute: 1%%")


def share(text: str) -> float:
    """A share such as 0.01 or 1%, for argparse."""
    number = text.removesuffix("%")
    try:
        found = float(number) / (100 if number != text else 1)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise argparse.ArgumentTypeError(f"it must be from 0 to 1, or 0% to 100%, not {text!r}")
    return found


def add_scene_changes(parser: Parser) -> None:
    """What can be changed about any scene."""
    add = parser.add_argument
    add("--center", type=exact, nargs=2, metavar=("X", "Y"), help="of the window")
    add("--width", type=exact, help="of the window, in the first frame")
    add("--shape", type=int, nargs=2, metavar=("ROWS", "COLUMNS"), help="in pixels")
    add("--frames", type=int, help="how many")
    add("--steps", type=int, help="step limit, in the first frame")
    add("--colormap", help="any of Matplotlib's, a palette that is kept, or a file")
    add("--samples", type=int, help="a pixel, across and down, 1 to 8")
    add("--exact", action="store_true", default=None, help="compute every frame, use no keyframes")
    add("--fps", help="frames a second, such as 25 or 30000/1001")
    add("--format", choices=FORMATS, help="png: a folder of numbered pictures")
    add("--codec", choices=["h264", "h265", "vp9", "av1"], help="by default h264, of a WebM vp9")
    add("--raw", action="store_true", default=None, help="keep every frame's times in raw.npy")
    add(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change anything that the TOML says: map.a=1.3, changes.map.a.line=[1,2], ...",
    )


def changed(scene: Scene, arguments: argparse.Namespace, **more: object) -> Scene:
    """The scene with what the flags of add_scene_changes() say, and more, by the paths of its
    TOML."""
    given = {
        "window.center": arguments.center,
        "window.width": arguments.width,
        "window.shape": arguments.shape,
        "frames": arguments.frames,
        "max_steps": arguments.steps,
        "fps": arguments.fps,
        "colour.colormap": colormap(arguments.colormap),
        "film.samples": arguments.samples,
        "film.exact": arguments.exact,
        "film.format": arguments.format,
        "film.codec": arguments.codec,
        "film.raw": arguments.raw,
        **more,
    }
    flags = {path: value for path, value in given.items() if value is not None}
    return scene.with_values(flags | assignments(arguments.set))


def colormap(value: str | None) -> str | None:
    """What --colormap says: the palette of a file as text, anything else as it is."""
    if value is None or Path(value.partition("#")[0]).suffix.lower() not in palettes.SUFFIXES:
        return value
    return checks.inside("--colormap", palettes.of_file, value)


def assignments(texts: list[str]) -> dict[str, object]:
    """The values of `--set key=value` flags: {"map.a": 0.5, ...}.

    A value is read as TOML: a number, true, "text", [1, 2] or {line = [0, 1]}; anything else,
    such as x^5-x-1 or 1+2i, is a text.
    """
    values: dict[str, object] = {}
    for text in texts:
        key, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not key:
            raise ValueError(f"--set needs key=value, not {text!r}")
        try:
            table = tomllib.loads(f"value = {value}")
        except ValueError:
            table = {}
        except RecursionError:
            raise ValueError(f"--set {key}: too many brackets inside each other") from None
        values[key] = table["value"] if table.keys() == {"value"} else value
    return values


def check_picture(path: Path) -> None:
    """Whether a picture's name says that it is a PNG, which is what is written. ValueError."""
    if path.suffix.lower() != ".png":
        raise ValueError(f"path must end in .png, not {str(path)!r}")
