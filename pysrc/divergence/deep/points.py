"""Points so close to each other that float64 cannot tell them apart: offsets from a center."""

import math
from dataclasses import dataclass, replace
from decimal import Context, Decimal

import numpy as np
from numpy.typing import NDArray

from ..checks import Exact, decimal
from ..frame import Arithmetic
from ..kernel.points import Coordinates, Patch, Points

PRECISE = Context(prec=40, Emin=-(10**15), Emax=10**15)


@dataclass(frozen=True, eq=False)
class Offsets(Points):
    """Points (cx + across * unit, cy + up * unit).

    Attributes:
        center: (cx, cy), with all their digits.
        unit: a length.
        across, up: float64, of one shape.
    """

    center: tuple[Exact, Exact]
    unit: Exact
    across: NDArray[np.float64]
    up: NDArray[np.float64]

    @staticmethod
    def of(patch: Patch, numbers: range | None = None) -> "Offsets":
        """Points of a lattice by their numbers; all of them, in the patch's shape, by default."""
        window = patch.window
        ratio = float(decimal(window.height) / decimal(window.width))
        start, stop = (numbers.start, numbers.stop) if numbers else (0, patch.size)
        row, column = patch.offsets(start, stop)
        across, up = column / window.shape[1], row * ratio / window.shape[0]
        if numbers is None:
            across, up = across.reshape(patch.shape), up.reshape(patch.shape)
        return Offsets(window.center, window.width, across, up)

    @staticmethod
    def corners(patch: Patch) -> "Offsets":
        """The first and the last point of a patch's first and last row."""
        ends = ((part.start, part.stop - 1) for part in (patch.rows, patch.columns))
        rows, columns = (range(low, high + 1, max(high - low, 1)) for low, high in ends)
        return Offsets.of(replace(patch, rows=rows, columns=columns, hole=None))

    @property
    def shape(self) -> tuple[int, ...]:
        return self.across.shape

    def coordinates(self, start: int = 0, stop: int | None = None) -> Coordinates:
        """The nearest float64s, of which many may be the same."""
        unit, part = float(self.unit), slice(start, stop)
        x, y = (float(number) for number in self.center)
        return x + unit * self.across.ravel()[part], y + unit * self.up.ravel()[part]

    @property
    def reach(self) -> float:
        """The furthest that a coordinate is from the center's, in units."""
        return max(float(np.abs(offset).max(initial=0)) for offset in (self.across, self.up))

    @property
    def octave(self) -> int:
        """The largest for which every coordinate is within 2^-octave / 2 of the center's."""
        return octave_of(self.unit, 2 * self.reach)

    def in_octave(self, octave: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """across and up in units of 2^-octave, (points,)."""
        scale = float(PRECISE.multiply(decimal(self.unit), PRECISE.power(Decimal(2), octave)))
        return self.across.ravel() * scale, self.up.ravel() * scale


def points_in(arithmetic: Arithmetic, patch: Patch, numbers: range | None = None) -> Points:
    """Points of a patch by their numbers, or all in its shape, as an arithmetic needs them."""
    if arithmetic == "deep":
        return Offsets.of(patch, numbers)
    return patch if numbers is None else patch.part(numbers)


def octave_of(unit: Exact, times: float = 1.0) -> int:
    """The largest octave for which 2^-octave is at least a length: floor(-log2(unit * times))."""
    _, digits, exponent = PRECISE.plus(decimal(unit)).as_tuple()
    mantissa = int("".join(map(str, digits)))
    if mantissa == 0 or times == 0:
        return 0  # one point, which any octave holds
    return math.floor(-(math.log2(mantissa) + int(exponent) * math.log2(10) + math.log2(times)))
