"""Orbits in closed form, to hold others against: row A11."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from .. import checks


def exact_doubling(start: float | Fraction, steps: int) -> list[Fraction]:
    """The orbit of a start under t' = 2 t mod 1, without an error: a float is the decimal number
    that it is written as."""
    t = start if isinstance(start, Fraction) else Fraction(repr(checks.number("start", start)))
    found = []
    for _ in range(checks.integer("steps", steps, minimum=1)):
        t %= 1
        found.append(t)
        t *= 2
    return found


def exact_logistic(start: float | Fraction, steps: int) -> NDArray[np.float64]:
    """The orbit of the logistic map at r = 4 in closed form, x_n = sin^2(pi 2^n t), with t = start.

    2^n t is taken modulo 1 without an error, so that every x is right to its last digits.

    Returns:
        (steps,) float64.
    """
    t = exact_doubling(start, steps)
    nearest = np.array([float(min(part, 1 - part)) for part in t])  # sin is symmetric about 1/2
    return np.sin(np.pi * nearest) ** 2
