"""A film of basins, as along a parameter."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .. import checks
from ..analysis.attractors import Attractors
from ..colormaps import check_colormap, table
from .encoder import FilmWriter


def render_basins(
    found: Sequence[Attractors],
    out: str | os.PathLike[str],
    *,
    colormap: str = "tab10",
    fps: checks.Rate = 10,
) -> Path:
    """Writes a film in which every attractor's basin keeps its colour.

    Args:
        found: one for each frame, as attractors_along() gives them.
        out: the film, whose suffix is mp4, webm or gif.
        colormap: a name of Matplotlib's; number k has its k-th colour, and what left is black.
        fps: frames a second.

    Returns:
        The film's path.

    Raises:
        ValueError: a bad value, or no frames. VideoError, OSError: as for render().
    """
    if not found:
        raise ValueError("found must have the basins of a frame at least")
    check_colormap("colormap", colormap)
    colours = table(colormap)
    most = max(len(each.points) for each in found)
    palette = np.zeros((most + 1, 3), np.uint8)
    palette[1:] = np.rint(255 * colours[np.arange(most) % len(colours)])
    with FilmWriter(Path(out), found[0].basins.shape, fps) as film:
        for each in found:
            film.write(palette[each.basins[::-1]])
    return Path(out)
