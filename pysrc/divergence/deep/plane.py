"""Maps whose start is the pixel, at any depth: a jet about a reference orbit jumps over the steps
that the pixels of a window share, and float64 orbits go on from there; see cuda/plane_jump.h."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
from numpy.typing import NDArray

from ..checks import Exact, decimal
from ..kernel import references
from ..kernel.devices import cpu_threads
from ..kernel.launch import How, run, state_type
from ..kernel.outcome import KINDS, Outcome
from ..kernel.points import Scattered
from ..kernel.schedule import POLL_SECONDS
from ..maps.escape import Julia, LogisticZ
from ..maps.planar import Clifford, CliffordBasin, Henon, PlanarTwins, ReversedHenon
from ..maps.roots import Halley, Newton, RootMap, Secant
from ..window import Window
from .points import Offsets, octave_of

Planar = Henon | ReversedHenon | Clifford
DynamicalPlane = Julia | LogisticZ | Newton | Halley | Secant | Planar | CliffordBasin | PlanarTwins

TOLERANCE = 1e-13  # of a jet, as for three bodies
SPARE_BITS = 96  # of a reference's numbers, beyond what tells its pixels apart
WIDEST = 0.25  # window that a jet is worth while for
DEEPEST = 2900  # octaves: the longest numbers have 3 072 bits
LARGEST_DEGREE = 1024
MOST_KEPT = 16


def why_not(system: DynamicalPlane, window: Window) -> str | None:
    """Why a window cannot be computed in deep arithmetic, None where it can."""
    if isinstance(system, Julia):
        exponent = complex(system.exponent)
        if exponent.imag or exponent.real not in range(2, LARGEST_DEGREE + 1):
            return f"julia has it for whole exponents of 2 and more, not {system.exponent}"
    if isinstance(system, RootMap) and not system.polynomial.is_natural:
        return f"{system.name} has it for whole exponents, unlike {vars(system)['f']!r}"
    if isinstance(system, PlanarTwins) and not isinstance(system.map, Planar):
        return f"{system.name} has it for henon, reversed-henon and clifford, not {system.map.name}"
    if max(window.width, window.height) > WIDEST:
        return f"it is for windows up to {WIDEST:g} wide, not {float(window.width):g}"
    if octave_of(window.width) > DEEPEST:
        return f"it is for windows down to 1e-870, not {window.width}"
    return None


@dataclass(frozen=True, eq=False)
class Reference:
    """The orbit of one start, with jets of every octave down to one, and the steps they are at."""

    octave: int
    limit: int
    steps: NDArray[np.int64]
    orbit: references.PlaneReferenceRun

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
            kept = _followed(system, center, octave, limit)
            while len(_kept) >= MOST_KEPT:
                del _kept[next(iter(_kept))]
            _kept[key] = kept
        return kept


def _followed(
    system: DynamicalPlane, center: tuple[Exact, Exact], octave: int, limit: int
) -> Reference:
    steps = np.full(octave + 1, -1, np.int64)
    x, y = (str(decimal(number)) for number in center)
    orbit = references.PlaneReferenceRun(
        system, (x, y), octave + SPARE_BITS, limit, TOLERANCE, steps
    )
    while not orbit.poll(POLL_SECONDS):
        pass
    return Reference(octave, limit, steps, orbit)


def outcome(
    system: DynamicalPlane,
    points: Offsets,
    max_steps: int,
    wanted: Collection[str] = (),
    **how: Unpack[How],
) -> Outcome:
    """Times of points, and what is wanted of "fates", "fractions" and "states"."""
    octave = max(points.octave, 0)
    known = reference(system, points.center, octave, max_steps)
    u, v = (np.ascontiguousarray(part) for part in points.in_octave(octave))
    times = np.zeros(points.size, np.int32)
    states = np.empty(points.size, state_type(system, "cpu"))
    threads = how.get("threads", 0) or cpu_threads()
    with references.PlanePixelsRun(
        system, known.orbit, octave, u, v, max_steps, times, states, threads
    ) as pixels:
        while not pixels.poll(POLL_SECONDS):
            pass
    arrays: dict[str, Any] = {
        name: np.zeros(points.size, KINDS[name]) for name in wanted if name != "states"
    }
    arrays |= {"times": times, "states": states}
    nowhere = np.zeros(points.size)  # that they started there plays no part any more
    run(system, Scattered(nowhere, nowhere), arrays, max_steps, resume=True, **how)
    return Outcome(system, max_steps, **arrays).only(wanted).reshape(points.shape)
