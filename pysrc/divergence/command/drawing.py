"""What zoom, render, recolour and export have in common: pictures, films and raw times."""

import argparse
from pathlib import Path

from .. import places
from ..scenes.scene import Scene
from .manners import Result
from .progress import bars

SCENE = "scene.toml"  # in a film's folder
RAW_FORMATS = ("npy", "png", "tiff")


def picture(scene: Scene, arguments: argparse.Namespace) -> Result:
    """Draws a still scene into a PNG, or writes its times into an .npy file."""
    from ..film import still

    path = arguments.out or places.outputs() / f"{scene.name}.png"
    still.make(scene, path, arguments.device, bars(arguments))
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
