"""divergence render: any scene, as a picture or a film."""

import argparse
from pathlib import Path

from ..scenes.formula_scene import formula_scene, zoomed
from ..scenes.scene import Scene, groups
from . import drawing
from .manners import Result
from .parser import Parser, add_cluster, add_device, add_scene_changes, assignments, changed, exact

SUMMARY = "draw a scene: a named one, or any TOML file like them"


def add_flags(parser: Parser) -> None:
    parser.add_argument(
        "scene", nargs="?", help="a name from --list, or the path of a TOML file, picture or film"
    )
    parser.add_argument(
        "--list", action="store_true", help="list all scenes, or those with a word: --list henon"
    )
    of_map = parser.add_argument_group("any map, from its formula")
    of_map.add_argument(
        "--map", metavar="TEXT", help='such as "z^2 + c"; see docs/reference/formulas.md'
    )
    of_map.add_argument("--plane", default="", help='what the pixel is: "c", "x,y", ...')
    of_map.add_argument("--method", default="", help="of a flow: euler, rk4 or leapfrog")
    of_map.add_argument(
        "--zoom", type=exact, nargs=2, metavar=("X", "Y"), help="a film into this point"
    )
    add_scene_changes(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--still", action="store_true", help="a film's middle frame alone")
    which.add_argument("--frame", type=int, metavar="I", help="one frame of a film, from 0")
    which.add_argument(
        "--span", type=int, nargs=2, metavar=("FIRST", "LAST"), help="a clip of these frames alone"
    )
    parser.add_argument("--axes", action="store_true", help="coordinates, and a colour bar")
    add_device(parser)
    add_cluster(parser)
    parser.add_argument(
        "--out", type=Path, help="a PNG, times as .npy, both as .exr, or a film's folder"
    )


def work(arguments: argparse.Namespace) -> Result:
    if arguments.list:
        return listing(arguments.scene or "")
    scene = changed(asked_for(arguments), arguments)
    if arguments.still:
        scene = scene.still(scene.frames // 2)
    elif arguments.frame is not None:
        scene = scene.still(arguments.frame)
    if arguments.axes and scene.frames > 1:
        raise ValueError("--axes is for one picture: say --still or --frame besides")
    draw = drawing.picture if scene.frames == 1 else drawing.film
    return draw(scene, arguments)


def asked_for(arguments: argparse.Namespace) -> Scene:
    """The scene that is named, or that of --map, before it is changed."""
    if arguments.map is None:
        if arguments.plane or arguments.method or arguments.zoom:
            raise ValueError("--plane, --method and --zoom go with --map")
        if arguments.scene is None:
            raise ValueError("which scene? --list names them; or --map TEXT")
        return Scene.load(arguments.scene)
    if arguments.scene is not None:
        raise ValueError(f"a scene or --map, not both: {arguments.scene!r}")
    parameters = {
        path.removeprefix("map."): value
        for path, value in assignments(arguments.set).items()
        if path.startswith("map.")
    }
    scene = formula_scene(arguments.map, arguments.plane, arguments.method, parameters)
    return zoomed(scene, tuple(arguments.zoom)) if arguments.zoom else scene


def listing(word: str) -> Result:
    """The scenes whose name, title or group has the word, a line each, in groups."""
    lines, table = [], {}
    for group, scenes in groups().items():
        found = [s for s in scenes if word.lower() in f"{group} {s.name} {s.title}".lower()]
        lines += ["", group] if found else []
        for scene in found:
            kind = f" ({scene.frames} frames)" if scene.frames > 1 else ""
            lines.append(f"    {scene.name:<34} {scene.title}{kind}")
            table[scene.name] = {"group": group, "title": scene.title, "frames": scene.frames}
    if not lines:
        raise ValueError(f"no scene has {word!r} in its name, title or group")
    return Result("\n".join(lines[1:]), table)
