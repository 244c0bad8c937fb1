"""divergence recolour: a film anew from the times that its folder has."""

import argparse
from pathlib import Path

from ..scenes.scene import Scene
from . import drawing
from .manners import Result
from .parser import Parser, add_device, add_scene_changes, changed

SUMMARY = "make a film anew, in other colours, from the times that its folder has"


def add_flags(parser: Parser) -> None:
    parser.add_argument("out", metavar="folder", type=Path, help="of the film")
    add_scene_changes(parser)
    add_device(parser)


def work(arguments: argparse.Namespace) -> Result:
    scene = changed(Scene.load(arguments.out / drawing.SCENE), arguments)
    return drawing.film(scene, arguments, recolour=True)
