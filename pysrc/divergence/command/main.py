"""The command `divergence`, and its parts as scripts."""

import importlib
from types import ModuleType
from typing import NoReturn

from .. import __version__
from . import manners
from .parser import Parser, add_manners

COMMANDS = (
    "zoom",
    "seek",
    "render",
    "recolour",
    "export",
    "gallery",
    "explore",
    "true-map",
    "dimension",
    "palette",
    "devices",
    "completion",
)


def main() -> NoReturn:
    """The command `divergence`."""
    manners.own_surroundings()
    manners.run(parser(), lambda arguments: _module(arguments.command).work(arguments))


def script(name: str) -> NoReturn:
    """One part of the command as a script of its own."""
    manners.own_surroundings()
    manners.run(script_parser(name), _module(name).work)


def parser() -> Parser:
    """Of the whole command."""
    whole = Parser(
        prog="divergence", description="Pictures and films of how dynamical systems come apart."
    )
    whole.add_argument("--version", action="version", version=f"divergence {__version__}")
    parts = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        summary = _module(name).SUMMARY
        _complete(parts.add_parser(name, help=summary), name).set_defaults(
            prog=f"divergence {name}"
        )
    return whole


def script_parser(name: str) -> Parser:
    """Of one part; its name is the script's."""
    return _complete(Parser(), name)


def _complete(part: Parser, name: str) -> Parser:
    """A parser with the description and the flags of a part."""
    module = _module(name)
    part.description = f"{module.SUMMARY[0].upper()}{module.SUMMARY[1:]}."
    module.add_flags(part)
    add_manners(part)
    part.add_argument("--version", action="version", version=f"divergence {__version__}")
    return part


def _module(name: str) -> ModuleType:
    return importlib.import_module(f".{name.replace('-', '_')}", __package__)
