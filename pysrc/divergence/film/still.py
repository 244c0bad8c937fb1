"""One frame of a scene as a picture: compute its times, colour them, write a PNG."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from ..bars import Bars, Silent
from ..colour import Colouring
from ..deep.compute import outcome_of
from ..deep.points import points_in
from ..files import check_writable, write
from ..kernel.devices import resolve
from ..kernel.launch import Progress
from ..kernel.points import Patch
from ..scenes.overlay import Overlay
from ..scenes.render_options import RenderOptions
from ..scenes.scene import Scene
from . import compose
from .plan import finer


def draw(
    scene: Scene,
    i: float = 0,
    *,
    device: str = "auto",
    progress: Callable[[Progress], object] | None = None,
) -> NDArray[np.uint8]:
    """Frame i of a scene: (rows, columns, 3) sRGB, top row first.

    `device`, `progress` and errors as for compute.times(). A colouring that is equalised is fitted
    to this frame. Where the scene asks for several samples a pixel, their light is averaged. A
    figure knows of no progress.
    """
    if scene.figure:
        return scene.figure_at(i).draw(scene.frame(i), device)
    frame, colouring = scene.frame(i), Colouring.of(scene.colour)
    patch = Patch.of(finer(frame.window, RenderOptions.of(scene.film).samples))
    outcome = outcome_of(
        frame.map,
        points_in(frame.arithmetic, patch, range(patch.size)),
        frame.max_steps,
        colouring.needs,
        device=device,
        progress=progress,
    )
    colouring = colouring.fitted([(outcome.times, frame.max_steps)], [frame.map])
    rgb, _ = compose.compose(frame, compose.blocks(patch, outcome), colouring)
    if scene.overlay:
        Overlay.of(scene.overlay).draw(rgb, frame.window, device)
    return rgb[::-1]


def make(scene: Scene, path: Path, device: str = "auto", bar: Bars = Silent) -> None:
    """Draws a still scene into a PNG; `bar` opens a progress bar, none by default.

    Raises:
        ValueError: the path does not end in .png, or as of resolve(). OSError: it cannot be written
            to. DeviceError: the device is not here.
    """
    if path.suffix != ".png":
        raise ValueError(f"path must end in .png for a still picture, not {path}")
    check_writable(path)
    resolve(device)  # what is wrong here is said before all else
    with bar(0, scene.name, "px") as shown:

        def show(now: Progress) -> None:
            shown.total = now.total_points
            shown.update(now.points - shown.n)

        rgb = draw(scene, device=device, progress=show)
    save(path, rgb, scene.dumps())


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
