"""divergence palette: palettes of one's own, kept by name for scenes and the explorer."""

import argparse
from pathlib import Path

from .. import palettes
from ..colormaps import check_colormap
from .manners import Result
from .parser import Parser

SUMMARY = "keep a palette from a file by a name, or list those that are kept"


def add_flags(parser: Parser) -> None:
    add = parser.add_argument
    add("file", nargs="?", type=Path, help="a .map, .gpl, .ugr or .json; FILE#NAME of several")
    add("--name", help="to keep it by; by default the file's")


def work(arguments: argparse.Namespace) -> Result:
    if arguments.file is None:
        found = {name: palettes.kept(name) for name in palettes.names()}
        return Result("\n".join(f"{name:<24} {text}" for name, text in found.items()), found)
    text = palettes.of_file(str(arguments.file))
    check_colormap(str(arguments.file), text)
    name = arguments.name or arguments.file.stem
    palettes.keep(name, text)
    return Result(f"{name}: {text}", {name: text})
