"""Fixed and periodic points of formulas, with their multipliers, and their unstable manifolds."""

from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import checks
from ..kernel.interpreted import interpreter
from ..kernel.launch import How
from ..kernel.native import elementary
from ..maps.formula.formula import Directions, Formula
from ..maps.formula.interpreter import Interpreter
from ..window import Window
from .orbits import orbit

NEWTON_STEPS = 60
TOLERANCE = 1e-10
"""How far a point may be from where it comes back to, and two points apart to count as one, as a
part of the window's width."""


@dataclass(frozen=True)
class PeriodicPoints:
    """Points that come back after a number of steps.

    Attributes:
        points: (n, 2) float64, in order of x and y; of one real variable y is 0.
        multipliers: (n, variables) complex128, the eigenvalues of the derivative of so many steps,
            the largest first.
        periods: (n,) int64, the least number of steps after which each comes back.
    """

    points: NDArray[np.float64]
    multipliers: NDArray[np.complex128]
    periods: NDArray[np.int64]

    @property
    def stable(self) -> NDArray[np.bool_]:
        """(n,) bool: whether points nearby are attracted."""
        return np.asarray((abs(self.multipliers) < 1).all(axis=1))


def periodic_points(
    system: Formula, period: int, window: Window, lattice: int = 60
) -> PeriodicPoints:
    """All x with f^period(x) = x that Newton's method finds from a lattice over a window.

    The derivative of f^period is that of the formula's tree. A point whose Newton basin falls
    between the starts can be missed.

    Args:
        system: a formula whose whole state is one or two real variables, or a complex one.
        period: of the points; those of its divisors are among them.
        window: where to look.
        lattice: starts a side.

    Raises:
        ValueError: a bad value, or a formula of another kind.
    """
    if not isinstance(system, Formula):
        raise ValueError(f"system must be a Formula, not {system!r}")
    system.planar()  # an error where it has more variables
    period = checks.integer("period", period, minimum=1, maximum=1000)
    lattice = checks.integer("lattice", lattice, minimum=2, maximum=2000)
    count = system.program.variables
    stepper = _stepper(system, count)
    x_middle, y_middle = map(float, window.center)
    left, right = x_middle - float(window.width) / 2, x_middle + float(window.width) / 2
    bottom, top = y_middle - float(window.height) / 2, y_middle + float(window.height) / 2
    sides = [np.linspace(left, right, lattice), np.linspace(bottom, top, lattice)][:count]
    x = np.array([side.ravel() for side in np.meshgrid(*sides)])
    with np.errstate(all="ignore"):
        for _ in range(NEWTON_STEPS):
            gone, jacobian = _advanced(stepper, x, period)
            x = x - _solved(jacobian - np.eye(count), (gone - x).T).T
        gone, jacobian = _advanced(stepper, x, period)
        inside = (x[0] >= left) & (x[0] <= right)
        if count == 2:
            inside &= (x[1] >= bottom) & (x[1] <= top)
        small = TOLERANCE * (right - left)
        found = inside & (abs(gone - x).max(axis=0) <= small)
    kept = _distinct(x[:, found], 1000 * small)
    x, jacobian = x[:, found][:, kept], jacobian[found][kept]
    multipliers = np.linalg.eigvals(jacobian) if kept.size else np.empty((0, count))
    order = np.argsort(-abs(multipliers), axis=1)
    points = np.zeros((kept.size, 2))
    points[:, :count] = x.T
    periods = np.full(kept.size, period)
    for n in range(period - 1, 0, -1):
        if period % n == 0:
            gone, _ = _advanced(stepper, x, n)
            periods[abs(gone - x).max(axis=0, initial=0) <= 1000 * small] = n
    multipliers = np.take_along_axis(multipliers, order, axis=1).astype(np.complex128)
    return PeriodicPoints(points, np.asarray(multipliers, np.complex128), periods)


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
    the piece cover the curve without gaps. The stable manifold is that of the inverse map.

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
    stepper = _stepper(system, 2)
    gone, jacobian = _advanced(stepper, saddle[:, None], 1)
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


def _stepper(system: Formula, count: int) -> Interpreter:
    """What steps points with so many directions."""
    directions = Directions(system, count, orthogonal=False)
    return interpreter(directions, directions.parameters(), elementary)


def _advanced(
    stepper: Interpreter, x: NDArray[np.float64], steps: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where points (variables, n) are after some steps, and the derivative (n, i, j): of variable
    i by where variable j was."""
    count, number = x.shape
    state = np.zeros((len(stepper.program.fields), number))
    state[:count] = x
    first = stepper.program.fields.index(f"direction 0 {stepper.program.fields[0]}")
    for i in range(count):
        state[first + i * count + i] = 1.0
    for _ in range(steps):
        state = stepper.step(state)
    directions = state[first : first + count * count].reshape(count, count, number)
    return state[:count], directions.transpose(2, 1, 0)


def _solved(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """a^-1 b for (n, k, k) and (n, k); not a number where a has no inverse."""
    if a.shape[1] == 1:
        return b / a[:, 0]
    determinant = a[:, 0, 0] * a[:, 1, 1] - a[:, 0, 1] * a[:, 1, 0]
    first = a[:, 1, 1] * b[:, 0] - a[:, 0, 1] * b[:, 1]
    second = a[:, 0, 0] * b[:, 1] - a[:, 1, 0] * b[:, 0]
    return np.stack([first, second], axis=-1) / determinant[:, None]


def _distinct(x: NDArray[np.float64], apart: float) -> NDArray[np.intp]:
    """The numbers of points (variables, n) without repetition, in order of their coordinates."""
    kept: list[int] = []
    for i in np.lexsort(np.round(x[::-1] / apart)):
        if all(abs(x[:, i] - x[:, j]).max() > apart for j in kept):
            kept.append(int(i))
    return np.array(kept, np.intp)
