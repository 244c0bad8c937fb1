"""divergence true-map: Euler's map of three bodies, the true one, and what they differ by."""

import argparse
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import colormaps, files, places
from ..bars import Bar
from ..maps.three_body import ThreeBody
from ..scenes.scene import Scene
from .manners import Result
from .parser import Parser, add_device, check_picture
from .progress import bars

SUMMARY = "draw Euler's map of three bodies beside the true one"
SCENES = {"xy": "three-body-plane", "yz": "three-body-yz"}


def add_flags(parser: Parser) -> None:
    add = parser.add_argument
    add("--plane", choices=SCENES, default="xy", help="that of row T1 or of T2")
    add("--shape", type=int, nargs=2, metavar=("ROWS", "COLUMNS"))
    add("--dt", type=float, default=1e-3, help="of Euler's steps")
    add("--tolerance", type=float, default=1e-12, help="of the true map")
    add_device(parser)
    add("--out", type=Path, help="a PNG; by default outputs/true-map.png")


def work(arguments: argparse.Namespace) -> Result:
    from ..deep.compute import times
    from ..kernel.devices import resolve
    from ..kernel.launch import Progress

    out = arguments.out or places.outputs() / "true-map.png"
    check_picture(out)
    scene = Scene.load(SCENES[arguments.plane])
    if arguments.shape:
        scene = scene.with_values({"window.shape": arguments.shape})
    frame = scene.frame(0)
    files.check_writable(out)
    resolve(arguments.device)  # a wrong one is refused before any work
    if not isinstance(frame.map, ThreeBody):
        raise TypeError(f"{scene.name} is not of three bodies")
    euler = replace(frame.map, dt=arguments.dt)
    steps = round(frame.max_steps * frame.map.dt / euler.dt)
    true = replace(euler, integrator="adaptive", tolerance=arguments.tolerance)
    maps = {f"Euler, dt = {euler.dt:g}": euler, f"true to {true.tolerance:g}": true}
    left = []
    for name, each in maps.items():
        with bars(arguments)(frame.window.shape[0] * frame.window.shape[1], name, "px") as shown:

            def show(now: Progress, shown: Bar = shown) -> None:
                shown.update(now.points - shown.n)

            found = times(each, frame.window, steps, device=arguments.device, progress=show)
        left.append((steps - found) * euler.dt)
    end, extent = steps * euler.dt, frame.window.extent
    files.write(out, beside(list(maps), left, end, extent, arguments.plane))
    return Result(str(out), {"picture": out})


def beside(
    names: list[str],
    left: list[NDArray[np.floating[Any]]],
    end: float,
    extent: tuple[float, float, float, float],
    plane: str,
) -> bytes:
    """A PNG of two pictures of times that are left, and of their difference."""
    from ..figures.base import own_settings

    with own_settings():
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure(figsize=(15, 5.2), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, 3, sharey=True)
        shown: dict[str, Any] = {"origin": "lower", "extent": extent}
        fire, both = colormaps.colormap("inferno"), colormaps.colormap("RdBu")
        for axis, name, picture in zip(axes, names, left, strict=False):
            image = axis.imshow(picture, cmap=fire, vmin=0, vmax=end, **shown)
            axis.set_title(name)
        figure.colorbar(image, ax=axes[:2], label=f"{end:g} - time of separation", pad=0.01)
        difference = np.subtract(*left)
        image = axes[2].imshow(difference, cmap=both, vmin=-end, vmax=end, **shown)
        apart = np.mean(np.abs(difference) > end / 100)
        axes[2].set_title(f"over a hundredth apart: {apart:.0%} of pixels")
        figure.colorbar(image, ax=axes[2], label="true - Euler's time of separation", pad=0.02)
        for axis in axes:
            axis.set_xlabel(plane[0])
        axes[0].set_ylabel(plane[1])
        png = BytesIO()
        figure.savefig(png, format="png", dpi=110)
        return png.getvalue()
