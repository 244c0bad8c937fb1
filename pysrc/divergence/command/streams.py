"""Standard output and standard error, whatever a terminal, a pipe or the caller made of them."""

import io
import os
import sys
from typing import TextIO


def prepare() -> None:
    """Makes both streams usable: open, and able to write any text.

    A descriptor that the caller closed (`2>&-`) would become that of the next file to be opened,
    and take in what is written to it; so it leads to nowhere instead. What a stream's encoding
    cannot say is replaced.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # which takes the lowest number that is free
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            whole = stream.encoding.lower().replace("-", "") == "utf8"  # but for names of files
            stream.reconfigure(errors="surrogateescape" if whole else "replace")


def say(text: str) -> None:
    """Prints lines. Whoever stopped reading (`| head`) has what was wanted.

    Raises:
        OSError: the text is lost, as on a full disk.
    """
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _silence(sys.stdout)


def tell(line: str, stream: TextIO | None = None) -> None:
    """Says a line, on standard error by default, if that can be."""
    stream = stream or sys.stderr
    try:
        stream.write(f"{line}\n")
        stream.flush()
    except (OSError, ValueError):
        _silence(stream)


def end() -> None:
    """Leaves nothing to be written when the process ends, where a failure changes its status."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            _silence(stream)


class Patient:
    """A stream for progress, which never ends the work: it falls silent where writing fails."""

    def __init__(self, stream: TextIO) -> None:
        self._stream: TextIO | None = stream

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def write(self, text: str) -> None:
        self._attempt("write", text)

    def flush(self) -> None:
        self._attempt("flush")

    def _attempt(self, method: str, *arguments: str) -> None:
        try:
            getattr(self._stream, method, lambda *_: None)(*arguments)
        except (OSError, ValueError):
            _silence(self._stream)
            self._stream = None


def _silence(stream: object) -> None:
    """Lets a stream lead to nowhere, so that what it still holds is no error either."""
    try:
        descriptor = stream.fileno()  # type: ignore[attr-defined]
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        pass
