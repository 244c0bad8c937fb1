"""divergence explore: any scene, live, in a browser on this machine."""

import argparse
import webbrowser
from importlib.util import find_spec
from pathlib import Path

from .. import checks, places
from ..explorer.address import claimed
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
    for needed in ("starlette", "uvicorn", "websockets"):
        if not find_spec(needed):
            said = "pip install 'divergence[explore]', or `make explore`"
            raise ValueError(f"the explorer needs {needed}: {said}")
    checks.known("scene", arguments.scene, names())
    checks.integer("port", arguments.port, minimum=0, maximum=65535)
    folder = arguments.out or places.outputs() / "explorer"
    address = claimed(folder, arguments.port)
    page = f"{address.url}#scene={arguments.scene}"
    print(page, flush=True)
    if not arguments.no_browser:
        webbrowser.open(page)
    from ..explorer.server import serve  # while the browser starts

    serve(address, device=arguments.device, folder=folder)
    return Result("", {})
