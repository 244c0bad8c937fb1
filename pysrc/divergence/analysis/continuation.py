"""Attractors that are followed along a parameter, each under its number."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Unpack

import numpy as np
from numpy.typing import NDArray

from .. import checks
from ..kernel.launch import How
from ..maps.formula import Formula
from ..window import Window
from .attractors import Attractors, attractors


def attractors_along(
    system: Formula,
    parameter: str,
    values: Sequence[float],
    window: Window,
    skip: int = 2000,
    steps: int = 200,
    *,
    near: float | None = None,
    **how: Unpack[How],
) -> list[Attractors]:
    """The attractors at each value of a parameter, under the same numbers while they go on.

    An attractor keeps the number of the one that was nearest at the value before, if it is `near`:
    the distance of two is the largest from a point of one to the nearest of the other. What comes
    anew has a number of its own. So a film of the basins shows where an attractor is born, and
    where it ends. (G. Datseris, K. Luiz Rossi and A. Wagemakers, "Framework for global stability
    analysis of dynamical systems", 2023.)

    Args:
        system: a formula that has orbits.
        parameter: one of its parameters.
        values: of the parameter, in order.
        window, skip, steps, how: as of attractors().
        near: how far an attractor may move from one value to the next; a tenth of the window's
            width by default.

    Returns:
        For each value its Attractors. Their points and fractions are by number, and empty and 0
        for an attractor that is not there.

    Raises:
        ValueError: a bad value, or no such parameter.
    """
    if not isinstance(system, Formula):
        raise ValueError(f"system must be a Formula, not {system!r}")
    if near is None:
        near = float(window.width) / 10
    near = checks.number("near", near, positive=True)
    known: dict[int, NDArray[np.float64]] = {}  # where each was when it was last there
    found = []
    for value in values:
        each = attractors(system.with_parameter(parameter, value), window, skip, steps, **how)
        numbers = _numbers(each.points, known, near)
        found.append((each, numbers))
        known |= zip(numbers, each.points, strict=True)
    return [_renumbered(each, numbers, len(known)) for each, numbers in found]


def _numbers(
    points: Sequence[NDArray[np.float64]], known: Mapping[int, NDArray[np.float64]], near: float
) -> list[int]:
    """For each attractor the number of a known one, the nearest first, or a new one."""
    distances = sorted(
        (_distance(mine, theirs), i, number)
        for i, mine in enumerate(points)
        for number, theirs in known.items()
    )
    taken: dict[int, int] = {}
    for distance, i, number in distances:
        if distance <= near and i not in taken and number not in taken.values():
            taken[i] = number
    fresh = len(known)
    for i in range(len(points)):
        if i not in taken:
            fresh += 1
            taken[i] = fresh
    return [taken[i] for i in range(len(points))]


def _distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Hausdorff's, of at most some hundred points of each."""
    one, other = (each[:: max(1, len(each) // 500)] for each in (one, other))
    apart = np.linalg.norm(one[:, None] - other[None], axis=-1)
    return float(max(apart.min(axis=0).max(), apart.min(axis=1).max()))


def _renumbered(each: Attractors, numbers: Sequence[int], count: int) -> Attractors:
    fractions = np.zeros(count + 1)
    points = [np.empty((0, 2))] * count
    table = np.zeros(len(numbers) + 1, np.int32)
    fractions[0] = each.fractions[0]
    for i, number in enumerate(numbers):
        table[i + 1] = number
        fractions[number] = each.fractions[i + 1]
        points[number - 1] = each.points[i]
    return replace(each, basins=table[each.basins], points=tuple(points), fractions=fractions)
