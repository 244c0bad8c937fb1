"""Where orbits come back: Poincare sections of flows, and times of return."""

from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import checks
from ..kernel.launch import How
from ..maps.formula import Formula
from ..maps.formula.program import EARLY
from ..maps.planar import PlanarMap
from .orbits import orbit, path

AT_ONCE = 1 << 16  # points of an orbit that are held


@dataclass(frozen=True)
class Section:
    """Where a trajectory passes a surface.

    Attributes:
        states: (n,), structured as path() has them: the state at each passage.
        times: (n,) float64, when, in the units of the system.
    """

    states: NDArray[np.void]
    times: NDArray[np.float64]

    @property
    def return_times(self) -> NDArray[np.float64]:
        """(n - 1,) float64: from each passage to the next."""
        return np.diff(self.times)


def poincare_section(system: Formula, start: ArrayLike, steps: int) -> Section:
    """The states at which a flow's trajectory comes to where a stop of its text holds.

    The surface is the edge of a stop, passed from outside: "near: x > 0" is x = 0 with x rising,
    which is the section of Henon and Heiles (1964). Each passage is found to 1e-12 of a Taylor
    step; of several within one step of dt the first counts.

    Args:
        system: a flow by method "taylor".
        start: x, y of the pixel.
        steps: of dt, that the trajectory is followed.

    Raises:
        ValueError: a bad value, or another formula.
    """
    if not isinstance(system, Formula) or system.method != "taylor" or not system.system.is_flow:
        raise ValueError(f'system must be a flow by method "taylor", not {system!r}')
    states = path(system, start, checks.integer("steps", steps, minimum=1) + 1)
    early = states[EARLY.replace(" ", ".")]
    (found,) = np.nonzero(early > 0)
    times = (found - early[found]) * system.dt.real
    return Section(states[found], times)


def return_times(
    system: PlanarMap | Formula,
    start: ArrayLike,
    radius: float,
    steps: int,
    **how: Unpack[How],
) -> NDArray[np.int64]:
    """After how many steps an orbit comes back into a disc about its start, again and again.

    Their mean is 1 over the share of the orbit that lies in the disc (M. Kac, "On the notion of
    recurrence in discrete stochastic processes", 1947), and where there is chaos they are spread
    as exponentials are.

    Args:
        system: a planar map, or a formula that has orbits.
        start: x, y.
        radius: of the disc.
        steps: of the orbit.
        how: see How.

    Returns:
        (n,) int64, each the steps from one visit to the next.

    Raises:
        ValueError: a bad value, or a map without orbits.
    """
    center = np.array(checks.numbers("start", start, 2))
    radius = checks.number("radius", radius, positive=True)
    steps = checks.integer("steps", steps, minimum=1)
    visits, at, taken = [], center, 0
    while taken < steps:
        more = min(AT_ONCE, steps - taken)
        points = orbit(system, at, more + 1, **how)
        square = ((points[:more] - center) ** 2).sum(axis=1)
        visits.append(np.flatnonzero(square <= radius * radius) + taken)
        taken += more
        at = points[more]
        if not np.isfinite(at).all():
            break
    all_visits = np.concatenate(visits)
    return all_visits[1:] - all_visits[:-1]
