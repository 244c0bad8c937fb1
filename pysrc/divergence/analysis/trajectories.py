"""Three bodies in space: where they go, for one system or for every pixel (rows T6 to T9).

Rows are those of docs/systems.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple, Unpack

import numpy as np
from numpy.typing import NDArray

from .. import checks
from ..kernel import native, runs
from ..kernel.launch import How, names_keywords, run, state_type
from ..kernel.points import Scattered
from ..maps.three_body import AXES, ThreeBody
from ..window import Window

STEPS_AT_ONCE = 1 << 18  # between two looks for Ctrl-C


class Trajectory(NamedTuple):
    """Three bodies at successive moments.

    Attributes:
        positions: (n, 3, 3) float64, moment by moment, body by body: x, y, z.
        velocities: the same; of the leapfrog, which knows them half a step later, those.
    """

    positions: NDArray[np.float64]
    velocities: NDArray[np.float64]


def trajectory(system: ThreeBody, steps: int, every: int = 1) -> Trajectory:
    """Where three bodies go in so many steps. Their twin plays no part.

    Args:
        system: its `positions` and `velocities` are where the bodies start.
        steps: to follow; the start counts as one of them.
        every: how many steps lie between two moments that are returned.

    Returns:
        Trajectory of n = ceil(steps / every) moments, at steps 0, every, 2 every, ...

    Raises:
        ValueError: a bad value. LibraryError: see errors.
    """
    steps = checks.integer("steps", steps, minimum=1)
    every = checks.integer("every", every, minimum=1)
    library = native.load(system.family, "cpu")
    by_itself = alone(system, every)
    across, up = (AXES.index(axis) for axis in system.plane)
    x, y = system.positions[0][across], system.positions[0][up]
    of_type = runs.state_type(library, by_itself)
    states, now = np.empty(-(-steps // every), of_type), np.empty(1, of_type)
    at_once = max(1, STEPS_AT_ONCE // every)
    for first in range(0, len(states), at_once):
        part = states[first : first + at_once]
        runs.follow(library, by_itself, x, y, every, part, now, resume=first > 0)
    return _bodies(system, np.float64(x), np.float64(y), states, every * np.arange(len(states)))


@names_keywords
def positions(
    system: ThreeBody, window: Window, at_step: int, **how: Unpack[How]
) -> NDArray[np.float64]:
    """Where the bodies of every pixel are after so many steps, separated from their twins or not.

    Returns:
        (rows, columns, 3, 3) float64, body by body: x, y, z.
    """
    return next(snapshots(system, window, [at_step], **how)).positions


@names_keywords
def snapshots(
    system: ThreeBody, window: Window, at_steps: Iterable[int], **how: Unpack[How]
) -> Iterator[Trajectory]:
    """The bodies of every pixel at several steps, in one pass: each is gone on to from the last.

    Args:
        system: the map.
        window: of body 1's start, in the system's plane.
        at_steps: not falling.
        how: see How.

    Yields:
        A Trajectory for each step, with positions and velocities (rows, columns, 3, 3).
    """
    x, y = (axis.ravel() for axis in window.points())
    times = np.zeros(x.size, np.int32)
    states = None
    for step in at_steps:
        step = checks.integer("at_step", step, minimum=int(times.max()))
        states = advance(alone(system, step), x, y, times, states, step, **how)
        yield Trajectory(
            *(
                array.reshape(*window.shape, 3, 3)
                for array in _bodies(system, x, y, states, np.full(x.shape, step))
            )
        )


def alone(system: ThreeBody, every: int) -> ThreeBody:
    """The system with a twin that is where it is and that it never separates from, and that is
    to be looked at after so many steps, again and again."""
    landing = every if system.integrator == "adaptive" else 0
    return replace(system, shift=0.0, critical_distance=1e150, growth=1e300, landing=landing)


def _bodies(
    system: ThreeBody,
    x: NDArray[np.float64] | np.float64,
    y: NDArray[np.float64] | np.float64,
    states: NDArray[np.void],
    steps: NDArray[np.int64],
) -> Trajectory:
    """Of kernel states (n,) at so many steps (n,), the bodies (n, 3, 3).

    The kernel follows bodies 2 and 3 as seen from body 1. The centre of mass moves uniformly.
    """
    masses = np.array(system.masses)[:, None] / sum(system.masses)
    start = np.broadcast_to(system.positions, (len(states), 3, 3)).copy()
    start[:, 0, AXES.index(system.plane[0])] = x
    start[:, 0, AXES.index(system.plane[1])] = y
    drift = (masses * system.velocities).sum(axis=0)
    center = (masses * start).sum(axis=1) + system.dt * steps[:, None] * drift
    seen = motion(states, "system")
    from_1 = np.concatenate([np.zeros_like(seen[:, :, :1]), seen], axis=2)
    from_center = from_1 - (masses * from_1).sum(axis=2, keepdims=True)
    return Trajectory(center[:, None] + from_center[:, 0], drift + from_center[:, 1] / system.dt)


def motion(states: NDArray[np.void], of: str) -> NDArray[np.float64]:
    """What kernel states (n,) say of bodies 2 and 3, as seen from body 1.

    Args:
        of: "system", or "twin" for what the twin differs by.

    Returns:
        (n, 2, 2, 3): positions, and displacements in one step; of bodies 2 and 3.
    """
    r2, r3, u2, u3 = (states[f"now.{of}.{name}"] for name in ("r2", "r3", "u2", "u3"))
    parts = np.stack([r2, r3, u2, u3], axis=1)
    if parts.ndim == 4:  # in mixed precision a number is the sum of two
        parts = parts.sum(axis=3)
    return parts.reshape(-1, 2, 2, 3)


def advance(
    system: ThreeBody,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    times: NDArray[np.int32],
    states: NDArray[np.void] | None,
    step: int,
    **how: Unpack[How],
) -> NDArray[np.void]:
    """The states at a step, resumed from `states` at `times`, which are changed; or started."""
    resume = states is not None
    if states is None:
        states = np.empty(x.size, state_type(system, how.get("device", "auto")))
    run(system, Scattered(x, y), {"times": times, "states": states}, step, resume=resume, **how)
    states[times < step] = np.nan  # of collisions
    return states
