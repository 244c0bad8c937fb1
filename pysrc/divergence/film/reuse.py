"""Points that pictures share are computed once, and later pictures take the same bits.

A window and the same window at half the width share a quarter of their points, and so do frames
of a zoom that are an octave apart. Two points are the same if their coordinates are, to the bit.
"""

import json
from collections import Counter
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

LOOKED_AT = 4  # other layers, for each
LEAST = 0.02  # of a layer's points, for which it pays to read another layer


def donors(layers: Sequence[Layer]) -> dict[int, int]:
    """For the numbers of layers that share points with an earlier one, the number of that.

    Of the layers that have a column and a row in common with a layer, only the last is looked at
    for each column and row; so it takes time in proportion to their number.
    """
    found: dict[int, int] = {}
    seen: dict[tuple[object, str, float], int] = {}  # a coordinate, and the last layer that has it
    for number, layer in enumerate(layers):
        if (
            layer.patch.hole or layer.arithmetic == "deep"
        ):  # whose points float64 does not tell apart
            continue
        of = json.dumps(layer.map.key)
        x, y = (set(axis.tolist()) for axis in _coordinates(layer.patch))
        places = [(of, "x", value) for value in x] + [(of, "y", value) for value in y]
        candidates = Counter(seen[place] for place in places if place in seen)
        counts = {n: _common(layer, layers[n]) for n, _ in candidates.most_common(LOOKED_AT)}
        best = max(counts, key=lambda n: counts[n], default=None)
        if best is not None and counts[best]:
            found[number] = best
        seen.update(dict.fromkeys(places, number))
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
        known: what given() says of them, or None.
        wanted: of "fates", "fractions" and "states".
        how: see How.
    """
    points, limit = points_in(layer.arithmetic, layer.patch, part), layer.max_steps
    if known is None:
        outcome = outcome_from_above(layer.map, layer.octaves, points, limit, wanted, how)
        return outcome, int(outcome.times.sum(dtype=np.int64))
    reached = known.max_steps
    taken = (known.times >= 0) & (known.times < min(reached, limit))
    going = (known.times >= reached) & (limit >= reached) & (known.states is not None)
    rest = ~(taken | going)
    computed = outcome_of(layer.map, points.where(rest), limit, wanted, **how)
    whole = computed.blank(points.size)
    whole.put(rest, computed)
    whole.put(taken, known.take(taken))
    if going.any():
        whole.put(going, known.take(going).resume(limit, **how))
    spared = int(known.times[taken].sum(dtype=np.int64)) + reached * int(going.sum())
    return whole, int(whole.times.sum(dtype=np.int64)) - spared


def _common(layer: Layer, donor: Layer) -> int:
    """How many points two layers of one map share; 0 if they are too few, or a donor cannot tell
    what is wanted: the times above of points that it has resumed."""
    if layer.octaves or not _commensurable(layer.patch, donor.patch):
        return 0
    rows, columns = (axis[0].size for axis in _axes(layer.patch, donor.patch))
    return rows * columns if rows * columns >= LEAST * layer.patch.size else 0


def _commensurable(patch: Patch, donor: Patch) -> bool:
    """Whether one lattice's step is a small multiple of the other's, which is quick to see."""
    step, donor_step = (float(p.window.width) / p.window.shape[1] for p in (patch, donor))
    ratio = max(donor_step / step, step / donor_step)
    return ratio < 8 and abs(ratio - round(ratio)) < 1e-9


def _coordinates(patch: Patch) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The x of a patch's columns and the y of its rows."""
    return (
        patch.window.x_at(np.array(patch.columns)),
        patch.window.y_at(np.array(patch.rows)),
    )


def _axes(patch: Patch, donor: Patch) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """The places of equal coordinates in both patches, along y and along x."""
    return [
        np.intersect1d(one, other, assume_unique=True, return_indices=True)[1:]
        for one, other in zip(_coordinates(patch), _coordinates(donor), strict=True)
    ][::-1]


def _shared(patch: Patch, donor: Patch) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The numbers of the same points in both."""
    (row, donor_row), (column, donor_column) = _axes(patch, donor)
    return (
        (row[:, None] * len(patch.columns) + column).ravel(),
        (donor_row[:, None] * len(donor.columns) + donor_column).ravel(),
    )
