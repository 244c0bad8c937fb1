"""One orbit of the logistic map while r rises, in many digits: row A6."""

import math

import numpy as np
from numpy.typing import NDArray

from .. import checks
from .precise import MAX_DIGITS

try:  # the same numbers, ten to thirty times as fast from a thousand digits on
    from gmpy2 import mpz as whole
except ImportError:
    whole = int


def swept_orbit(
    low: float, high: float, steps: int, digits: int, start: float = 0.5
) -> NDArray[np.float64]:
    """The orbit of a start under x' = r x (1 - x), where r rises evenly at every step.

    A branch that has become unstable holds the orbit for a while: it is left when what rounding
    has moved the orbit off it has grown large, which takes the longer the more digits there are
    (a delayed bifurcation).

    Args:
        low, high: r at the first step and after the last, 0 to 4.
        steps: how many.
        digits: decimal ones, to which every x is rounded down: fixed point, of the fewest binary
            digits that are as many.
        start: of x, 0 to 1.

    Returns:
        (steps,) float64: x before each step.

    Raises:
        ValueError: a bad value.
    """
    low, high = (checks.number("r", value, minimum=0) for value in (low, high))
    if not low <= high <= 4:
        raise ValueError(f"r must rise within 0 to 4, not from {low} to {high}")
    if not 0 <= checks.number("start", start) <= 1:
        raise ValueError(f"start must be from 0 to 1, not {start!r}")
    steps = checks.integer("steps", steps, minimum=1)
    digits = checks.integer("digits", digits, minimum=1, maximum=MAX_DIGITS)
    bits = math.ceil(digits * math.log2(10))
    r_bits = 60  # r rises by the same whole number at every step: its roundings would be noise
    rate, rise = round(low * 2**r_bits), round((high - low) * 2**r_bits / steps)
    numerator, denominator = start.as_integer_ratio()
    x = whole((numerator << bits) // denominator)
    shown, drop = min(bits, 53), max(bits - 53, 0)
    found = np.empty(steps)
    for n in range(steps):
        found[n] = int(x >> drop) / 2**shown
        x = (rate * (x - (x * x >> bits))) >> r_bits
        rate += rise
    return found
