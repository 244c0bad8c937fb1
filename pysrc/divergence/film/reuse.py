"""Points that pictures share, taken from the one that was computed first, bit for bit.

A window and the same window at half the width share a quarter of their points, and so do frames
of a zoom that are an octave apart. Two points are the same if their coordinates are, to the bit.
"""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from ..deep.points import points_in
from ..kernel.compute import outcome_of
from ..kernel.launch import How
from ..kernel.outcome import Outcome
from ..kernel.points import Patch
from .octaves import outcome_from_above
from .plan import Layer

LEAST = 0.02  # of a layer's points, for which a look into another layer is worth while


def donors(layers: Sequence[Layer]) -> dict[int, int]:
    """For the numbers of layers that share points with an earlier one, the number of that."""
    found = {}
    for number, layer in enumerate(layers):
        counts = {n: count for n in range(number) if (count := _common(layer, layers[n]))}
        if counts:
            found[number] = max(counts, key=counts.get)
    return found


def given(layer: Layer, donor: Layer, outcome: Outcome) -> Outcome:
    """What a donor's outcome says of a layer's points: as many, with times of -1 where it says
    nothing, and with the donor's step limit."""
    mine, theirs = _shared(layer.patch, donor.patch)
    known = outcome.blank(layer.patch.size)
    known.times[:] = -1
    known.put(mine, outcome.take(theirs))
    return known


def completed(
    layer: Layer, part: range, known: Outcome | None, wanted: Collection[str], how: How
) -> tuple[Outcome, int]:
    """The outcome of points `part` of a layer, and how many steps of them had to be computed.

    Points that are known to have stopped are taken, points that had not stopped are resumed where
    their states are known, and the others are computed.

    Args:
        layer, part: which points.
        known: from given(), or None.
        wanted: of "fates", "fractions" and "states".
        how: see How.
    """
    points, limit = points_in(layer.arithmetic, layer.patch, part), layer.max_steps
    if known is None:
        outcome = outcome_from_above(layer.map, layer.octaves, points, limit, wanted, how)
        return outcome, int(outcome.times.sum(dtype=np.int64))
    old = known.take(slice(part.start, part.stop))
    reached = old.max_steps
    taken = (old.times >= 0) & (old.times < min(reached, limit))
    going = (old.times >= reached) & (limit >= reached) & (old.states is not None)
    rest = ~(taken | going)
    computed = outcome_of(layer.map, points.where(rest), limit, wanted, **how)
    whole = computed.blank(points.size)
    whole.put(rest, computed)
    whole.put(taken, old.take(taken))
    if going.any():
        whole.put(going, old.take(going).resume(limit, **how))
    spared = int(old.times[taken].sum(dtype=np.int64)) + reached * int(going.sum())
    return whole, int(whole.times.sum(dtype=np.int64)) - spared


def _common(layer: Layer, donor: Layer) -> int:
    """How many points they share, 0 if too few or if anything else is different."""
    if "deep" in (layer.arithmetic, donor.arithmetic):  # float64 does not tell its points apart
        return 0
    if layer.octaves:  # a donor cannot tell the times above of points that it has gone on with
        return 0
    if layer.map != donor.map or layer.map.arithmetic != donor.map.arithmetic:
        return 0
    if layer.patch.hole or donor.patch.hole or not _commensurable(layer.patch, donor.patch):
        return 0
    rows, columns = (axis[0].size for axis in _axes(layer.patch, donor.patch))
    return rows * columns if rows * columns >= LEAST * layer.patch.size else 0


def _commensurable(patch: Patch, donor: Patch) -> bool:
    """Whether one lattice's step is a small multiple of the other's, which is quick to see."""
    ratio = (donor.window.width / donor.window.shape[1]) / (
        patch.window.width / patch.window.shape[1]
    )
    ratio = max(ratio, 1 / ratio)
    return ratio < 8 and abs(ratio - round(ratio)) < 1e-9


def _axes(patch: Patch, donor: Patch) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """The places of equal coordinates in both patches, along y and along x."""
    return [
        np.intersect1d(one, other, assume_unique=True, return_indices=True)[1:]
        for one, other in (
            (patch.window.y_at(np.array(patch.rows)), donor.window.y_at(np.array(donor.rows))),
            (
                patch.window.x_at(np.array(patch.columns)),
                donor.window.x_at(np.array(donor.columns)),
            ),
        )
    ]


def _shared(patch: Patch, donor: Patch) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The numbers of the same points in both."""
    (row, donor_row), (column, donor_column) = _axes(patch, donor)
    return (
        (row[:, None] * len(patch.columns) + column).ravel(),
        (donor_row[:, None] * len(donor.columns) + donor_column).ravel(),
    )
