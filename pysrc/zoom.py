"""Zooms into the divergence map of three bodies, or makes the film of any scene.

python pysrc/zoom.py
python pysrc/zoom.py --center 1.5 -0.3 --frames 90 --out outputs/elsewhere
python pysrc/zoom.py --scene outputs/elsewhere/scene.toml --out outputs/again
"""

import environment

environment.enter()

import argparse
from pathlib import Path

from divergence import cli
from divergence.film import export, render, still
from divergence.scenes.render_options import FORMATS
from divergence.scenes.scene import Scene

OUTPUTS = Path(__file__).resolve().parents[1] / "outputs"
NAME = "three-body-zoom"
# The default film takes about a minute on two cores; "full" is the film as it was meant.
PRESETS = {
    "default": {
        "frames": 120,
        "window.shape": (240, 240),
        "max_steps": 35_000,
        "changes.max_steps": {"add": 700},
    },
    "full": {"frames": 500, "window.shape": (1000, 1000), "max_steps": 50_000},
}


def parser() -> cli.Parser:
    parser = cli.Parser(
        description="Makes a film that zooms in, in a folder that can be gone on with.",
        formatter_class=argparse.HelpFormatter,
    )
    add = parser.add_argument
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--scene", metavar="FILE", help="a scene's TOML file, or its name")
    what.add_argument("--preset", choices=PRESETS, default="default", help="a size of the zoom")
    add("--center", type=float, nargs=2, metavar=("X", "Y"))
    add("--width", type=float, help="of the first frame")
    add("--shape", type=int, nargs=2, metavar=("ROWS", "COLUMNS"))
    add("--frames", type=int, help="how many")
    add("--steps", type=int, help="step limit of the first frame")
    add("--steps-per-frame", type=float, metavar="STEPS", help="by which that limit grows")
    add("--shift", type=float, help="of the twin in the first frame; it halves with the width")
    add("--frames-per-octave", type=float, metavar="FRAMES", help="in which the width halves")
    add("--colormap", help="any of Matplotlib's")
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="change anything else")
    add("--samples", type=int, help="a pixel, across and down, 1 to 8")
    add("--exact", action="store_true", default=None, help="compute every frame, use no keyframes")
    add("--fps", type=float, help="frames a second")
    add("--format", choices=FORMATS, help="png: a folder of numbered pictures")
    add("--still", type=int, nargs="?", const=0, metavar="I", help="one PNG, of frame I (0)")
    add("--recolour", action="store_true", help="colour the times that the folder has anew")
    add("--export", choices=export.FORMATS, help="write the raw times of the folder's frames")
    add("--device", default="auto", help="auto, cpu, cuda or cuda:0,1")
    add("--out", type=Path, help=f"the folder; by default {OUTPUTS.name}/SCENE")
    return parser


def changes(scene: Scene, arguments: argparse.Namespace) -> dict[str, object]:
    """What the flags change in the scene, by the paths of its TOML."""
    given = {
        "window.center": arguments.center,
        "window.width": arguments.width,
        "window.shape": arguments.shape,
        "frames": arguments.frames,
        "max_steps": arguments.steps,
        "map.shift": arguments.shift,
        "fps": arguments.fps,
        "colour.colormap": arguments.colormap,
        "film.samples": arguments.samples,
        "film.exact": arguments.exact,
        "film.format": arguments.format,
    }
    if arguments.steps_per_frame is not None:
        given["changes.max_steps"] = {"add": arguments.steps_per_frame}
    if arguments.frames_per_octave is not None:
        law = {"halve_every": arguments.frames_per_octave}
        given["changes.window.width"] = law
        if "shift" in scene.map:
            given["changes.map.shift"] = law
    return {k: v for k, v in given.items() if v is not None} | cli.assignments(arguments.set)


def work(arguments: argparse.Namespace) -> None:
    if arguments.export:
        folder = arguments.out or OUTPUTS / NAME
        print(export.export_times(folder, arguments.export, bar=cli.bar))
        return
    scene = chosen(arguments)
    scene = scene.with_values(changes(scene, arguments))
    if arguments.still is not None:
        path = arguments.out or OUTPUTS / f"{scene.name}.png"
        still.make(scene.still(arguments.still), path, arguments.device, cli.bar)
        print(path)
        return
    report = render.render(
        scene,
        arguments.out or OUTPUTS / scene.name,
        name="zoom",
        device=arguments.device,
        recolour=arguments.recolour,
        bar=cli.bar,
    )
    print(render.summary(report))


def chosen(arguments: argparse.Namespace) -> Scene:
    """The scene that flags then change: a file's, the folder's own, or a preset."""
    if arguments.scene:
        return Scene.load(arguments.scene)
    if arguments.recolour:
        return Scene.load((arguments.out or OUTPUTS / NAME) / render.SCENE)
    return Scene.load(NAME).with_values(PRESETS[arguments.preset])


if __name__ == "__main__":
    cli.run(parser(), work)
