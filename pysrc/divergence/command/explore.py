"""divergence explore: any scene, live, in a browser on this machine."""

import argparse
import webbrowser
from pathlib import Path

from .. import checks, places
from ..scenes.scene import names
from .manners import Result
from .parser import Parser, add_device

SUMMARY = "explore a scene in a browser on this machine"


def add_flags(parser: Parser) -> None:
    add = parser.add_argument
    add("scene", nargs="?", default="mandelbrot", help="a name from `render --list`")
    add("--port", type=int, default=0, help="0: any that is free")
    add("--no-browser", action="store_true", help="only print the address")
    add("--out", type=Path, help="the folder of films that the page makes")
    add_device(parser)


def work(arguments: argparse.Namespace) -> Result:
    try:
        from ..explorer.server import serve
    except ImportError as error:
        raise ValueError(
            f"the explorer needs {error.name}: pip install 'divergence[explore]', or `make explore`"
        ) from None

    checks.known("scene", arguments.scene, names())
    checks.integer("port", arguments.port, minimum=0, maximum=65535)

    def ready(address: str) -> None:
        print(address, flush=True)
        if not arguments.no_browser:
            webbrowser.open(address)

    serve(
        port=arguments.port,
        scene=arguments.scene,
        device=arguments.device,
        folder=arguments.out or places.outputs() / "explorer",
        ready=ready,
    )
    return Result("", {})
