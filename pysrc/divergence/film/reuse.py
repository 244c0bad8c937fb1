"""Points that pictures share, taken from the one that was computed first, bit for bit.

A window and the same window at half the width share a quarter of their points, and so do frames
of a zoom that are an octave apart. Two points are the same if their coordinates are, to the bit.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..kernel.compute import How, Outcome, go_on, outcome_at
from .octaves import outcome_from_above
from .plan import Layer, Patch

LEAST = 0.02  # of a layer's points, for which a look into another layer is worth while


class Given(NamedTuple):
    """What another layer knows of a layer's points.

    Attributes:
        reached: the step limit that it was computed with.
        outcome: arrays as long as the layer; times are -1 where nothing is known.
    """

    reached: int
    outcome: Outcome


def donors(layers: Sequence[Layer]) -> dict[int, int]:
    """For the numbers of layers that share points with an earlier one, the number of that."""
    found = {}
    for number, layer in enumerate(layers):
        counts = {n: count for n in range(number) if (count := _common(layer, layers[n]))}
        if counts:
            found[number] = max(counts, key=counts.get)
    return found


def given(layer: Layer, donor: Layer, outcome: Outcome) -> Given:
    """What a donor's outcome says of a layer's points."""
    mine, theirs = _shared(layer.patch, donor.patch)
    arrays = []
    for array in outcome:
        if array is None:
            arrays.append(None)
            continue
        whole = np.full((layer.patch.size, *array.shape[1:]), -1, array.dtype)
        whole[mine] = array[theirs]
        arrays.append(whole)
    return Given(donor.max_steps, Outcome(*arrays))


def completed(
    layer: Layer, part: range, known: Given | None, wanted: Collection[str], how: How
) -> tuple[Outcome, int]:
    """The outcome of points `part` of a layer, and how many steps of them had to be computed.

    Points that are known to have stopped are taken, points that had not stopped are gone on with
    where their states are known, and the others are computed.

    Args:
        layer, part: which points.
        known: from given(), or None.
        wanted: of "fates", "fractions" and "states".
        how: as for compute.times().
    """
    x, y = layer.patch.points(part.start, part.stop)
    asked = dict.fromkeys(wanted, True)
    if known is None:
        outcome = outcome_from_above(layer.map, layer.octaves, x, y, layer.max_steps, wanted, how)
        return outcome, int(outcome.times.sum(dtype=np.int64))
    old, reached, limit = _picked(known.outcome, part), known.reached, layer.max_steps
    taken = (old.times >= 0) & (old.times < min(reached, limit))
    going = (old.times >= reached) & (limit >= reached) & (old.states is not None)
    pieces = [(taken, _picked(old, taken))]
    if going.any():
        pieces.append((going, go_on(layer.map, _picked(old, going), reached, limit, **how)))
    rest = ~(taken | going)
    pieces.append((rest, outcome_at(layer.map, x[rest], y[rest], limit, **asked, **how)))
    arrays = {}
    for name in ("times", *wanted):
        like = getattr(pieces[-1][1], name)
        arrays[name] = np.zeros((len(part), *like.shape[1:]), like.dtype)
        for where, outcome in pieces:
            if getattr(outcome, name) is not None:  # states of taken points may be unknown
                arrays[name][where] = getattr(outcome, name)
    spared = int(old.times[taken].sum(dtype=np.int64)) + reached * int(going.sum())
    return Outcome(**arrays), int(arrays["times"].sum(dtype=np.int64)) - spared


def _picked(outcome: Outcome, which: range | NDArray[np.bool_]) -> Outcome:
    index = slice(which.start, which.stop) if isinstance(which, range) else which
    return Outcome(*(None if array is None else array[index] for array in outcome))


def _common(layer: Layer, donor: Layer) -> int:
    """How many points they share, 0 if too few or if anything else is different."""
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
