"""The box-counting dimension of a set of pixels, and the sets that pictures show (row F3)."""

import itertools
from collections.abc import Sequence
from os import PathLike
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, UnidentifiedImageError

from .. import checks
from .power_law import Fit, fit_power_law

LARGEST_SIDE = 2048  # of the pixels that are counted; of a larger set they are put together
EDGE, STAIRS = (0.0, 2.5), (-0.5, 0.0)  # the limits of the corrections of log N
EDGE_POWERS = 1.1, 0.9, 1.3  # of s / L; the first is used, and the others say how much that matters


class Dimension(NamedTuple):
    """What box_dimension() found.

    Attributes:
        dimension: D, with its error.
        error: as of a Fit.
        fit: the number of boxes (y) against one over their side in pixels (x).
    """

    dimension: float
    error: float
    fit: Fit


def box_dimension(mask: ArrayLike, sizes: Sequence[int] | None = None) -> Dimension:
    """The box-counting dimension of the pixels that are set.

    N(s) boxes of s by s pixels hold a part of the set, and N ~ s^-D. How many it takes depends on
    where the boxes lie, so N is the mean over all positions of the grid. Two things bend the line
    that log N is of log s: boxes reach over the edges of a set of side L, most of all those of a
    filled one, and pixels make stairs of what is smooth. Both are known in form and limits, and
    fitted besides where there are six sizes or more:

        log N = constant - D log s + edge (s / L)^1.1 + stairs / s

    with an edge from 0 to 2.5 and stairs from -0.5 to 0. The power of an edge is what its dimension
    falls short of the set's, 1 for a line and a filled square, less for a carpet and more for a
    coast. The error adds up the standard error, what the small or the large sizes change, and what
    it changes to take a power of 0.9 or 1.3.

    Args:
        mask: (rows, columns) bool.
        sizes: of the boxes in pixels, at least three different ones; by default about twenty,
            evenly spread in logarithm from 2 to a sixth of the set's longer side (from 1 for a set
            under 64). Of a set of over 2048 pixels, of 2, 4, ... by as many put together.

    Raises:
        ValueError: no pixel is set, or the set is too small for three sizes of box.
    """
    mask = np.asarray(mask, bool)
    if mask.ndim != 2 or not mask.any():
        raise ValueError("mask must be (rows, columns) with at least one pixel set")
    mask = _cropped(mask)
    side = max(mask.shape)
    unit = 1
    if sizes is None:
        while max(mask.shape) > LARGEST_SIDE:
            mask, unit = _halved(mask), 2 * unit
        pixels = max(mask.shape)
        smallest = 2 if pixels >= 64 else 1
        sizes = np.rint(np.geomspace(smallest, max(pixels / 6, 1), 24)).astype(int).tolist()
    else:
        sizes = [checks.integer("size of a box", size, minimum=1) for size in sizes]
    sizes = sorted(set(sizes))
    if len(sizes) < 3:
        raise ValueError(f"a set of {side} pixels has three sizes of box at least, not {sizes}")
    x = np.array(sizes, np.float64)
    y = np.array([_boxes(mask, size) for size in sizes])
    plain = fit_power_law(1 / (unit * x), y)
    if len(sizes) < 6:
        return Dimension(plain.exponent, plain.error, plain)
    length = float(max(mask.shape))
    power, *other_powers = EDGE_POWERS
    dimension, error, constant = _corrected(x, y, length, power)
    parts = [part for part in (x > 1.4 * x[0], x < 0.7 * x[-1]) if part.sum() >= 6]
    others = [_corrected(x[part], y[part], length, power)[0] for part in parts]
    error += 0.5 / length  # of a pixel, in L
    error += max((abs(other - dimension) for other in others), default=0.0)
    error += max(abs(_corrected(x, y, length, p)[0] - dimension) for p in other_powers)
    constant += dimension * np.log(unit)
    fit = Fit(float(dimension), float(error), plain.x, plain.y, float(constant))
    return Dimension(fit.exponent, fit.error, fit)


