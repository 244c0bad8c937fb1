"""The curves that leave the saddles of planar formulas, and those that lead into them."""

from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import checks
from ..kernel.launch import How
from ..maps.formula.formula import Formula
from .orbits import orbit
from .periodic import advanced, stepper_of


def unstable_manifold(
    system: Formula,
    point: ArrayLike,
    steps: int = 12,
    count: int = 4000,
    start: float = 1e-6,
    **how: Unpack[How],
) -> NDArray[np.float64]:
    """Points along the curve that leaves a saddle, on both sides of it.

    A piece of its tangent, from `start` to as far as a step takes that, is stepped on: images of
    the piece cover the curve without gaps.

    Args:
        system: a planar formula of two real variables.
        point: x, y of a fixed point with one multiplier over 1.
        steps: how often the piece is stepped.
        count: points of the piece, on each side.
        start: how far from the saddle it begins.
        how: see How.

    Returns:
        (2, steps * count, 2) float64: for each side the points in order along the curve; not a
        number beyond what float64 holds.

    Raises:
        ValueError: a bad value, or the point is no saddle.
    """
    if not isinstance(system, Formula) or system.program.variables != 2:
        raise ValueError(f"system must be a Formula of two real variables, not {system!r}")
    saddle = np.array(checks.numbers("point", point, 2))
    stepper = stepper_of(system, 2)
    gone, jacobian = advanced(stepper, saddle[:, None], 1)
    values, vectors = np.linalg.eig(jacobian[0])
    fast = int(np.argmax(abs(values)))
    outwards = values[fast]
    if abs(gone[:, 0] - saddle).max() > 1e-6 * (1 + abs(saddle).max()):
        raise ValueError(f"point must be a fixed point, and {tuple(saddle)} goes to {gone[:, 0]}")
    if not (abs(values.imag).max() == 0 and abs(outwards) > 1 > abs(values[1 - fast])):
        raise ValueError(f"point must be a saddle; its multipliers are {values}")
    factor = outwards.real**2 if outwards.real < 0 else outwards.real  # back on the same side
    lengths = start * np.geomspace(1, factor, count, endpoint=False)
    sides = []
    for sign in (-1, 1):
        starts = saddle + sign * lengths[:, None] * vectors[:, fast].real
        every = 2 if outwards.real < 0 else 1
        points = orbit(system, starts, steps * every, **how)[:, ::every]
        sides.append(points.swapaxes(0, 1).reshape(-1, 2))
    return np.array(sides)


def stable_manifold(
    system: Formula,
    inverse: Formula,
    point: ArrayLike,
    steps: int = 12,
    count: int = 4000,
    start: float = 1e-6,
    **how: Unpack[How],
) -> NDArray[np.float64]:
    """Points along the curve that leads into a saddle, on both sides of it.

    It is the unstable manifold of the inverse map.

    Args:
        system: a planar formula of two real variables.
        inverse: a formula that takes back what `system` does; of a flow, the same with every
            velocity negated.
        point, steps, count, start, how: as of unstable_manifold().

    Returns:
        As of unstable_manifold(): in order along the curve from the saddle out.

    Raises:
        ValueError: a bad value, the point is no saddle, or `inverse` takes nothing back.
    """
    for name, each in (("system", system), ("inverse", inverse)):
        if not isinstance(each, Formula) or each.program.variables != 2:
            raise ValueError(f"{name} must be a Formula of two real variables, not {each!r}")
    saddle = np.array(checks.numbers("point", point, 2))
    size = 1e-3 * (1 + abs(saddle).max())
    near = saddle[:, None] + size * np.array([[1.0, 0.0, -1.0], [0.5, -1.0, 0.5]])
    there, _ = advanced(stepper_of(system, 2), near, 1)
    back, _ = advanced(stepper_of(inverse, 2), there, 1)
    if not abs(back - near).max() < 1e-3 * size:
        raise ValueError(f"inverse must take back what {system.text!r} does near {tuple(saddle)}")
    return unstable_manifold(inverse, saddle, steps, count, start, **how)
