"""The pictures of a figure's film: those that a folder has, and those that are still to draw."""

import io
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from ..bars import Bars
from ..figures.base import Rgb
from ..files import remove_parts, write
from ..kernel.elsewhere import Where, elsewhere, only_here
from ..scenes.scene import Scene

FILE = r"frame-\d{5,}\.png"
KEY = "Key"  # of the text in a PNG that says what it is of
END = b"\0\0\0\0IEND\xaeB`\x82"  # of every PNG
DAMAGED = (OSError, SyntaxError, ValueError)  # what Pillow says of it


class PictureCache:
    """The pictures of some of a scene's frames, in a folder or, without a path, in memory.

    Attributes:
        path, scene: the folder and the scene.
        numbers: of the frames.
        device: see How.
        missing: the numbers of the frames whose pictures are not stored.
    """

    def __init__(
        self, path: Path | None, scene: Scene, device: Where, numbers: Sequence[int] | None = None
    ) -> None:
        self.path, self.scene, self.device = path, scene, device
        self.numbers = range(scene.frames) if numbers is None else numbers
        self._drawn: dict[int, Rgb] = {}
        if path:
            remove_parts(path, FILE)
        self.missing = [i for i in self.numbers if not self._is_stored(i)]

    def complete(self, bar: Bars, after: Callable[[], object]) -> None:
        """Draws and stores what is missing; `after` is called when one more is stored."""
        if not self.missing:
            return
        with bar(len(self.missing), "pictures", "frames") as shown:
            for i, rgb in self._drawings(list(self.missing)):
                self._save(i, rgb)
                if i in self.missing:  # others may draw one again
                    self.missing.remove(i)
                    shown.update(1)
                after()

    def pictures(self) -> Iterator[Rgb]:
        """Every frame, top row first; one that turns out to be damaged is drawn again."""
        for i in self.numbers:
            rgb = self._drawn.get(i)
            yield self._load(i) if rgb is None else rgb

    def counts(self) -> dict[str, object]:
        """For the status file."""
        return {"pictures_stored": len(self.numbers) - len(self.missing)}

    def report(self) -> dict[str, object]:
        """What there is to say of a complete film: nothing more."""
        return {}

    def _drawings(self, wanted: list[int]) -> Iterator[tuple[int, Rgb]]:
        if there := elsewhere(self.device):
            drawn = there.pictures([(self.scene, i) for i in wanted])
            return ((wanted[place], rgb) for place, rgb in drawn)
        figures = [self.scene.figure_at(i) for i in range(self.scene.frames)]
        frames = [self.scene.frame(i) for i in range(self.scene.frames)]
        drawing = type(figures[0]).film(figures, frames, wanted, only_here(self.device))
        return zip(wanted, drawing, strict=True)

    def _is_stored(self, i: int) -> bool:
        """Whether a frame's picture is in the folder, of this scene and not cut short. Its pixels
        are not read."""
        if self.path is None:
            return False
        try:
            with Image.open(path := self._file(i)) as image, open(path, "rb") as file:
                file.seek(-len(END), os.SEEK_END)
                key = str(image.info.get(KEY))
                return key == self._key(i, key) and file.read() == END
        except DAMAGED:
            return False

    def _load(self, i: int) -> Rgb:
        try:
            with Image.open(self._file(i)) as image:
                return np.asarray(image)
        except DAMAGED:
            ((_, rgb),) = self._drawings([i])
            self._save(i, rgb)
            return rgb

    def _save(self, i: int, rgb: Rgb) -> None:
        if self.path is None:
            self._drawn[i] = rgb
            return
        inside, packed = PngImagePlugin.PngInfo(), io.BytesIO()
        inside.add_itxt(KEY, self._key(i))
        image = Image.fromarray(np.ascontiguousarray(rgb))
        image.save(packed, "png", pnginfo=inside, compress_level=1)
        self.path.mkdir(exist_ok=True)
        write(self._file(i), packed.getvalue())

    def _file(self, i: int) -> Path:
        assert self.path is not None
        return self.path / f"frame-{i:05d}.png"

    def _key(self, i: int, older: str = "") -> str:
        """Everything that determines a picture; but for what has its default and is not in an older
        key, which was written before one could choose it."""
        system, window, max_steps, _ = self.scene.frame(i)
        of = f"Frame(map={_said(system, older)}, window={window!r}, max_steps={max_steps})"
        arithmetic = system.arithmetic if system else 0
        key = f"{_said(self.scene.figure_at(i), older)} {of} arithmetic {arithmetic}"
        inner = system.key.get("inner") if system else None
        return f"{key} {json.dumps(inner)}" if inner else key


def _said(value: object, older: str) -> str:
    """The repr of a value; see _key() for what an older key leaves out of a dataclass's."""
    if not is_dataclass(value) or isinstance(value, type):
        return repr(value)
    said = []
    for field in fields(value):
        mine = getattr(value, field.name)
        if field.repr and (
            not older or mine != field.default or re.search(rf"\b{field.name}=", older)
        ):
            said.append(f"{field.name}={_said(mine, older)}")
    return f"{type(value).__qualname__}({', '.join(said)})"
