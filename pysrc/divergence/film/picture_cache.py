"""The pictures of a figure's film: those that a folder has, and those that are still to draw."""

import io
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image, PngImagePlugin

from ..bars import Bars
from ..figures.base import Rgb
from ..files import write
from ..scenes.scene import Scene
from .folder import Folder

PICTURES = "pictures"
KEY = "Key"  # of the text in a PNG that says what it is of


class PictureCache:
    """The pictures of a scene's frames, in a folder.

    Attributes:
        folder, scene: the two.
        device: as for compute.times().
        missing: the numbers of the frames whose pictures are not stored.
    """

    def __init__(self, folder: Folder, scene: Scene, device: str) -> None:
        self.folder, self.scene, self.device = folder, scene, device
        self.missing = [i for i in range(scene.frames) if self.load(i) is None]

    def load(self, i: int) -> Rgb | None:
        """The picture of a frame: None if it is not there, damaged, or of something else."""
        try:
            with Image.open(self.folder.path / PICTURES / _name(i)) as image:
                pixels = np.asarray(image)
                return pixels if image.text.get(KEY) == self._key(i) else None
        except (OSError, SyntaxError, ValueError):  # what Pillow says of damage
            return None

    def complete(self, bar: Bars, after: Callable[[], object]) -> None:
        """Draws and stores what is missing; `after` is called when one more is stored."""
        if not self.missing:
            return
        every, wanted = range(self.scene.frames), list(self.missing)
        figures = [self.scene.figure_at(i) for i in every]
        frames = [self.scene.frame(i) for i in every]
        drawing = type(figures[0]).film(figures, frames, wanted, self.device)
        with bar(len(wanted), "pictures", "frames") as shown:
            for i, rgb in zip(wanted, drawing, strict=True):
                self._save(i, rgb)
                self.missing.remove(i)
                shown.update(1)
                after()

    def pictures(self) -> Iterator[Rgb]:
        """Every frame, top row first."""
        return (self.load(i) for i in range(self.scene.frames))

    def counts(self) -> dict[str, object]:
        """For the status file."""
        return {"pictures_stored": self.scene.frames - len(self.missing)}

    def report(self) -> dict[str, object]:
        """What there is to say of a complete film: nothing more."""
        return {}

    def _save(self, i: int, rgb: Rgb) -> None:
        inside, packed = PngImagePlugin.PngInfo(), io.BytesIO()
        inside.add_itxt(KEY, self._key(i))
        image = Image.fromarray(np.ascontiguousarray(rgb))
        image.save(packed, "png", pnginfo=inside, compress_level=1)
        (self.folder.path / PICTURES).mkdir(exist_ok=True)
        write(self.folder.path / PICTURES / _name(i), packed.getvalue())

    def _key(self, i: int) -> str:
        """Everything that determines a picture."""
        frame = self.scene.frame(i)
        arithmetic = frame.map.arithmetic if frame.map else 0
        return f"{self.scene.figure_at(i)!r} {frame!r} arithmetic {arithmetic}"


def _name(i: int) -> str:
    return f"frame-{i:05d}.png"
