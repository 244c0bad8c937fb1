"""Times as they are at other depths of a zoom, where a parameter follows the depth.

The distance of twins is proportional to their shift as long as it is small. With a shift 2^k times
as large it would reach the critical distance when, with this one, it reaches a 2^k-th of that. So
one computation that looks up at every octave tells the times for larger shifts as well.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..deep.compute import outcome_of
from ..kernel.launch import How, Progress
from ..kernel.outcome import Outcome
from ..kernel.points import Points
from ..maps.base import Map


def outcome_from_above(
    system: Map,
    octaves: int,
    points: Points,
    max_steps: int,
    wanted: Collection[str],
    how: How,
) -> Outcome:
    """The outcome of points, and their times as they are 1 to `octaves` above.

    It takes no more steps than the outcome alone, which has the same bits; but for an adaptive
    integrator, which steps to each look, and agrees within its tolerance.

    Args:
        system: the map.
        octaves: how many; 0 for the outcome alone.
        points: where they start.
        max_steps: the step limit.
        wanted: of "fates", "fractions" and, with no octaves, "states".
        how: see How.
    """
    if octaves == 0:
        return outcome_of(system, points, max_steps, wanted, **how)
    above = np.full((*points.shape, octaves), max_steps, np.int32)
    highest = system.seen_from_above(octaves)
    outcome = outcome_of(highest, points, max_steps, [*wanted, "states"], **how)
    if outcome.states is None:  # all are together still
        return replace(outcome, above=above)
    for k in range(octaves, 0, -1):
        above[..., k - 1] = outcome.times
        now = _with_steps(how, int(outcome.times.sum(dtype=np.int64)))
        outcome = outcome.resume_stopped(system.seen_from_above(k - 1), **now)
    return replace(outcome.only(wanted), above=above)


def seen_from_above(outcome: Outcome, octaves: float) -> Outcome:
    """An outcome with its times as they are so many octaves above, or as far up as is known.

    Between two octaves they change evenly. Where a point had not stopped at the lower one its time
    there is not known: then they go on as they do between the next two above, or, where that is not
    known either, it has not stopped.
    """
    if outcome.above is None or octaves <= 0:
        return outcome
    known = outcome.above.shape[-1]
    octaves = min(octaves, known)
    low = int(octaves)
    times = _at(outcome, low)
    if octaves > low:
        high = _at(outcome, low + 1)
        going = times >= outcome.max_steps
        growth = times - high
        if low + 2 <= known:
            growth = np.where(going, high - _at(outcome, low + 2), growth)
        times = high + (low + 1 - octaves) * growth
        unknown = going if low + 2 > known else going & (high >= outcome.max_steps)
        times = np.where(unknown, outcome.max_steps, np.minimum(times, outcome.max_steps))
    whole = times.astype(np.int32)
    fractions = None if outcome.fractions is None else np.asarray(times - whole, np.float64)
    return replace(outcome, times=whole, fractions=fractions)


def _at(outcome: Outcome, octave: int) -> NDArray[np.float64]:
    if octave:
        assert outcome.above is not None
        return outcome.above[..., octave - 1].astype(np.float64)
    times = outcome.times.astype(np.float64)
    return times if outcome.fractions is None else times + outcome.fractions


def _with_steps(how: How, before: int) -> How:
    """Whose progress counts the steps that were taken before, too."""
    progress = how.get("progress")
    if progress is None:
        return how

    def show(now: Progress) -> None:
        progress(now._replace(steps=before + now.steps))

    return {**how, "progress": show}
