"""divergence zoom: a film that zooms into the three-body map, or the film of any scene."""

import argparse
import math
from decimal import Decimal
from pathlib import Path

from .. import checks, places
from ..scenes.laws import HalveEvery
from ..scenes.scene import Scene
from . import drawing
from .manners import Result
from .parser import Parser, add_cluster, add_device, add_scene_changes, changed

SUMMARY = "make a film that zooms in, in a folder that can be gone on with"
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


def add_flags(parser: Parser) -> None:
    parser.formatter_class = argparse.HelpFormatter
    add = parser.add_argument
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--scene", metavar="FILE", help="a scene's TOML file, or its name")
    what.add_argument("--preset", choices=PRESETS, default="default", help="a size of the zoom")
    add_scene_changes(parser)
    add("--steps-per-frame", type=float, metavar="STEPS", help="by which the step limit grows")
    add("--shift", type=float, help="of the twin in the first frame; it halves with the width")
    add("--frames-per-octave", type=float, metavar="FRAMES", help="in which the width halves")
    add("--to", metavar="WIDTH", help="the width at which the film ends, such as 1e-30")
    add("--span", type=int, nargs=2, metavar=("FIRST", "LAST"), help="a clip of these frames alone")
    add("--still", type=int, nargs="?", const=0, metavar="I", help="frame I (0), PNG or .npy")
    add("--recolour", action="store_true", help="colour the times that the folder has anew")
    add("--export", choices=drawing.RAW_FORMATS, help="write the raw times of the folder's frames")
    add_device(parser)
    add_cluster(parser)
    add("--out", type=Path, help="the folder; by default outputs/SCENE")


def work(arguments: argparse.Namespace) -> Result:
    if arguments.export:
        return drawing.export(arguments.out or places.outputs() / NAME, arguments)
    scene = scene_of(arguments)
    if arguments.still is not None:
        return drawing.picture(scene.still(arguments.still), arguments)
    return drawing.film(scene, arguments, name="zoom", recolour=arguments.recolour)


def scene_of(arguments: argparse.Namespace) -> Scene:
    """The scene that the flags say."""
    scene = _chosen(arguments)
    laws: dict[str, object] = {"map.shift": arguments.shift}
    if arguments.steps_per_frame is not None:
        laws["changes.max_steps"] = {"add": arguments.steps_per_frame}
    if arguments.frames_per_octave is not None:
        laws["changes.window.width"] = law = {"halve_every": arguments.frames_per_octave}
        if "shift" in scene.map:
            laws["changes.map.shift"] = law
    scene = changed(scene, arguments, **laws)
    if arguments.to is not None:
        return scene.with_values({"frames": _frames_to(scene, arguments.to)})
    return scene


def _frames_to(scene: Scene, width: str) -> int:
    """How many frames it takes to come down to a width."""
    law = scene.changes.get("window.width")
    if not isinstance(law, HalveEvery):
        raise ValueError("--to is for a scene whose window.width has the law halve_every")
    first, last = (checks.exact("width", value) for value in (scene.window["width"], width))
    if not 0 < last < first:
        raise ValueError(f"--to must be positive and less than the width, {first}, not {width}")
    octaves = (checks.decimal(first) / checks.decimal(last)).log10() / Decimal(2).log10()
    return math.ceil(float(octaves) * law.frames_per_octave - 1e-9) + 1


def _chosen(arguments: argparse.Namespace) -> Scene:
    """The scene that flags then change: a file's, the folder's own, or a preset."""
    if arguments.scene:
        return Scene.load(arguments.scene)
    if arguments.recolour:
        return Scene.load((arguments.out or places.outputs() / NAME) / drawing.SCENE)
    return Scene.load(NAME).with_values(PRESETS[arguments.preset])
