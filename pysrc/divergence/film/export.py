"""Raw times out of a film's folder, for other programs: .npy, 16-bit PNG, 32-bit TIFF, OpenEXR."""

import io
from itertools import repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from .. import checks
from ..bars import Bars, Silent
from ..files import remove_parts, write
from ..scenes.scene import Scene
from . import exr
from .folder import SCENE, Folder
from .source import times_of

FORMATS = ("npy", "png", "tiff", "exr")
DESCRIPTION = 270  # the TIFF tag ImageDescription


def export_times(path: str | Path, format: str, *, bar: Bars = Silent) -> Path:
    """Writes the times of every frame of a finished film into <folder>/raw/.

    A frame that has a layer of its own is exact. In a zoom made of rings each pixel has the time of
    the sample nearest to its center; where a parameter follows the depth, the time for the frame's
    own depth. Row 0 has the lowest y in .npy and lies at the bottom of a picture. A TIFF holds the
    times as they are. A PNG holds them divided by a whole number, "Steps per unit", which is 1 for
    times below 65 536. An OpenEXR picture holds times and colours, see exr.exr(). All three carry
    the frame's scene.

    Returns:
        The folder raw.

    Raises:
        ValueError: no such format, or no film there. StoreError, OSError: as for render.render().
    """
    checks.choice("format", format, FORMATS)
    if format == "exr":
        exr.check()
    path = Path(path)
    scene = Scene.load(path / SCENE)
    with Folder(path) as folder:
        frames = times_of(scene, folder)
        if frames.missing:
            raise ValueError(f"{path}: {len(frames.missing)} layers are missing: finish the film")
        raw = path / "raw"
        raw.mkdir(exist_ok=True)
        remove_parts(raw, rf"frame-\d{{5,}}\.{format}")
        with bar(scene.frames, "export", "frames") as shown:
            pictures = frames.pictures() if format == "exr" else repeat(None)
            for i, (times, rgb) in enumerate(zip(frames.times(), pictures, strict=False)):
                data = encoded(times, scene.still(i), format, rgb)
                write(raw / f"frame-{i:05d}.{format}", data)
                shown.update(1)
    return raw


def encoded(
    times: NDArray[np.int32], scene: Scene, format: str, rgb: NDArray[np.uint8] | None = None
) -> bytes:
    """Times (rows, columns) as the bytes of a file; of OpenEXR with the picture, top row first."""
    if format == "exr":
        assert rgb is not None
        return exr.exr(times, rgb, scene.dumps())
    data = io.BytesIO()
    if format == "npy":
        np.save(data, times)
    elif format == "tiff":
        text = {DESCRIPTION: scene.dumps()}
        Image.fromarray(times[::-1]).save(data, "tiff", tiffinfo=text, compression="tiff_deflate")
    else:
        unit = max(1, -(-int(times.max()) // 65535))
        inside = PngImagePlugin.PngInfo()
        inside.add_itxt("Scene", scene.dumps())
        inside.add_text("Steps per unit", str(unit))
        Image.fromarray((times[::-1] // unit).astype(np.uint16)).save(data, "png", pnginfo=inside)
    return data.getvalue()
