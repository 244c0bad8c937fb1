"""How fast neighbouring trajectories part."""

import math
from dataclasses import replace
from typing import Unpack

import numpy as np
from numpy.typing import NDArray

from .. import checks
from ..kernel.launch import How, names_keywords
from ..kernel.points import Scattered
from ..maps.base import Map
from ..maps.three_body import ThreeBody
from ..window import Window
from .exponents import exponents, time_of_step
from .trajectories import advance, alone, motion


@names_keywords
def lyapunov(
    system: Map, window: Window, time: float, skip: float = 0.0, **how: Unpack[How]
) -> NDArray[np.float64]:
    """The largest finite-time Lyapunov exponents, log(|d(time)| / |d(0)|) / time.

    d is an infinitely small change of the state. Of three bodies it is of all positions and
    velocities, in the units of the system, and at first moves body 1 along (1, 1, 1), as the twin's
    shift does; the variational equation takes it through time, in the steps that the adaptive
    integrator takes with the bodies. Of formulas the derivative of each step is made from their
    tree, and of planar maps it is the difference of a twin 1e-150 away.

    Args:
        system: a ThreeBody, whose tolerance matters, and not its integrator, dt, shift or critical
            distance; or a formula or planar map, whose stops play no part.
        window: the lattice of starting points, or of a formula's parameters.
        time: in the units of the system, not in steps; of maps without a dt a number of steps.
        skip: so much time before, over which growth is not measured; not for three bodies.
        how: see How.

    Returns:
        (rows, columns) float64; not a number where a collision left a trajectory unresolved, or it
        went to infinity.

    Raises:
        ValueError: a bad value. LibraryError, DeviceError: see errors.
    """
    time = checks.number("time", time, positive=True)
    skip = checks.number("skip", skip, minimum=0)
    if not isinstance(system, ThreeBody):
        each = time_of_step(system)
        points = Scattered.of(*window.points())
        return exponents(system, points, math.ceil(time / each), math.ceil(skip / each), **how)
    if skip:
        raise ValueError("skip must be 0 for three bodies")
    steps = checks.integer("time / dt", math.ceil(time / system.dt), minimum=1)
    exact = replace(system, integrator="adaptive", precision="double", dt=time / steps)
    x, y = (axis.ravel() for axis in window.points())
    states = advance(alone(exact, steps), x, y, np.zeros(x.size, np.int32), None, steps, **how)

    # What bodies 2 and 3, as seen from body 1, differ by: positions, and velocities times dt. All
    # of it is times `fineness`, and the centre of mass is where the change of body 1 took it.
    seen, fineness = motion(states, "twin"), states["fineness"]
    masses = np.array(system.masses) / sum(system.masses)
    first = -np.einsum("b,npbi->npi", masses[1:], seen)
    first[:, 0] += masses[0] * fineness[:, None]
    change = np.concatenate([first[:, :, None], first[:, :, None] + seen], axis=2)
    change[:, 1] /= exact.dt
    growth = np.linalg.norm(change.reshape(len(change), -1), axis=1) / fineness / math.sqrt(3)
    return (np.log(growth) / time).reshape(window.shape)
