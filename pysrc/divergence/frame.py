"""One picture's map, window and step limit."""

from typing import NamedTuple

from .deep.points import Arithmetic
from .maps.base import Map
from .window import Window


class Frame(NamedTuple):
    """All that determines the times of one picture.

    A figure's map is None where it needs none. The arithmetic is what deep.compute.chosen() says.
    """

    map: Map | None
    window: Window
    max_steps: int
    arithmetic: Arithmetic = "float64"
