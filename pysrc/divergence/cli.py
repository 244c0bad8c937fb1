"""The manners that all scripts share: one line for what is wrong, and no half-written result."""

import argparse
import os
import sys
import tomllib
from collections.abc import Callable
from typing import NoReturn

from tqdm import tqdm

from .errors import DivergenceError

FAILED, INTERRUPTED = 2, 130  # exit statuses
# The package names its parameters; who typed a command meets its flags.
FLAGS = {
    "path must end": "--out must end",
    "recolour=True": "--recolour",
    "the same call": "the same command",
}


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that says what is wrong in one line, and help in full."""

    def __init__(self, **arguments: object) -> None:
        arguments.setdefault("formatter_class", argparse.ArgumentDefaultsHelpFormatter)
        super().__init__(allow_abbrev=False, **arguments)

    def error(self, message: str) -> NoReturn:
        self.exit(FAILED, f"{self.prog}: {message} (see --help)\n")


def run(parser: argparse.ArgumentParser, work: Callable[[argparse.Namespace], object]) -> NoReturn:
    """Parses the command line, does the work, and ends the process.

    Exit status: 0; 2 after one line `script.py: what is wrong`; 130 after Ctrl-C.
    """
    try:
        work(parser.parse_args())
        sys.stdout.flush()
    except KeyboardInterrupt as interrupt:
        _end(parser.prog, f"interrupted{f': {interrupt}' if str(interrupt) else ''}", INTERRUPTED)
    except BrokenPipeError:  # `render.py --list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:  # a full disk, an unwritable folder
        place = f"{error.filename}: " if error.filename else ""
        _end(parser.prog, f"{place}{error.strerror or error}", FAILED)
    except MemoryError as error:
        _end(parser.prog, f"not enough memory{f': {error}' if str(error) else ''}", FAILED)
    except (ValueError, DivergenceError) as error:
        _end(parser.prog, str(error), FAILED)
    sys.exit(0)


def _end(script: str, message: str, status: int) -> NoReturn:
    for parameter, flag in FLAGS.items():
        message = message.replace(parameter, flag)
    sys.stderr.write(f"{script}: {message}\n")
    sys.exit(status)


def assignments(texts: list[str]) -> dict[str, object]:
    """The values of `--set key=value` flags: {"map.a": 0.5, ...}.

    A value is read as TOML: a number, true, "text", [1, 2] or {line = [0, 1]}; anything else,
    such as x^5-x-1 or 1+2i, is a text.
    """
    values = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise ValueError(f"--set needs key=value, not {text!r}")
        try:
            values[key.strip()] = tomllib.loads(f"value = {value}")["value"]
        except ValueError:
            values[key.strip()] = value.strip()
    return values


class _LogLines:
    """What tqdm writes over one line of a terminal, as lines of a log."""

    def write(self, text: str) -> None:
        if line := text.strip():
            sys.stderr.write(f"{line}\n")

    def flush(self) -> None:
        sys.stderr.flush()


def bar(total: float, what: str, unit: str = "") -> tqdm:
    """A progress bar on standard error; into a log it writes a line every ten seconds."""
    if sys.stderr.isatty():
        return tqdm(total=total, desc=what, unit=unit, unit_scale=True, dynamic_ncols=True)
    return tqdm(
        total=total,
        desc=what,
        unit=unit,
        unit_scale=True,
        file=_LogLines(),
        ncols=0,
        mininterval=10.0,
        maxinterval=60.0,
    )
