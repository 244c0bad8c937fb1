"""What zoom, render, recolour and export have in common: pictures, films and raw times."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import files, places
from ..scenes.scene import Scene
from .manners import Result
from .parser import check_picture
from .progress import bars

if TYPE_CHECKING:
    from ..kernel.launch import Progress

SCENE = "scene.toml"  # in a film's folder
RAW_FORMATS = ("npy", "png", "tiff", "exr")
LEAST_INCHES, MARGINS = 3.0, (1.6, 0.8)  # of a picture with axes, and what these take


def picture(scene: Scene, arguments: argparse.Namespace) -> Result:
    """Draws a still scene into a PNG, writes its times into an .npy file, or both into an .exr."""
    from ..film import still

    path = arguments.out or places.outputs() / f"{scene.name}.png"
    if getattr(arguments, "axes", False):
        return _with_axes(scene, path, arguments)
    still.make(scene, path, arguments.device, bars(arguments))
    return Result(str(path), {"picture": path})


def _with_axes(scene: Scene, path: Path, arguments: argparse.Namespace) -> Result:
    """Draws a still scene with the map's coordinates beside it, and a colour bar."""
    from ..colour import Colouring
    from ..figures.base import own_settings
    from ..film import show, still
    from ..kernel import devices

    check_picture(path)
    frame = scene.frame(0)
    if scene.figure or frame.map is None:
        raise ValueError(f"--axes: {scene.name} is a figure, and has what axes it needs")
    files.check_writable(path)
    devices.check(arguments.device)  # a wrong one is refused before any work
    with bars(arguments)(0, scene.name, "px") as shown:

        def tell(now: "Progress") -> None:
            shown.total = now.total_points
            shown.update(now.points - shown.n)

        colouring = Colouring.of(scene.colour)
        picture = show.compute(
            frame.map,
            frame.window,
            frame.max_steps,
            colouring=colouring,
            device=arguments.device,
            progress=tell,
        )
    with own_settings():
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        rows, columns = frame.window.shape
        size = np.clip([columns / 100, rows / 100], LEAST_INCHES, None) + MARGINS
        figure = Figure(figsize=tuple(size), dpi=100, layout="constrained")
        axes = figure.add_subplot(title=scene.title)
        show.imshow(picture, axes)
        canvas: Any = FigureCanvasAgg(figure)
        canvas.draw()
        pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    still.save(path, pixels, scene.dumps())
    return Result(str(path), {"picture": path})


def film(
    scene: Scene, arguments: argparse.Namespace, *, name: str = "film", recolour: bool = False
) -> Result:
    """Makes a scene's film in a folder, or resumes it."""
    from ..film import render

    report = render.render(
        scene,
        arguments.out or places.outputs() / scene.name,
        name=name,
        device=arguments.device,
        recolour=recolour,
        span=getattr(arguments, "span", None),
        bar=bars(arguments),
    )
    return Result(render.summary(report), report)


def export(folder: Path, arguments: argparse.Namespace) -> Result:
    """Writes the raw times of a film's frames."""
    from ..film.export import export_times

    raw = export_times(folder, arguments.export, bar=bars(arguments))
    return Result(str(raw), {"folder": raw})
