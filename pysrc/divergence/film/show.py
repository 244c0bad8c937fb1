"""Pictures of times for a caller's own plots and notebooks: an image, or an image with axes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..colour import Colouring
from ..deep.compute import window_outcome
from ..kernel.launch import How, names_keywords
from ..kernel.outcome import Outcome
from ..maps.base import Map
from ..window import Window, in_units
from . import still

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from matplotlib.image import AxesImage

SHADES = 256  # of a colour bar


@dataclass(frozen=True, eq=False)
class Picture:
    """What became of the points of a window, and how it is to be coloured. A notebook shows it.

    Attributes:
        window: of the points.
        outcome: of the points: times, and whatever the colouring needs besides.
        colouring: of the times.
    """

    window: Window
    outcome: Outcome
    colouring: Colouring

    @property
    def times(self) -> NDArray[np.int32]:
        """(rows, columns) int32; row 0 has the lowest y."""
        return self.outcome.times

    @property
    def fates(self) -> NDArray[np.int32] | None:
        """(rows, columns) int32, where the colouring tells fates apart."""
        return self.outcome.fates

    def recoloured(self, colouring: Colouring) -> "Picture":
        """The same times in other colours. ValueError: those need what was not computed."""
        for name in colouring.needs:
            if getattr(self.outcome, name) is None:
                raise ValueError(f"these colours need {name}: compute() with such a colouring")
        return Picture(self.window, self.outcome, colouring)

    def rgb(self) -> NDArray[np.uint8]:
        """(rows, columns, 3) sRGB; row 0 is the lowest, as imshow draws it with origin="lower"."""
        outcome = self.outcome
        return self._fitted().rgb(
            outcome.times, outcome.max_steps, fractions=outcome.fractions, fates=outcome.fates
        )

    def image(self) -> Image.Image:
        """The picture, top row first as images lie."""
        return Image.fromarray(np.ascontiguousarray(self.rgb()[::-1]))

    def _fitted(self) -> Colouring:
        return self.colouring.fitted([(self.times, self.outcome.max_steps)], [self.outcome.map])

    def _repr_png_(self) -> bytes:
        return still.png(self.image())

    def scale(self) -> "ScalarMappable":
        """What a colour bar of the picture shows: times, or fates by their names."""
        from matplotlib.cm import ScalarMappable
        from matplotlib.colors import BoundaryNorm, ListedColormap, Normalize

        colouring, limit = self._fitted(), self.outcome.max_steps
        if colouring.fates:
            names = self.outcome.map.fate_names
            hues = colouring.rgb(
                np.full(len(names), 0 if colouring.shows != "times" else limit - 1, np.int32),
                limit,
                fates=np.arange(1, len(names) + 1, dtype=np.int32),
            )
            norm = BoundaryNorm(np.arange(len(names) + 1) + 0.5, len(names))
            return ScalarMappable(norm, ListedColormap(hues / 255))
        times = np.linspace(0, limit - 1, SHADES).astype(np.int32)
        return ScalarMappable(
            Normalize(0, limit), ListedColormap(colouring.rgb(times, limit) / 255)
        )


@names_keywords
def compute(
    system: Map,
    window: Window,
    max_steps: int,
    *,
    colouring: Colouring | None = None,
    arithmetic: str = "auto",
    **how: Unpack[How],
) -> Picture:
    """The picture of a map in a window.

    Args:
        system: the map, with its parameters.
        window: the lattice of starting points.
        max_steps: the step limit, 1 to 2^31 - 1.
        colouring: of the times; by default inferno, where light points stop early.
        arithmetic: "auto", "float64" or "deep"; see deep.compute.chosen().
        how: see How.

    Raises:
        ValueError: a bad value. LibraryError, DeviceError: see errors.
    """
    colouring = colouring or Colouring()
    outcome = window_outcome(system, window, max_steps, colouring.needs, arithmetic, **how)
    return Picture(window, outcome, colouring)


@names_keywords
def draw(
    system: Map,
    window: Window,
    max_steps: int,
    *,
    colouring: Colouring | None = None,
    arithmetic: str = "auto",
    **how: Unpack[How],
) -> Image.Image:
    """The picture of a map in a window as an image; arguments and errors as for compute()."""
    picture = compute(system, window, max_steps, colouring=colouring, arithmetic=arithmetic, **how)
    return picture.image()


def imshow(picture: Picture, ax: "Axes | None" = None, *, colour_bar: bool = True) -> "AxesImage":
    """Draws a picture into axes, with the map's coordinates on them and a colour bar beside them.

    Args:
        picture: from compute().
        ax: by default the current one of pyplot.
        colour_bar: of times, or of fates with their names.
    """
    if ax is None:
        from matplotlib import pyplot

        ax = pyplot.gca()
    rows, columns = picture.window.shape
    square = np.isclose(in_units(picture.window.height, picture.window.width), rows / columns)
    drawn = ax.imshow(
        picture.rgb(),
        origin="lower",
        extent=picture.window.extent,
        aspect="equal" if square else "auto",
        interpolation="nearest",
    )
    if colour_bar and ax.figure is not None:
        bar = ax.figure.colorbar(picture.scale(), ax=ax)
        if picture.colouring.fates:
            names = picture.outcome.map.fate_names
            bar.set_ticks(np.arange(1, len(names) + 1).tolist(), labels=list(names))
        else:
            bar.set_label("steps")
    return drawn
