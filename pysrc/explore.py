"""Explores a scene, live, in a browser on this machine.

python pysrc/explore.py
python pysrc/explore.py newton-quintic --port 8080 --no-browser
"""

import environment

environment.enter()

import argparse
import webbrowser

from divergence import checks, cli
from divergence.scenes.scene import names


def parser() -> cli.Parser:
    parser = cli.Parser(description="Explores a scene in a browser.")
    parser.add_argument("scene", nargs="?", default="mandelbrot", help="a name of render.py --list")
    parser.add_argument("--port", type=int, default=0, help="by default any that is free")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:0,1")
    return parser


def work(arguments: argparse.Namespace) -> None:
    from divergence.explore.server import serve

    checks.known("scene", arguments.scene, names())
    checks.integer("--port", arguments.port, minimum=0, maximum=65535)

    def ready(address: str) -> None:
        print(address, flush=True)
        if not arguments.no_browser:
            webbrowser.open(address)

    serve(port=arguments.port, scene=arguments.scene, device=arguments.device, ready=ready)


if __name__ == "__main__":
    cli.run(parser(), work)
