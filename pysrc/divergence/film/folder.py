"""A film's folder, which is its state: the scene, raw times, a status file. Nothing is half there.

Every file is written under a temporary name, reaches the disk, and is then renamed. So a process
that is killed loses what it was computing and no more, and the next one goes on from there.

A folder is taken for a film's only if it is empty or holds a scene. Nothing in it is touched before
that is known, and nothing is removed but what has the exact name of something that a film writes.
"""

import contextlib
import fcntl
import json
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from ..errors import StoreError
from ..files import PART, remove_parts, write
from ..scenes.scene import Scene

SCENE, STATUS, REPORT, POSTER = "scene.toml", "status.json", "report.json", "poster.png"
TIMES, PICTURES, FRAMES, RAW = "times", "pictures", "frames", "raw.npy"
LOCK = ".lock"


class Folder:
    """A folder that one process works in. Use as a context.

    Raises:
        StoreError: it holds what no film of ours made, or another process is at work there.
        OSError: it cannot be made or written to.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def __enter__(self) -> "Folder":
        above = [folder for folder in (self.path, *self.path.parents) if not folder.exists()]
        self._made = above  # the folder itself first
        self.path.mkdir(parents=True, exist_ok=True)
        self._check_ours()
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
        self._lock = os.open(self.path / LOCK, flags, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._lock, 20).decode(errors="replace").strip()
            os.close(self._lock)
            raise StoreError(f"{self.path}: process {holder} is at work there already") from None
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        lock = self.path / LOCK
        if kind is not None and self._made and [*self.path.iterdir()] == [lock]:
            with contextlib.suppress(OSError):  # where nothing came of it, leave no empty folder
                lock.unlink()
                for folder in self._made:
                    folder.rmdir()
        os.close(self._lock)

    def scene(self) -> Scene | None:
        """The scene that the folder holds, or None. StoreError: what it holds is no scene."""
        text = self.read(SCENE)
        if text is None:
            return None
        try:
            return Scene.loads(text, self.path.name, str(self.path / SCENE))
        except ValueError as error:
            raise StoreError(f"{error}: no film of ours is there, use another folder") from None

    def remove_parts(self, films: str) -> None:
        """Removes what killed processes have left of the files of a film; `films` is a regular
        expression of the names that the film itself may have."""
        names = (SCENE, STATUS, REPORT, POSTER, RAW)
        remove_parts(self.path, "|".join([films, FRAMES, *map(re.escape, names)]))

    def write(self, name: str, content: bytes | str) -> None:
        """A file of the folder, whole or not at all."""
        write(self.path / name, content.encode() if isinstance(content, str) else content)

    def read(self, name: str) -> str | None:
        """The text of a file of the folder, None where there is none."""
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            raise StoreError(f"{self.path / name}: not UTF-8 text") from None

    def write_table(self, name: str, table: Mapping[str, object]) -> None:
        """A JSON file, with indents."""
        self.write(name, json.dumps(table, indent=2) + "\n")

    def read_table(self, name: str) -> dict[str, object]:
        """What a JSON file says, {} where there is none or it is damaged."""
        try:
            table = json.loads(self.read(name) or "{}")
        except (ValueError, RecursionError, StoreError):
            return {}
        return table if isinstance(table, dict) else {}

    def _check_ours(self) -> None:
        names = {path.name for path in self.path.iterdir()}
        if LOCK in names and not _is_a_lock(self.path / LOCK):
            raise StoreError(f"{self.path} holds a {LOCK} of something else: use another folder")
        begun = re.compile(PART.format(name=re.escape(SCENE)))
        if not any(name != LOCK and not begun.fullmatch(name) for name in names):
            return
        if SCENE not in names:
            raise StoreError(
                f"{self.path} is not empty and holds no film of ours (no {SCENE}): "
                f"use another folder"
            )
        self.scene()
        if not names & {STATUS, TIMES, PICTURES}:  # a scene alone, as somebody may have written it
            ours = re.compile(rf"{REPORT}|{POSTER}|{RAW}|{FRAMES}|(film|zoom)\.\w+")
            if taken := sorted(filter(ours.fullmatch, names)):
                raise StoreError(
                    f"{self.path} holds a {taken[0]} that no film of ours made: use another folder"
                )
        for name in (TIMES, PICTURES, FRAMES):
            if name in names and not (self.path / name).is_dir():
                raise StoreError(f"{self.path / name} is no folder: use another folder")


def _is_a_lock(path: Path) -> bool:
    """Whether a file is one of ours: nothing, or the number of a process."""
    if not stat.S_ISREG(path.lstat().st_mode):
        return False
    with open(path, "rb") as file:
        return re.fullmatch(rb"\d{0,20}\n?", file.read(40)) is not None
