"""Progress as a command shows it: a bar, lines of a log, JSON, or nothing."""

import argparse
import json
import sys
import time
from typing import Any

from ..bars import Bar, Bars, Silent
from . import streams

LOG_SECONDS = 10.0  # between two lines of a log
JSON_SECONDS = 0.5  # between two events


def bars(arguments: argparse.Namespace) -> Bars:
    """What the flags --json and --quiet ask for."""
    if getattr(arguments, "json", False):
        return JsonBar
    return Silent if getattr(arguments, "quiet", False) else bar


def bar(total: float, what: str, unit: str = "") -> Bar:
    """A progress bar on standard error; into a log it writes a line every ten seconds."""
    from tqdm import tqdm

    stream = streams.Patient(sys.stderr)
    how: dict[str, Any] = {"dynamic_ncols": True, "file": stream}
    if not sys.stderr.isatty():
        how = {"file": _LogLines(stream), "ncols": 0, "mininterval": LOG_SECONDS}
        how["maxinterval"] = 6 * LOG_SECONDS
    shown: Any = tqdm(total=total, desc=what, unit=unit, unit_scale=True, **how)
    return shown


class _LogLines:
    """What tqdm writes over one line of a terminal, as lines of a log."""

    def __init__(self, stream: streams.Patient) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        if line := text.strip():
            self._stream.write(f"{line}\n")

    def flush(self) -> None:
        self._stream.flush()


class JsonBar(Silent):
    """A bar of events: a line of JSON now and then, and one at the end."""

    def __init__(self, total: float, what: str = "", unit: str = "") -> None:
        super().__init__(total)
        self._what, self._unit, self._told, self._more = what, unit, 0.0, ""

    def update(self, n: float) -> None:
        super().update(n)
        if time.monotonic() - self._told > JSON_SECONDS:
            self._tell()

    def set_postfix_str(self, s: str, refresh: bool = True) -> None:
        self._more = s

    def __exit__(self, *_: object) -> None:
        self._tell()

    def _tell(self) -> None:
        self._told = time.monotonic()
        done = {"what": self._what, "unit": self._unit, "done": self.n, "total": self.total}
        if self._more:
            done["more"] = self._more
        streams.tell(event("progress", done), sys.stdout)


def event(kind: str, table: dict[str, object]) -> str:
    """A line of JSON: what kind of event it is, and what there is to say of it."""
    return json.dumps({"event": kind} | table, default=str, ensure_ascii=True)
