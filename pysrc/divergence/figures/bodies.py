"""Where body 1 of every pixel is, in white over the divergence map: row T6 of docs/systems.md."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from .. import checks
from ..analysis.trajectories import snapshots
from ..colour import Colouring
from ..deep.compute import times
from ..frame import Frame
from ..maps.base import Map
from ..maps.three_body import ThreeBody
from .base import Figure, Rgb

CONDITIONS = ("line", "disc", "ejected")


@dataclass(frozen=True)
class Bodies(Figure):
    """The starting points whose body 1 is at a certain place after so many steps.

    The places are of the y, z plane: for "line", no further than a distance above or below
    z = slope y + offset; for "disc", within it of the point `middle`; and of space: "ejected" is
    further than it from the origin. Under them is the divergence map as far as it has grown: by how
    many steps before a body 1 has parted from its twin.

    Attributes:
        at_step: when to look.
        condition: as above.
        distance: as above.
        slope, offset: of the line; at 1.2 and 0 it passes through where bodies 2 and 3 start.
        middle: y, z of the disc.
        colormap: of the times.
    """

    kind: ClassVar[str] = "bodies"
    group: ClassVar[str] = "Three bodies in space"
    of: ClassVar[type[Map]] = ThreeBody

    at_step: int = 10_000
    condition: str = "line"
    distance: float = 0.1
    slope: float = 1.2
    offset: float = 0.0
    middle: tuple[float, float] = (20.0, 10.0)
    colormap: str = "inferno"

    def __post_init__(self) -> None:
        checks.integer("at_step", self.at_step, minimum=0)
        checks.choice("condition", self.condition, CONDITIONS)
        checks.number("distance", self.distance, positive=True)
        checks.numbers("middle", self.middle, 2)
        Colouring(self.colormap)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        return next(Bodies.film([self], [frame], [0], device))

    @staticmethod
    def film(
        figures: Sequence[Any],
        frames: Sequence[Frame],
        wanted: Iterable[int],
        device: str = "auto",
    ) -> Iterator[Rgb]:
        """In one pass, where neither the map nor the window changes and time does not go back."""
        wanted, steps = list(wanted), [figure.at_step for figure in figures]
        if not wanted:
            return
        if len(figures) > 1 and (
            any(frame != frames[0] for frame in frames) or steps != sorted(steps)
        ):
            yield from Figure.film(figures, frames, wanted, device)
            return
        system, window = frames[0].map, frames[0].window
        base = times(system, window, max(1, steps[max(wanted)]), device=device)
        passing = snapshots(system, window, steps[: max(wanted) + 1], device=device)
        for i, now in enumerate(passing):
            if i in wanted:
                rgb = Colouring(figures[i].colormap).rgb(base, max(1, steps[i]))
                rgb[figures[i].holds(now.positions[..., 0, :])] = 255
                yield rgb[::-1]

    def holds(self, body: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether the condition holds of positions (..., 3)."""
        _, y, z = np.moveaxis(body, -1, 0)
        if self.condition == "line":
            return np.abs(self.slope * y + self.offset - z) < self.distance
        if self.condition == "disc":
            return np.hypot(y - self.middle[0], z - self.middle[1]) <= self.distance
        return np.linalg.norm(body, axis=-1) > self.distance
