"""Matplotlib's colours and colormaps by name, of a known length and whatever its settings say.

Matplotlib is loaded when the first colour is asked for, and not to check a name that it has had
since its version 3.
"""

import os
import re
import sys
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from . import checks

if TYPE_CHECKING:
    from matplotlib.colors import Colormap

LENGTH = 256  # of a continuous colormap; Matplotlib's own depends on the setting image.lut
COMMON = """
    viridis plasma inferno magma cividis twilight twilight_shifted turbo gray bone pink
    hot cool spring summer autumn winter copper jet hsv rainbow ocean terrain cubehelix
    afmhot coolwarm bwr seismic RdBu RdYlBu PiYG PRGn Spectral Blues Greens Greys Oranges
    Purples Reds YlGnBu YlOrRd tab10 tab20 tab20b tab20c Set1 Set2 Set3 Pastel1 Pastel2
    Paired Accent Dark2 prism flag binary gist_heat gist_earth gist_gray gist_stern
    gist_ncar gist_rainbow nipy_spectral CMRmap gnuplot gnuplot2 brg Wistia PuOr BrBG
"""


def is_colormap(name: str) -> bool:
    """Whether it names a colormap; of the common ones and of colours without loading Matplotlib."""
    if name.removesuffix("_r") in COMMON.split():
        return True
    return name not in ("black", "white") and name in matplotlib().colormaps


def check_colormap(name: str, value: object) -> None:
    """Whether a value names a colormap. ValueError: the nearest names."""
    if not isinstance(value, str) or value.removesuffix("_r") not in COMMON.split():
        checks.known(name, value, matplotlib().colormaps)


def check_colour(name: str, value: object) -> None:
    """Whether a value is a colour, as Matplotlib names them. ValueError: it is none."""
    if isinstance(value, str) and (
        value in ("black", "white") or re.fullmatch("#[0-9a-fA-F]{6}", value)
    ):
        return
    if not matplotlib().colors.is_color_like(value):
        raise ValueError(f"{name} must be a colour, not {value!r}")


@cache
def colormap(name: str) -> "Colormap":
    """A colormap, of LENGTH colours where it is continuous."""
    found = matplotlib().colormaps[name]
    continuous = isinstance(found, matplotlib().colors.LinearSegmentedColormap)
    return found.resampled(LENGTH) if continuous else found


@cache
def table(name: str) -> NDArray[np.float64]:
    """The colours of a colormap: (n, 3) sRGB, 0 to 1."""
    colours = colormap(name)(np.arange(colormap(name).N))[:, :3]
    colours.flags.writeable = False
    return colours


def rgb(colour: str) -> tuple[float, float, float]:
    """The sRGB values of a colour, 0 to 1."""
    return matplotlib().colors.to_rgb(colour)


@cache
def matplotlib() -> ModuleType:
    """Matplotlib, even where MPLBACKEND names a backend that is not here, as in a process that a
    notebook has started: it cannot be imported then."""
    try:
        import matplotlib.colors as loaded
    except ValueError:
        backend = os.environ.pop("MPLBACKEND")
        try:
            import matplotlib.colors as loaded
        finally:
            os.environ["MPLBACKEND"] = backend
    return sys.modules[loaded.__package__]
