"""One picture's map, window and step limit."""

from typing import Any, Literal, NamedTuple

from .window import Window

Arithmetic = Literal["float64", "deep"]
"""How points are computed: by themselves, or by what they differ by from a reference."""


class Frame(NamedTuple):
    """All that determines the times of one picture.

    A figure's map is None where it needs none. The arithmetic is what deep.compute.chosen() says.
    """

    map: Any  # a Map, of whichever type its user needs, or None
    window: Window
    max_steps: int
    arithmetic: Arithmetic = "float64"
