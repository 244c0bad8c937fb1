"""Three bodies at any depth: a jet about a reference orbit jumps over the steps that pixels share.

Where a window is small, all its pixels and their twins go the same way for long. So one reference
orbit is followed in as many digits as the window asks for, and with it the Taylor polynomial, of
order 4, of the state in what a start differs by. At the last step at which the polynomial is
exact enough it gives the state of every pixel, and float64 is right from there on.
"""

import math
import threading
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..checks import Exact, decimal
from ..kernel import references
from ..kernel.schedule import POLL_SECONDS
from ..maps.three_body import ThreeBody
from ..window import Window
from .points import Offsets, octave_of

TOLERANCE = 1e-10  # of a jet: (P4 / P1) (P4 / P3), P_k being its part of order k
SPARE_BITS = 96  # of a reference's numbers, beyond what tells its pixels apart
SHIFT_OCTAVES = 5  # by which a twin must be closer than the pixels that a jet is for


WIDEST = 1.0  # window that a jet is worth while for
LEAST_SHIFT = 1e-6  # in widths: or float64 loses the twin between the jump and the separation
RIGHT_SHIFT = 3e-8  # below it float64 from the start is wrong at more than 1 pixel in 1000


def why_not(system: ThreeBody, window: Window) -> str | None:
    """Why three bodies cannot be computed in deep arithmetic here, None where they can."""
    if system.integrator != "euler":
        return f"three-body has it for integrator 'euler', not {system.integrator!r}"
    if system.precision != "double":
        return f"three-body has it for precision 'double', not {system.precision!r}"
    if max(window.width, window.height) > WIDEST:
        return f"it is for windows up to {WIDEST:g} wide, not {float(window.width):g}"
    if system.shift < LEAST_SHIFT * float(window.width):
        return f"the shift {system.shift:g} is less than a millionth of the width"
    return None


def needs(system: ThreeBody) -> bool:
    """Whether float64 orbits would be wrong at more than a thousandth of the pixels."""
    return system.shift < RIGHT_SHIFT


class Jump(NamedTuple):
    """States (points, variables) after some steps, from which the engine goes on.

    Where `steps` is the limit nobody has separated by then.
    """

    steps: int
    states: NDArray[np.float64]


class Reference:
    """Jets about the orbit of one start, of every octave from the first down to one.

    Args:
        system: whose shift and critical distance play no part.
        center: of the start.
        octave: of the deepest jet.
        limit: of steps.
    """

    def __init__(
        self, system: ThreeBody, center: tuple[Exact, Exact], octave: int, limit: int
    ) -> None:
        self.octave, self.limit = octave, limit
        self.steps = np.full(octave + 1, -1, np.int64)
        self.jets = np.zeros((octave + 1, references.MOTION_NUMBERS, references.JET_TERMS))
        x, y = (str(decimal(number)) for number in center)
        with references.ThreeBodyReferenceRun(
            system,
            (x, y),
            octave + SPARE_BITS,
            0,
            limit,
            TOLERANCE,
            self.steps,
            self.jets,
        ) as run:
            while not run.poll(POLL_SECONDS):
                pass


_kept: dict[tuple[Any, ...], Reference] = {}
_making = threading.Lock()


def reference(system: ThreeBody, center: tuple[Exact, Exact], octave: int, limit: int) -> Reference:
    """A reference with jets down to an octave, for so many steps: a kept one, or a new one."""
    key = (replace(system, shift=0.0, critical_distance=1.0), center)
    with _making:
        kept = _kept.get(key)
        if kept is None or kept.octave < octave or _ends_early(kept, octave, limit):
            octave, limit = (
                max(octave, kept.octave if kept else 0),
                max(limit, kept.limit if kept else 0),
            )
            kept = _kept[key] = Reference(system, center, octave, limit)
        return kept


def _ends_early(kept: Reference, octave: int, limit: int) -> bool:
    return bool(kept.steps[octave] == kept.limit < limit)


def jump(system: ThreeBody, points: Offsets, limit: int) -> Jump:
    """As far as the jets reach, and no further than a limit of steps.

    Raises:
        ValueError: the twin is so far away that it separates before the pixels do.
    """
    octave = points.octave
    if system.shift:
        octave = min(octave, octave_of(system.shift, 2.0**SHIFT_OCTAVES))
    known = reference(system, points.center, max(octave, 0), limit)
    while octave >= 0:
        steps = int(known.steps[octave])
        u, v = (np.ascontiguousarray(part) for part in points.in_octave(octave))
        states = references.three_body_states(known.jets[octave], system.shift, octave, u, v)
        if not _separated(system, states).any():
            return Jump(min(steps, limit), states)
        octave -= 1
    raise ValueError("three-body: the twin is too far away for deep arithmetic")


def _separated(system: ThreeBody, states: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether the bodies 1 are as far apart as the critical distance."""
    masses, unit = system.masses, 2.0 ** math.floor(math.log2(system.shift or 1))
    twin = states[:, references.MOTION_NUMBERS :] * (unit / sum(masses))
    apart = masses[0] / sum(masses) * system.shift
    distance = apart - masses[1] * twin[:, 0:3] - masses[2] * twin[:, 3:6]
    return ~((distance**2).sum(axis=1) <= system.critical_distance**2)
