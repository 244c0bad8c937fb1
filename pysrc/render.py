"""Draws a scene: a named one of pysrc/divergence/scenes/named/, or any TOML file like them.

python pysrc/render.py --list
python pysrc/render.py newton-quintic --set map.f=x^7-x-1 --shape 600 800
"""

import environment

environment.enter()

from pathlib import Path

from divergence import cli
from divergence.film import render, still
from divergence.scenes.scene import Scene, groups

OUTPUTS = Path(__file__).resolve().parents[1] / "outputs"


def parser() -> cli.Parser:
    parser = cli.Parser(description="Draws a scene, a still or a film.")
    parser.add_argument("scene", nargs="?", help="a name from --list, or the path of a TOML file")
    parser.add_argument(
        "--list", action="store_true", help="list all scenes, or those with a word: --list henon"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change anything that the TOML says: map.a=1.3, changes.map.a.line=[1,2], ...",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--still", action="store_true", help="a film's middle frame alone")
    which.add_argument("--frame", type=int, metavar="I", help="one frame of a film, from 0")
    parser.add_argument("--shape", type=int, nargs=2, metavar=("ROWS", "COLUMNS"))
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:0,1")
    parser.add_argument(
        "--out", type=Path, help="a PNG, or a film's folder; by default under outputs/"
    )
    return parser


def work(arguments) -> None:
    if arguments.list:
        print(listing(arguments.scene or ""))
        return
    if arguments.scene is None:
        raise ValueError("which scene? --list names them")
    changes = cli.assignments(arguments.set)
    if arguments.shape:
        changes["window.shape"] = arguments.shape
    scene = Scene.load(arguments.scene).with_values(changes)
    if arguments.still:
        scene = scene.still(scene.frames // 2)
    elif arguments.frame is not None:
        scene = scene.still(arguments.frame)
    if scene.frames == 1:
        path = arguments.out or OUTPUTS / f"{scene.name}.png"
        still.make(scene, path, arguments.device, cli.bar)
        print(path)
    else:
        folder = arguments.out or OUTPUTS / scene.name
        print(render.summary(render.render(scene, folder, device=arguments.device, bar=cli.bar)))


def listing(word: str) -> str:
    """The scenes whose name, title or group has the word, a line each, in groups."""
    lines = []
    for group, scenes in groups().items():
        found = [s for s in scenes if word.lower() in f"{group} {s.name} {s.title}".lower()]
        lines += ["", group] if found else []
        for scene in found:
            kind = f" ({scene.frames} frames)" if scene.frames > 1 else ""
            lines.append(f"    {scene.name:<34} {scene.title}{kind}")
    if not lines:
        raise ValueError(f"no scene has {word!r} in its name, title or group")
    return "\n".join(lines[1:])


if __name__ == "__main__":
    cli.run(parser(), work)
