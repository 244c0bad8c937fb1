"""Lyapunov exponents of planar maps and formulas: how fast infinitely small changes grow."""

import math
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import checks
from ..kernel.compute import outcome_of
from ..kernel.launch import How, run
from ..kernel.points import Points, Scattered
from ..kernel.runs import numbers
from ..maps.base import Map
from ..maps.formula.formula import Directions, Formula, Megno
from ..maps.planar import PlanarMap, PlanarTwins
from ..window import Window

SMALL, CHUNK = 1e-150, 64  # a twin so close stays infinitely close for so many steps


def time_of_step(system: Map) -> float:
    """Its dt, or 1 where a map has none."""
    dt = getattr(system, "dt", None)
    return float(dt.real) if dt else 1.0


def exponents(
    system: Map, points: Points, steps: int, skip: int = 0, **how: Unpack[How]
) -> NDArray[np.float64]:
    """The largest exponent of each point, per step, or per unit of time of a flow.

    Args:
        system: a formula, or a planar map.
        points: where they start, or which parameters they are.
        steps: over which the growth is measured.
        skip: steps that are taken before.
        how: see How.

    Returns:
        float64 of the points' shape; not a number where a point was lost to infinity.

    Raises:
        ValueError: a bad value, or a map of another kind.
    """
    steps = checks.integer("steps", steps, minimum=1)
    skip = checks.integer("skip", skip, minimum=0)
    if isinstance(system, Formula):
        return _stretched(system, 1, points, steps, skip, how)[..., 0]
    if isinstance(system, PlanarMap):
        return _of_twins(system, points, steps, skip, how)
    raise ValueError(f"exponents are of formulas and planar maps, and {system.name} is neither")


def lyapunov_spectrum(
    system: Formula, start: ArrayLike, steps: int, skip: int = 1000, **how: Unpack[How]
) -> NDArray[np.float64]:
    """All Lyapunov exponents of the orbit of a point: as many as a formula has real variables.

    The derivative of each step comes from the formula's tree; directions are made orthogonal after
    every step (Benettin and others, 1980; Shimada and Nagashima, 1979).

    Args:
        system: a formula.
        start: x, y of the pixel.
        steps: over which the growth is measured.
        skip: steps that are taken before, while the orbit finds its attractor.
        how: see How.

    Returns:
        (variables,) float64, falling: per step, or per unit of time of a flow.

    Raises:
        ValueError: a bad value, or no formula.
    """
    if not isinstance(system, Formula):
        raise ValueError(f"system must be a Formula, not {system!r}")
    x, y = checks.numbers("start", start, 2)
    steps = checks.integer("steps", steps, minimum=1)
    skip = checks.integer("skip", skip, minimum=0)
    one = Scattered.of([x], [y])
    found = _stretched(system, system.program.variables, one, steps, skip, how)
    return -np.sort(-found[0])


def megno(system: Formula, window: Window, time: float, **how: Unpack[How]) -> NDArray[np.float64]:
    """The mean exponential growth of nearby orbits, which tells chaos from order soonest.

    It comes to 2 where they part evenly, on a torus, to 0 where they do not part, about a stable
    equilibrium of equal periods, and grows as half the largest exponent times the time where there
    is chaos. (P. Cincotta and C. Simo, "Simple tools to study global dynamics in non-axisymmetric
    galactic potentials", 2000.)

    Args:
        system: a formula, a flow or a discrete map.
        window: the lattice of starting points, or of its parameters.
        time: in the units of the system; of discrete maps a number of steps.
        how: see How.

    Returns:
        (rows, columns) float64; not a number where a point was lost to infinity.

    Raises:
        ValueError: a bad value, or no formula.
    """
    if not isinstance(system, Formula):
        raise ValueError(f"system must be a Formula, not {system!r}")
    time = checks.number("time", time, positive=True)
    steps = math.ceil(time / time_of_step(system))
    points = Scattered.of(*window.points())
    outcome = outcome_of(Megno(system), points, steps, ["states"], **how)
    assert outcome.states is not None
    found = numbers(outcome.states)[..., -1] / steps
    found[outcome.times < steps] = np.nan
    return found


def _stretched(
    system: Formula, count: int, points: Points, steps: int, skip: int, how: How
) -> NDArray[np.float64]:
    """(..., count) growths of directions."""
    directions = Directions(system, count)
    if skip == 0:
        outcome = outcome_of(directions, points, steps, ["states"], **how)
        times, states = outcome.times, outcome.states
    else:
        before = outcome_of(directions, points, skip, ["states"], **how)
        assert before.states is not None
        states = before.states.copy()
        lost = before.times < skip
        numbers(states)[..., -count:] = 0.0
        numbers(states)[lost, -count:] = np.nan
        times = np.zeros(points.shape, np.int32)
        run(directions, points, {"times": times, "states": states}, steps, resume=True, **how)
    assert states is not None
    growth = numbers(states)[..., -count:] / (steps * time_of_step(system))
    growth[times < steps] = np.nan
    return growth


def _of_twins(
    system: PlanarMap, points: Points, steps: int, skip: int, how: How
) -> NDArray[np.float64]:
    """By twins that are brought close again after every chunk of steps."""
    twins = PlanarTwins(system, shift=SMALL, critical_distance=1e300)
    x, y = points.coordinates()
    flat = Scattered(x, y)
    states = outcome_of(twins, flat, 1, ["states"], **how).states
    assert states is not None
    plain = numbers(states)
    plain[...] = np.stack([x, y, *np.full((2, x.size), SMALL)], axis=-1)
    total, done = np.zeros(x.size), 0
    while done < skip + steps:
        more = min(CHUNK, (skip if done < skip else skip + steps) - done)
        times = np.zeros(x.size, np.int32)
        run(twins, flat, {"times": times, "states": states}, more, resume=True, **how)
        with np.errstate(all="ignore"):
            length = np.hypot(plain[:, 2], plain[:, 3])
            if done >= skip:
                total += np.log(np.maximum(length, 1e-300) / (SMALL * np.sqrt(2)))
            plain[:, 2:] *= (SMALL * np.sqrt(2) / np.maximum(length, 1e-300))[:, None]
        total[~np.isfinite(plain).all(axis=-1)] = np.nan
        done += more
    return (total / (steps * time_of_step(system))).reshape(points.shape)
