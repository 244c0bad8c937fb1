"""How every command ends: what came of it, or one line for what is wrong; and an exit status."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import NamedTuple, NoReturn

from ..errors import DivergenceError
from . import streams
from .parser import FAILED
from .progress import event

INTERRUPTED = 130  # the exit status after Ctrl-C
# The package names its parameters; who typed a command meets its flags.
FLAGS = {
    "path must end": "--out must end",
    "recolour=True": "--recolour",
    "the same call": "the same command",
    "a span of them": "--span",
    "span's": "--span's",
}


class Result(NamedTuple):
    """What a command says in the end: a text, and the same as a table, for --json."""

    text: str
    table: Mapping[str, object]


Work = Callable[[argparse.Namespace], Result | None]


def run(parser: argparse.ArgumentParser, work: Work) -> NoReturn:
    """Parses the command line, does the work, says what came of it, and ends the process.

    Exit status: 0, and only where the work returned; 2 after one line `script.py: what is wrong`;
    130 after Ctrl-C.
    """
    streams.prepare()
    status = 0
    try:
        arguments = parser.parse_args()
        prog = getattr(arguments, "prog", parser.prog)
        status = _worked(prog, work, arguments)
    except SystemExit as exit:  # --help, or a wrong command line
        status = int(exit.code or 0)
    except KeyboardInterrupt:
        streams.tell(f"{parser.prog}: interrupted")
        status = INTERRUPTED
    streams.end()
    sys.exit(status)


def _worked(prog: str, work: Work, arguments: argparse.Namespace) -> int:
    """Does the work; the exit status."""
    as_json = getattr(arguments, "json", False)
    _listen(prog, getattr(arguments, "verbose", False))
    try:
        with ExitStack() as meanwhile:
            result = work(arguments) if _prepare(arguments, meanwhile) else None
        if result is not None:
            text = event("result", dict(result.table)) if as_json else result.text
            if text:
                streams.say(text)
        return 0
    except KeyboardInterrupt as interrupt:
        message, status = f"interrupted{f': {interrupt}' if str(interrupt) else ''}", INTERRUPTED
    except OSError as error:  # a full disk, an unwritable folder
        place = f"{error.filename}: " if error.filename else ""
        message, status = f"{place}{error.strerror or error}", FAILED
    except MemoryError as error:
        message, status = f"not enough memory{f': {error}' if str(error) else ''}", FAILED
    except (ValueError, DivergenceError) as error:
        message, status = str(error), FAILED
    for parameter, flag in FLAGS.items():
        message = message.replace(parameter, flag)
    if as_json:
        streams.tell(event("error", {"message": message, "status": status}), sys.stdout)
    streams.tell(f"{prog}: {message}")
    return status


def _prepare(arguments: argparse.Namespace, meanwhile: ExitStack) -> bool:
    """What the flags of add_device() and add_cluster() say for whatever is computed meanwhile.
    False in a process that was one of MPI's workers, when all is done."""
    names = ("threads", "thread_per_device")
    how = {name: getattr(arguments, name, None) for name in names}
    if any(value is not None for value in how.values()):
        from ..kernel.launch import computing

        meanwhile.enter_context(computing(**how))
    where, verify = (getattr(arguments, name, None) for name in ("cluster", "verify"))
    if where is None:
        if verify is not None:
            raise ValueError("--verify goes with --cluster")
        return True
    from ..cluster.opened import opened

    there = opened(where, verify or 0.0, arguments.device, how["threads"] or 0)
    arguments.device = meanwhile.enter_context(there)
    return arguments.device is not None


def _listen(prog: str, verbose: bool) -> None:
    """Says what the package logs: warnings always, and how it computes where asked to."""
    handler = _Lines()
    handler.setFormatter(logging.Formatter(f"{prog}: %(message)s"))
    logger = logging.getLogger("divergence")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO if verbose else logging.WARNING)


class _Lines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        streams.tell(self.format(record))


def own_surroundings() -> None:
    """Forgets what the environment says of other programs' pictures and progress bars."""
    for name in list(os.environ):
        if name == "MPLBACKEND" or name.startswith("TQDM_"):  # Jupyter sets the first for its own
            del os.environ[name]
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # which talks of its files and fonts
