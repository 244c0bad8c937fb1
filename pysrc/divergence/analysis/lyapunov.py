"""How fast neighbouring trajectories of three bodies part."""

import math
from dataclasses import replace
from typing import Unpack

import numpy as np
from numpy.typing import NDArray

from .. import checks
from ..kernel.launch import How, names_keywords
from ..maps.three_body import ThreeBody
from ..window import Window
from .trajectories import advance, alone, motion


@names_keywords
def lyapunov(
    system: ThreeBody, window: Window, time: float, **how: Unpack[How]
) -> NDArray[np.float64]:
    """Finite-time Lyapunov exponents, log(|d(time)| / |d(0)|) / time.

    d is an infinitely small change of all positions and velocities, in the units of the system;
    at first it moves body 1 along (1, 1, 1), as the twin's shift does. The variational equation
    takes it through time, in the steps that the adaptive integrator takes with the bodies.

    Args:
        system: its tolerance matters, and not its integrator, dt, shift or critical distance.
        window: the lattice of starting points.
        time: in the units of the system, not in steps.
        how: see How.

    Returns:
        (rows, columns) float64; not a number where a collision left a trajectory unresolved.

    Raises:
        ValueError: a bad value. LibraryError, DeviceError: see errors.
    """
    if not isinstance(system, ThreeBody):
        raise ValueError(f"system must be a ThreeBody, not {system!r}")
    time = checks.number("time", time, positive=True)
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