def read_mask(path: str | PathLike[str], *, threshold: float = 0.5) -> NDArray[np.bool_]:
    """The set that a picture shows: whichever of its dark and its light pixels are fewer.

    Numbers are read as they are, of 16 bits or floating point, too. What is transparent is white
    or, where the picture would be white all over, black.

    Args:
        path: any picture that Pillow reads.
        threshold: the grey between the darkest pixel (0) and the lightest (1).

    Raises:
        ValueError: there is no such file, or it is no picture.
    """
    threshold = checks.number("threshold", threshold)
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None  # large ones are welcome
    try:
        with Image.open(path) as image:
            grey = _grey(image)
    except (OSError, UnidentifiedImageError):
        raise ValueError(f"{path} is not a picture that can be read") from None
    finally:
        Image.MAX_IMAGE_PIXELS = limit
    dark, bright = float(np.nanmin(grey)), float(np.nanmax(grey))
    light = grey > dark + threshold * (bright - dark)
    return (~light if light.mean() > 0.5 else light)[::-1]


def _grey(image: Image.Image) -> NDArray[Any]:
    if image.mode.startswith(("I", "F")):
        return np.asarray(image)
    if "A" not in image.mode.upper() and "transparency" not in image.info:
        return np.asarray(image.convert("L"))
    layer = image.convert("RGBA")
    for colour in ("white", "black"):
        paper = Image.new("RGBA", layer.size, colour)
        paper.alpha_composite(layer)
        grey = np.asarray(paper.convert("L"))
        if grey.min() < grey.max():
            break
    return grey


def _cropped(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _halved(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Four pixels in one, which is set if one of them is."""
    rows, columns = (side + side % 2 for side in mask.shape)
    even = np.zeros((rows, columns), bool)
    even[: mask.shape[0], : mask.shape[1]] = mask
    return even[::2, ::2] | even[1::2, ::2] | even[::2, 1::2] | even[1::2, 1::2]


def _boxes(mask: NDArray[np.bool_], size: int) -> float:
    """How many boxes it takes, on the mean over all positions of the grid.

    A box at any of the positions, of which each grid has one in size^2, is taken where the sum over
    it is not 0.
    """
    padded = np.pad(mask, size).astype(np.int32)
    sums = padded.cumsum(axis=0).cumsum(axis=1)
    boxes = sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]
    return float(np.count_nonzero(boxes)) / size**2


def _corrected(
    sizes: NDArray[np.float64], boxes: NDArray[np.float64], side: float, power: float
) -> tuple[float, float, float]:
    """Dimension, standard error and constant of the best fit within the limits of corrections."""
    best = None
    for edge, stairs in itertools.product((None, *EDGE), (None, *STAIRS)):
        columns = [np.ones_like(sizes), -np.log(sizes)]
        rest = np.log(boxes)
        for correction, value in (((sizes / side) ** power, edge), (1 / sizes, stairs)):
            if value is None:
                columns.append(correction)
            else:
                rest = rest - value * correction
        design = np.stack(columns, axis=1)
        numbers = np.linalg.lstsq(design, rest, rcond=None)[0]
        free = iter(numbers[2:])
        found = (next(free) if edge is None else edge, next(free) if stairs is None else stairs)
        if not all(low <= x <= high for x, (low, high) in zip(found, (EDGE, STAIRS), strict=True)):
            continue
        missed = float(((design @ numbers - rest) ** 2).sum())
        if best is None or missed < best[0]:
            spread = missed / max(len(sizes) - len(numbers), 1)
            error = np.sqrt(spread * np.linalg.pinv(design.T @ design)[1, 1])
            best = missed, float(numbers[1]), float(error), float(numbers[0])
    assert best is not None, "both corrections at a limit are always within"
    return best[1:]
