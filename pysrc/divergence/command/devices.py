"""divergence devices: what --device can be here."""

import argparse

from .manners import Result
from .parser import Parser

SUMMARY = "say what --device can be here, and why there is no more"


def add_flags(parser: Parser) -> None:
    pass


def work(arguments: argparse.Namespace) -> Result:
    from ..kernel.devices import devices

    here = devices()
    width = max(map(len, here))
    return Result("\n".join(f"{name:<{width}}  {what}" for name, what in here.items()), here)
