"""divergence completion: what makes a shell complete this command's names and flags."""

import argparse

from ..scenes.scene import names
from .manners import Result
from .parser import Parser

SUMMARY = "print the completion for a shell: source <(divergence completion bash)"
SHELLS = ("bash", "zsh", "tcsh")


def add_flags(parser: Parser) -> None:
    parser.add_argument("shell", choices=SHELLS)


def work(arguments: argparse.Namespace) -> Result:
    try:
        import shtab
    except ImportError:
        raise ValueError("completion needs the package shtab: pip install shtab") from None
    from .main import parser

    whole = parser()
    for each in _parsers(whole):
        for action in each._actions:
            if action.dest == "scene":
                action.choices = names()
            elif action.dest in ("out", "sheet", "picture", "folder"):
                action.complete = shtab.FILE  # type: ignore[attr-defined]
    text = shtab.complete(whole, arguments.shell)
    return Result(text, {"shell": arguments.shell, "script": text})


def _parsers(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """A parser and those of its subcommands."""
    below = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return [parser, *(inner for action in below for inner in action.choices.values())]
