"""One computation tells the times for shifts of other depths, too."""

import divergence as dv
import numpy as np
import pytest
from divergence.film.octaves import outcome_from_above, seen_from_above
from divergence.kernel.outcome import Outcome
from divergence.kernel.points import Patch

LIMIT = 60_000
WINDOW = dv.Window((-4, 0), 6, (20, 20))
POINTS = Patch.of(WINDOW)
CHOICES = [
    {"integrator": "euler"},
    {"integrator": "leapfrog"},
    {"integrator": "adams-bashforth-4"},
    {"precision": "single"},
    {"precision": "mixed"},
    {"precision": "single-sqrt"},
]


@pytest.mark.parametrize("choice", CHOICES)
def test_the_times_are_those_of_maps_that_stop_earlier_bit_for_bit(choice):
    system = dv.ThreeBody(shift=1e-5, **choice)
    outcome = outcome_from_above(system, 3, POINTS, LIMIT, ["fates"], {})
    assert np.array_equal(outcome.times, dv.times(system, WINDOW, LIMIT))
    for k in (1, 2, 3):
        nearer = dv.ThreeBody(shift=1e-5, critical_distance=0.5 / 2**k, **choice)
        assert np.array_equal(outcome.above[..., k - 1], dv.times(nearer, WINDOW, LIMIT))
    assert (outcome.times < LIMIT).mean() > 0.2
    assert np.array_equal(outcome.fates == 1, outcome.times < LIMIT)


@pytest.mark.parametrize("integrator", ["euler", "adaptive"])
def test_they_are_those_of_larger_shifts_at_nearly_every_point(integrator):
    system = dv.ThreeBody(shift=1e-5, integrator=integrator)
    outcome = outcome_from_above(system, 2, POINTS, LIMIT, [], {})
    for k in (1, 2):
        larger = dv.ThreeBody(shift=1e-5 * 2**k, integrator=integrator)
        expected = dv.times(larger, WINDOW, LIMIT)
        stopped = expected < LIMIT
        assert stopped.mean() > 0.3
        assert near(outcome.above[..., k - 1], expected)[stopped].mean() > 0.9
        assert near(outcome.times, expected)[stopped].mean() < 0.4


def near(one, other):
    return np.abs(one - other) <= 0.01 * other


def test_the_adaptive_integrator_is_gone_on_with_from_where_it_had_stopped():
    system = dv.ThreeBody(shift=1e-5, integrator="adaptive")
    outcome = outcome_from_above(system, 2, POINTS, LIMIT, ["fates", "fractions"], {})
    alone = dv.times(system, WINDOW, LIMIT)
    assert np.mean(np.abs(outcome.times - alone) <= 1) > 0.97
    assert (outcome.fractions >= 0).all() and (outcome.fractions < 1).all()
    assert (np.diff(np.dstack([outcome.times, outcome.above])) <= 0).all()


def test_it_takes_no_more_steps_and_its_progress_counts_them_all():
    shown = []
    system = dv.ThreeBody(shift=1e-4)
    how = {"progress": shown.append}
    outcome = outcome_from_above(system, 4, POINTS, LIMIT, [], how)
    assert shown[-1].steps == outcome.times.sum(dtype=int)
    steps = [now.steps for now in shown]
    assert steps == sorted(steps)


def test_a_point_that_had_not_stopped_below_goes_on_as_it_does_above():
    """Its time there is at least the step limit, which is no time to interpolate."""
    above = np.array([[40, 30], [100, 30], [95, 60], [100, 100]], np.int32)
    times = np.array([50, 100, 100, 100], np.int32)
    outcome = Outcome(dv.ThreeBody(), 100, times, above=above)
    assert seen_from_above(outcome, 1.5).times.tolist() == [35, 100, 77, 100]
    assert seen_from_above(outcome, 0.5).times.tolist() == [45, 100, 100, 100]
    assert seen_from_above(outcome, 0.9).times.tolist() == [41, 100, 98, 100]
    assert seen_from_above(outcome, 1).times.tolist() == above[:, 0].tolist()
