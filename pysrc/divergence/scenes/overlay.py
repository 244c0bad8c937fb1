"""An orbit drawn over a picture, such as an attractor over the basin that it rules."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from .. import checks, colormaps
from ..analysis.orbits import density, track
from ..maps.base import Map
from ..maps.planar import PlanarMap
from ..window import Window
from . import map_tables

FAR = 1e4  # in widths of the picture: how far off a line is drawn to


@dataclass(frozen=True)
class Overlay:
    """An orbit in one colour: the pixels that it visits, or its points joined by lines.

    Attributes:
        map: a map; by default the picture's own. Where its orbit is not joined, a planar one.
        start: x, y of the orbit.
        steps: points of the orbit to draw.
        skip: points to leave out before, until the orbit is on its attractor.
        joined: draw lines from point to point, and a dot at each.
        colour: as Matplotlib names colours.

    Raises:
        ValueError: a bad value.
    """

    map: Any = None
    start: tuple[float, float] = (0.0, 0.0)
    steps: int = 100_000
    skip: int = 100
    joined: bool = False
    colour: str = "white"

    @staticmethod
    def complete(table: Mapping[str, object]) -> dict[str, object]:
        """The table `overlay` of a scene with the defaults filled in, those of its map too."""
        known = {f.name: f.default for f in fields(Overlay)}
        for key in table:
            checks.known("key", key, list(known))
        if isinstance(table.get("map"), Mapping):
            table = {**table, "map": checks.inside("map", map_tables.complete, table["map"])}
        elif table.get("map") is not None:
            raise ValueError('map must be a table such as {name = "henon"}')
        return known | dict(table)

    @staticmethod
    def of(table: Mapping[str, Any], own: Map | None) -> "Overlay":
        """The overlay of a complete table, over a picture of a map of its `own`."""
        system = map_tables.build(table["map"], {}) if table["map"] else own
        whole = {key: round(table[key]) for key in ("steps", "skip") if _is_float(table[key])}
        return Overlay(**{**table, **whole, "map": system})

    def __post_init__(self) -> None:
        if not isinstance(self.joined, bool):
            raise ValueError(f"joined must be true or false, not {self.joined!r}")
        if not self.joined and not isinstance(self.map, PlanarMap):
            name = self.map.name if self.map else "none"
            raise ValueError(
                f"map must be a planar map such as henon, not {name}, or joined = true"
            )
        checks.numbers("start", self.start, 2)
        checks.integer("steps", self.steps, minimum=1)
        checks.integer("skip", self.skip, minimum=0)
        colormaps.check_colour("colour", self.colour)

    def draw(self, rgb: NDArray[np.uint8], window: Window, device: str = "auto") -> None:
        """Draws over a picture (rows, columns, 3), bottom row first, in place."""
        if self.joined:
            self._join(rgb, window)
            return
        visits = density(self.map, self.start, self.steps, window, self.skip, device=device)
        rgb[visits > 0] = np.rint(255 * np.array(colormaps.rgb(self.colour)))

    def _join(self, rgb: NDArray[np.uint8], window: Window) -> None:
        points = track(self.map, self.start, self.skip + self.steps)[self.skip :]
        points = points[np.isfinite(points).all(axis=1)]
        left, _, bottom, _ = window.extent
        rows, columns = window.shape
        place = (points - (left, bottom)) * (
            columns / float(window.width),
            rows / float(window.height),
        )
        place = np.clip(place, -FAR * columns, FAR * columns) - 0.5
        image = Image.fromarray(rgb)
        pen = ImageDraw.Draw(image)
        colour = tuple(int(part) for part in np.rint(255 * np.array(colormaps.rgb(self.colour))))
        pen.line([tuple(point) for point in place.tolist()], fill=colour)
        radius = max(rows, columns) / 250
        for x, y in place[(np.abs(place) < 2 * columns + 2 * rows).all(axis=1)].tolist():
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        rgb[...] = np.asarray(image)


def _is_float(value: object) -> bool:
    return isinstance(value, float)  # as the laws of a film give it
