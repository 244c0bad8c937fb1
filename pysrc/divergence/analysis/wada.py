"""Whether the boundaries of several basins are one and the same."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def wada_distance(basins: ArrayLike) -> float:
    """How far the boundaries of basins are apart, in pixels; of Wada's basins they are the same.

    Each basin in turn is told from all others together, which makes a boundary; the distance is the
    largest from a pixel of one such boundary to the nearest of another (Hausdorff's, in king's
    moves). Basins that have Wada's property, every boundary point on the boundary of all of them,
    have it of a few pixels at any resolution, and others of as many as the resolution grows. (A.
    Daza, A. Wagemakers and M. Sanjuan, "Ascertaining when a basin is Wada: the merging method",
    2018.)

    Args:
        basins: (rows, columns) of whole numbers, such as fates; three different ones at least. 0
            is no basin, as of points that ended nowhere: add 1 where it is.

    Raises:
        ValueError: a bad value, or fewer basins.
    """
    array = np.asarray(basins)
    if array.ndim != 2 or not np.issubdtype(array.dtype, np.integer):
        raise ValueError("basins must be a (rows, columns) array of whole numbers")
    names = np.unique(array[array != 0])
    if names.size < 3:
        raise ValueError(f"basins must be three or more, not {names.size}")
    edges = [_edge(array == name, array != 0) for name in names]
    return float(max(_farthest(one, other) for one in edges for other in edges))


def _edge(inside: NDArray[np.bool_], somewhere: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pixels that have a basin of the other kind beside them."""
    edge = np.zeros_like(inside)
    across = (inside[:, 1:] != inside[:, :-1]) & somewhere[:, 1:] & somewhere[:, :-1]
    up = (inside[1:] != inside[:-1]) & somewhere[1:] & somewhere[:-1]
    edge[:, 1:] |= across
    edge[:, :-1] |= across
    edge[1:] |= up
    edge[:-1] |= up
    return edge


def _farthest(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> int:
    """From a pixel of one to the nearest of the other, at most."""
    grown, moves = other, 0
    while (one & ~grown).any():
        wide = np.pad(grown, 1)
        rows = wide[2:] | wide[1:-1] | wide[:-2]
        grown = rows[:, 2:] | rows[:, 1:-1] | rows[:, :-2]
        moves += 1
    return moves
