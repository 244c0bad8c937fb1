"""An orbit drawn over a still picture, such as an attractor over the basin that it rules."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from .. import checks, colormaps
from ..analysis.orbits import density
from ..maps.planar import PlanarMap
from ..window import Window
from . import map_tables


@dataclass(frozen=True)
class Overlay:
    """The pixels that an orbit visits, in one colour.

    Attributes:
        map: a planar map.
        start: x, y of the orbit.
        steps: points of the orbit to draw.
        skip: points to leave out before, until the orbit is on its attractor.
        colour: as Matplotlib names colours.

    Raises:
        ValueError: a bad value.
    """

    map: PlanarMap
    start: tuple[float, float] = (0.0, 0.0)
    steps: int = 100_000
    skip: int = 100
    colour: str = "white"

    @staticmethod
    def of(table: Mapping[str, object]) -> "Overlay":
        """The overlay that the table `overlay` of a scene asks for."""
        for key in table:
            checks.known("key", key, [f.name for f in fields(Overlay)])
        if not isinstance(table.get("map"), Mapping):
            raise ValueError('map must be a table such as {name = "henon"}')
        system = map_tables.build(checks.inside("map", map_tables.complete, table["map"]), {})
        return Overlay(**{**table, "map": system})

    def __post_init__(self) -> None:
        if not isinstance(self.map, PlanarMap):
            raise ValueError(f"map must be a planar map such as henon, not {self.map.name}")
        checks.numbers("start", self.start, 2)
        checks.integer("steps", self.steps, minimum=1)
        checks.integer("skip", self.skip, minimum=0)
        colormaps.check_colour("colour", self.colour)

    def draw(self, rgb: NDArray[np.uint8], window: Window, device: str = "auto") -> None:
        """Draws over a picture (rows, columns, 3), bottom row first, in place."""
        visits = density(self.map, self.start, self.steps, window, self.skip, device=device)
        rgb[visits > 0] = np.rint(255 * np.array(colormaps.rgb(self.colour)))
