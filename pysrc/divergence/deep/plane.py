"""Maps whose start is the pixel, at any depth: a jet about a reference orbit jumps over the steps
that the pixels of a window share, and float64 orbits go on from there; see cuda/plane_jump.h."""

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checks import Exact, decimal
from ..kernel import references
from ..kernel.launch import state_type
from ..kernel.schedule import POLL_SECONDS
from ..maps.escape import Julia, LogisticZ
from ..window import Window
from .points import Offsets, octave_of
from .three_body import Jump

DynamicalPlane = Julia | LogisticZ

TOLERANCE = 1e-13  # of a jet, as for three bodies
SPARE_BITS = 96  # of a reference's numbers, beyond what tells its pixels apart
WIDEST = 0.25  # window that a jet is worth while for
DEEPEST = 1900  # octaves: the longest numbers have 2 048 bits
LARGEST_DEGREE = 1024
MOST_KEPT = 16


def why_not(system: DynamicalPlane, window: Window) -> str | None:
    """Why a window cannot be computed in deep arithmetic, None where it can."""
    if isinstance(system, Julia):
        exponent = complex(system.exponent)
        if exponent.imag or exponent.real not in range(2, LARGEST_DEGREE + 1):
            return f"julia has it for whole exponents of 2 and more, not {system.exponent}"
    if max(window.width, window.height) > WIDEST:
        return f"it is for windows up to {WIDEST:g} wide, not {float(window.width):g}"
    if octave_of(window.width) > DEEPEST:
        return f"it is for windows down to 1e-570, not {window.width}"
    return None


@dataclass(frozen=True, eq=False)
class Reference:
    """Jets about the orbit of one start, of every octave down to one, and the steps they are at."""

    octave: int
    limit: int
    steps: NDArray[np.int64]
    jets: NDArray[np.float64]

    def reaches(self, octave: int, limit: int) -> bool:
        """Whether it serves a window of an octave for so many steps."""
        return octave <= self.octave and not self.steps[octave] == self.limit < limit


_kept: dict[tuple[Any, ...], Reference] = {}
_making = threading.Lock()


def reference(
    system: DynamicalPlane, center: tuple[Exact, Exact], octave: int, limit: int
) -> Reference:
    """A reference with jets down to an octave, for so many steps: one at hand, or a new one."""
    key = (system, center)
    with _making:
        kept = _kept.get(key)
        if kept is None or not kept.reaches(octave, limit):
            if kept:
                octave, limit = max(octave, kept.octave), max(limit, kept.limit)
            kept = _computed(system, center, octave, limit)
            while len(_kept) >= MOST_KEPT:
                del _kept[next(iter(_kept))]
            _kept[key] = kept
        return kept


def _computed(
    system: DynamicalPlane, center: tuple[Exact, Exact], octave: int, limit: int
) -> Reference:
    steps = np.full(octave + 1, -1, np.int64)
    jets = np.zeros(
        (octave + 1, state_type(system, "cpu").itemsize // 8, references.PLANE_JET_TERMS)
    )
    x, y = (str(decimal(number)) for number in center)
    with references.PlaneReferenceRun(
        system, (x, y), octave + SPARE_BITS, 0, limit, TOLERANCE, steps, jets
    ) as run:
        while not run.poll(POLL_SECONDS):
            pass
    return Reference(octave, limit, steps, jets)


def jump(system: DynamicalPlane, points: Offsets, limit: int) -> Jump:
    """As far as the jets reach, and no further than a limit of steps."""
    octave = max(points.octave, 0)
    known = reference(system, points.center, octave, limit)
    u, v = (np.ascontiguousarray(part) for part in points.in_octave(octave))
    states = references.plane_states(system, known.jets[octave], u, v)
    return Jump(min(int(known.steps[octave]), limit), states)
