"""A single picture, or its times: a film of one frame that is kept in memory."""

from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from ..bars import Bars, Silent
from ..files import check_writable, write
from ..kernel import devices
from ..kernel.elsewhere import Where
from ..scenes.scene import Scene
from . import exr
from .source import source_of, times_of

SUFFIXES = (".png", ".npy", ".exr")


def draw(
    scene: Scene, i: float = 0, *, device: Where = "auto", bar: Bars = Silent
) -> NDArray[np.uint8]:
    """Frame i of a scene, which may lie between two: (rows, columns, 3) sRGB, top row first.

    Errors as for compute.times(). A colouring that is equalised is fitted to this frame. Where the
    scene asks for several samples a pixel, their light is averaged.
    """
    source = source_of(scene.still(i), device=device)
    source.complete(bar, lambda: None)
    return next(source.pictures())


def times(
    scene: Scene, i: float = 0, *, device: Where = "auto", bar: Bars = Silent
) -> NDArray[np.int32]:
    """The times of frame i of a scene, (rows, columns), row 0 the lowest.

    Raises:
        ValueError: the scene is a figure, which has none. Others as for compute.times().
    """
    frames = times_of(scene.still(i), device=device)
    frames.complete(bar, lambda: None)
    return next(frames.times())


def both(
    scene: Scene, i: float = 0, *, device: Where = "auto", bar: Bars = Silent
) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """The times of frame i of a scene and its picture, as times() and draw() have them."""
    frames = times_of(scene.still(i), device=device)
    frames.complete(bar, lambda: None)
    return next(frames.times()), next(frames.pictures())


def make(scene: Scene, path: Path, device: Where = "auto", bar: Bars = Silent) -> None:
    """Draws a still scene into a PNG, or writes its times into an .npy file, or both into an
    OpenEXR picture.

    Args:
        scene: of one frame.
        path: ends in .png, .npy or .exr; see times() and exr.exr().
        device: see How.
        bar: opens a progress bar; none by default.

    Raises:
        ValueError: the path ends in none of them, or as of draw() and times(). OSError: it cannot
            be written to. DeviceError: the device is not here.
    """
    if path.suffix not in SUFFIXES:
        raise ValueError(
            f"path must end in .png for a picture, .npy for its times, or .exr for both, not {path}"
        )
    if path.suffix == ".exr":
        exr.check()
    check_writable(path)
    devices.check(device)  # a wrong one is refused before any work
    if path.suffix == ".npy":
        data = BytesIO()
        np.save(data, times(scene, device=device, bar=bar))
        write(path, data.getvalue())
    elif path.suffix == ".exr":
        write(path, exr.exr(*both(scene, device=device, bar=bar), scene.dumps()))
    else:
        save(path, draw(scene, device=device, bar=bar), scene.dumps())


def save(path: Path, rgb: NDArray[np.uint8] | Image.Image, scene: str = "") -> None:
    """Writes a PNG, whole or not at all, with the text of its scene inside.

    Raises:
        OSError: the place cannot be written to.
    """
    write(path, png(rgb, scene))


def png(rgb: NDArray[np.uint8] | Image.Image, scene: str = "") -> bytes:
    """A PNG with the text of its scene inside."""
    image = rgb if isinstance(rgb, Image.Image) else Image.fromarray(np.ascontiguousarray(rgb))
    inside = PngImagePlugin.PngInfo()
    if scene:
        inside.add_itxt("Scene", scene)
    data = BytesIO()
    image.save(data, "png", pnginfo=inside, optimize=True)
    return data.getvalue()
