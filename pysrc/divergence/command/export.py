"""divergence export: the raw times of a film, for other programs."""

import argparse
from pathlib import Path

from . import drawing
from .manners import Result
from .parser import Parser

SUMMARY = "write the raw times of a film's frames, for other programs"


def add_flags(parser: Parser) -> None:
    parser.add_argument("folder", type=Path, help="of the film")
    parser.add_argument(
        "--format", dest="export", choices=drawing.RAW_FORMATS, default="npy", help="of the files"
    )


def work(arguments: argparse.Namespace) -> Result:
    return drawing.export(arguments.folder, arguments)
