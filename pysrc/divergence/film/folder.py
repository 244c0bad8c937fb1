"""A film's folder, which is its state: the scene, raw times, a status file. Nothing is half there.

Every file is written under a temporary name, reaches the disk, and is then renamed. So a process
that is killed loses what it was computing and no more, and the next one goes on from there.
"""

import contextlib
import fcntl
import io
import json
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import numpy as np

from ..errors import StoreError
from ..files import write
from ..kernel.outcome import KINDS, Outcome
from .plan import Layer

TIMES = "times"
LOCK = ".lock"


class Stored(NamedTuple):
    """What is kept of a layer's points.

    Attributes:
        outcome: arrays (points,), or (points, variables) of states.
        steps: pixel-steps that were computed for it; others were taken from another layer.
    """

    outcome: Outcome
    steps: int


class Folder:
    """A folder that one process works in. Use as a context.

    Raises:
        StoreError: another process is at work there.
        OSError: it cannot be made or written to.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def __enter__(self) -> "Folder":
        new = not self.path.exists()
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._lock, 20).decode(errors="replace").strip()
            os.close(self._lock)
            raise StoreError(f"{self.path}: process {holder} is at work there already") from None
        self._new = new
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)
        for left_over in [*self.path.glob(".*.part"), *self.path.glob("*/.*.part")]:
            shutil.rmtree(left_over) if left_over.is_dir() else left_over.unlink()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        lock = self.path / LOCK
        if kind is not None and self._new and [*self.path.iterdir()] == [lock]:
            with contextlib.suppress(OSError):  # where nothing came of it, leave no empty folder
                lock.unlink()
                self.path.rmdir()
        os.close(self._lock)

    def write(self, name: str, content: bytes | str) -> None:
        """A file of the folder, whole or not at all."""
        write(self.path / name, content.encode() if isinstance(content, str) else content)

    def read(self, name: str) -> str | None:
        """The text of a file of the folder, None where there is none."""
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def write_table(self, name: str, table: Mapping[str, object]) -> None:
        """A JSON file, with indents."""
        self.write(name, json.dumps(table, indent=2) + "\n")

    def read_table(self, name: str) -> dict[str, object]:
        """What a JSON file says, {} where there is none or it is damaged."""
        try:
            table = json.loads(self.read(name) or "{}")
        except (ValueError, RecursionError):
            return {}
        return table if isinstance(table, dict) else {}

    def save(self, layer: Layer, stored: Stored, part: range | None = None) -> None:
        """Keeps what became of a layer's points, or of those with numbers in `part`."""
        arrays = stored.outcome.arrays() | {
            "key": np.array(json.dumps(layer.key)),
            "steps": np.array(stored.steps),
        }
        packed = io.BytesIO()
        np.savez_compressed(packed, **arrays)
        (self.path / TIMES).mkdir(exist_ok=True)
        write(self._path(layer, part), packed.getvalue())

    def load(self, layer: Layer, part: range | None = None) -> Stored | None:
        """What save() kept: None if it is not there, damaged, or of another layer."""
        path = self._path(layer, part)
        try:
            with np.load(path) as file:
                if str(file["key"]) != json.dumps(layer.key):
                    return None
                arrays = {name: file[name] for name in KINDS if name in file}
                outcome = Outcome(layer.map, layer.max_steps, **arrays)
                stored = Stored(outcome, int(file["steps"]))
        except (
            FileNotFoundError,
            ValueError,
            TypeError,
            KeyError,
            EOFError,
            zipfile.BadZipFile,
            zlib.error,
        ):
            return None
        size = layer.patch.size if part is None else len(part)
        whole = all(len(array) == size for array in outcome.arrays().values())
        return stored if whole else None

    def parts(self, layer: Layer) -> list[range]:
        """The parts of a layer that are stored, in order."""
        pattern = re.compile(re.escape(layer.name) + r"\.(\d+)-(\d+)\.npz")
        names = (pattern.fullmatch(path.name) for path in (self.path / TIMES).glob("*.npz"))
        found = [range(int(name[1]), int(name[2])) for name in names if name]
        return sorted(found, key=lambda part: part.start)

    def forget(self, layer: Layer, part: range) -> None:
        """Removes a part."""
        self._path(layer, part).unlink(missing_ok=True)

    def _path(self, layer: Layer, part: range | None = None) -> Path:
        suffix = "" if part is None else f".{part.start}-{part.stop}"
        return self.path / TIMES / f"{layer.name}{suffix}.npz"
