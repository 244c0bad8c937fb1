"""Colours and colormaps: Matplotlib's by name, of a known length and whatever its settings say, and
palettes of one's own.

Matplotlib is loaded when the first colour is asked for, and not to check a name that it has had
since its version 3.
"""

import os
import re
import sys
from functools import cache, lru_cache
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from . import checks, palettes

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
    if name.removesuffix("_r") in COMMON.split() or palettes.is_text(name):
        return True
    return name not in ("black", "white") and (
        name in matplotlib().colormaps or palettes.kept(name) is not None
    )


def check_colormap(name: str, value: object) -> None:
    """Whether a value names a colormap or a palette that is kept, or is the text of a palette.

    Raises:
        ValueError: the nearest names, or what is wrong with the text.
    """
    if not isinstance(value, str):
        checks.known(name, value, matplotlib().colormaps)
    elif palettes.is_text(value):
        for _, colour in checks.inside(name, palettes.stops, value):
            check_colour(name, colour)
    elif value.removesuffix("_r") not in COMMON.split() and not _palette(value):
        checks.known(name, value, [*matplotlib().colormaps, *palettes.names()])


def _palette(name: str) -> str | None:
    """The text of a palette that is kept under a name; "_r" behind it turns it round."""
    if name in matplotlib().colormaps:
        return None
    if (text := palettes.kept(name)) is not None:
        return text
    text = palettes.kept(name.removesuffix("_r"))
    if text is None or not name.endswith("_r"):
        return None
    stops = palettes.stops(text)[::-1]
    return palettes.written([1 - place for place, _ in stops], [colour for _, colour in stops])


def check_colour(name: str, value: object) -> None:
    """Whether a value is a colour, as Matplotlib names them. ValueError: it is none."""
    if isinstance(value, str) and (
        value in ("black", "white") or re.fullmatch("#[0-9a-fA-F]{6}", value)
    ):
        return
    if not matplotlib().colors.is_color_like(value):
        raise ValueError(f"{name} must be a colour, not {value!r}")


def colormap(name: str) -> "Colormap":
    """A colormap, of LENGTH colours where it is continuous, as a palette always is."""
    return _colormap(_resolved(name))


def table(name: str) -> NDArray[np.float64]:
    """The colours of a colormap: (n, 3) sRGB, 0 to 1."""
    return _table(_resolved(name))


def _resolved(name: str) -> str:
    """The name of one of Matplotlib's, or a palette's text, which is read anew where it is kept."""
    if palettes.is_text(name) or name.removesuffix("_r") in COMMON.split():
        return name
    return _palette(name) or name


@lru_cache(256)
def _colormap(resolved: str) -> "Colormap":
    segmented = matplotlib().colors.LinearSegmentedColormap
    if palettes.is_text(resolved):
        return segmented.from_list("palette", palettes.stops(resolved), LENGTH)
    found = matplotlib().colormaps[resolved]
    return found.resampled(LENGTH) if isinstance(found, segmented) else found


@lru_cache(256)
def _table(resolved: str) -> NDArray[np.float64]:
    found = _colormap(resolved)
    colours = found(np.arange(found.N))[:, :3]
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
