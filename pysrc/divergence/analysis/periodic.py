"""Fixed and periodic points of formulas, with their multipliers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .. import checks
from ..kernel.interpreted import interpreter
from ..kernel.native import elementary
from ..maps.formula.formula import Directions, Formula
from ..maps.formula.interpreter import Interpreter
from ..window import Window

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
    stepper = stepper_of(system, count)
    x_middle, y_middle = map(float, window.center)
    left, right = x_middle - float(window.width) / 2, x_middle + float(window.width) / 2
    bottom, top = y_middle - float(window.height) / 2, y_middle + float(window.height) / 2
    sides = [np.linspace(left, right, lattice), np.linspace(bottom, top, lattice)][:count]
    x = np.array([side.ravel() for side in np.meshgrid(*sides)])
    with np.errstate(all="ignore"):
        for _ in range(NEWTON_STEPS):
            gone, jacobian = advanced(stepper, x, period)
            x = x - _solved(jacobian - np.eye(count), (gone - x).T).T
        gone, jacobian = advanced(stepper, x, period)
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
            gone, _ = advanced(stepper, x, n)
            periods[abs(gone - x).max(axis=0, initial=0) <= 1000 * small] = n
    multipliers = np.take_along_axis(multipliers, order, axis=1).astype(np.complex128)
    return PeriodicPoints(points, np.asarray(multipliers, np.complex128), periods)


def stepper_of(system: Formula, count: int) -> Interpreter:
    """What steps points with so many directions."""
    directions = Directions(system, count, orthogonal=False)
    return interpreter(directions, directions.parameters(), elementary)


def advanced(
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
