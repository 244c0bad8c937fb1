"""Three bodies at any depth: a jet about a reference orbit jumps over the steps that pixels share.

Where a window is small, all its pixels and their twins go the same way for long. So one reference
orbit is followed in as many digits as the window asks for, and with it the Taylor polynomial, of
order 4, of the state in what a start differs by. At the last step at which the polynomial is
exact enough it gives the state of every pixel, and float64 is right from there on.
"""

import dataclasses
import hashlib
import io
import json
import math
import threading
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np
from numpy.typing import NDArray

from ..checks import Exact, decimal
from ..files import write
from ..kernel import references
from ..kernel.launch import How, run, state_type
from ..kernel.outcome import KINDS, Outcome
from ..kernel.points import Scattered
from ..kernel.schedule import POLL_SECONDS
from ..maps.three_body import ThreeBody
from ..window import Window, in_units
from .points import Offsets, octave_of

TOLERANCE = 1e-10  # of a jet: (P4 / P1) (P4 / P3), P_k being its part of order k
TOLERANCE_OF_PAIRS = 4.1e-6  # times the shift in widths
SPARE_BITS = 96  # of a reference's numbers, beyond what tells its pixels apart
SHIFT_OCTAVES = 5  # by which a twin must be closer than the pixels that a jet is for


MOST_KEPT = 16  # references in memory
WIDEST = 1.0  # window that a jet is worth while for
LEAST_SHIFT = 5e-7  # in widths, that is known to be right
PAIRS_SHIFT = 1e-5  # in widths, below which orbits begin in pairs of doubles
PAIRS_STEPS = 80_000  # at most: where twins stay close, so does rounding
PAIRS_END = 3e-7  # how far twins come apart before float64 can go on
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
        return f"the shift {system.shift:g} is less than {LEAST_SHIFT:g} of the width"
    return None


def needs(system: ThreeBody) -> bool:
    """Whether float64 orbits would be wrong at more than a thousandth of the pixels."""
    return system.shift < RIGHT_SHIFT


@dataclass(frozen=True, eq=False)
class Reference:
    """Jets about the orbit of one start, of every octave from the first down to one.

    Attributes:
        key: all that determines the orbit and the jets.
        octave: of the deepest jet.
        limit: of steps.
        steps: int64 (octave + 1,): the last step at which an octave's jet is exact enough, or the
            limit.
        jets: float64 (octave + 1, numbers of a motion, terms): the jets at those steps.
    """

    key: str
    octave: int
    limit: int
    steps: NDArray[np.int64]
    jets: NDArray[np.float64]

    def reaches(self, octave: int, limit: int) -> bool:
        """Whether it serves a window of an octave for so many steps."""
        return octave <= self.octave and not self.steps[octave] == self.limit < limit

    def save(self, path: Path) -> None:
        """Into a file of its own, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        packed = io.BytesIO()
        np.savez(packed, key=self.key, limit=self.limit, steps=self.steps, jets=self.jets)
        write(path, packed.getvalue())

    @staticmethod
    def load(path: Path, key: str) -> "Reference | None":
        """What save() kept; None where that is of another orbit, damaged, or not there."""
        try:
            with np.load(path) as file:
                if str(file["key"]) != key:
                    return None
                steps, jets = file["steps"], file["jets"]
                return Reference(key, len(steps) - 1, int(file["limit"]), steps, jets)
        except (FileNotFoundError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None


def tolerance_for(system: ThreeBody, points: Offsets) -> float:
    """Of jets that serve some points and their twins. What jets leave out grows until the twins are
    apart, the longer the closer they begin."""
    if not _in_pairs(system, points):
        return TOLERANCE
    beside = TOLERANCE_OF_PAIRS * in_units(system.shift, points.unit)
    return min(TOLERANCE, 10.0 ** math.floor(math.log10(beside)))


def _in_pairs(system: ThreeBody, points: Offsets) -> bool:
    """Whether float64 from the jump on would lose the twin."""
    return bool(system.shift) and in_units(system.shift, points.unit) < PAIRS_SHIFT


def key_of(system: ThreeBody, center: tuple[Exact, Exact], tolerance: float) -> str:
    """All that determines a reference but how deep it goes; a twin plays no other part."""
    alone = replace(system, shift=0.0, critical_distance=1.0)
    return json.dumps(
        {
            "map": system.name,
            "arithmetic": system.arithmetic,
            "parameters": alone.parameters(),
            "center": [str(decimal(number)) for number in center],
            "tolerance": tolerance,
            "spare_bits": SPARE_BITS,
            "numbers": references.JET_NUMBERS,
        }
    )


def computed(
    system: ThreeBody,
    center: tuple[Exact, Exact],
    octave: int,
    limit: int,
    tolerance: float,
    progress: Callable[[int], object] | None = None,
) -> Reference:
    """Follows a reference, which takes some microseconds a step; `progress` is told its steps."""
    steps = np.full(octave + 1, -1, np.int64)
    jets = np.zeros((octave + 1, references.MOTION_NUMBERS, references.JET_NUMBERS))
    x, y = (str(decimal(number)) for number in center)
    with references.ThreeBodyReferenceRun(
        system, (x, y), octave + SPARE_BITS, 0, limit, tolerance, steps, jets
    ) as run:
        while not run.poll(POLL_SECONDS):
            if progress:
                progress(run.steps)
    return Reference(key_of(system, center, tolerance), octave, limit, steps, jets)


_kept: dict[str, Reference] = {}
_making = threading.Lock()


def reference(
    system: ThreeBody,
    center: tuple[Exact, Exact],
    octave: int,
    limit: int,
    tolerance: float = TOLERANCE,
    *,
    folder: Path | None = None,
    progress: Callable[[int], object] | None = None,
) -> Reference:
    """A reference with jets down to an octave, for so many steps: one at hand, or a new one.

    Args:
        system, center: of the orbit.
        octave: of the deepest jet.
        limit: of steps.
        tolerance: of the jets.
        folder: where references are kept beyond this process.
        progress: is told the steps that are taken.
    """
    key = key_of(system, center, tolerance)
    path = folder and folder / f"reference-{hashlib.sha256(key.encode()).hexdigest()[:16]}.npz"
    with _making:
        kept = _kept.get(key)
        if path and (kept is None or not kept.reaches(octave, limit)):
            kept = Reference.load(path, key) or kept
        if kept is None or not kept.reaches(octave, limit):
            if kept:
                octave, limit = max(octave, kept.octave), max(limit, kept.limit)
            kept = computed(system, center, octave, limit, tolerance, progress)
            if path:
                kept.save(path)
        elif path and not path.exists():
            kept.save(path)
        while len(_kept) >= MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = kept
        return kept


def octave_for(system: ThreeBody, points: Offsets) -> int:
    """Of the jets that serve some points and their twins."""
    if not system.shift:
        return max(points.octave, 0)
    return max(min(points.octave, octave_of(system.shift, 2.0**SHIFT_OCTAVES)), 0)


def outcome(
    system: ThreeBody,
    points: Offsets,
    max_steps: int,
    wanted: Collection[str] = (),
    **how: Unpack[How],
) -> Outcome:
    """Times of points, and what is wanted besides: a jump as far as the jets reach, then orbits.

    There are no states where the step limit is so low that no point has left the others by then.

    Raises:
        ValueError: the twin is so far away that it separates before the pixels do.
    """
    steps, octave, known = _jump(system, points, max_steps)
    arrays: dict[str, Any] = {
        name: np.zeros(points.shape, KINDS[name]) for name in wanted if name != "states"
    }
    times = np.full(points.shape, steps, np.int32)
    if steps >= max_steps:
        return Outcome(system, max_steps, times, **arrays)

    def begun(of: ThreeBody) -> Outcome:
        states = _states(of, points, octave, known).reshape(points.shape)
        return Outcome(of, steps, times, states=states, **arrays)

    if not _in_pairs(system, points):
        return begun(system).resume(max_steps, **how).only(wanted)
    fields = {field.name: getattr(system, field.name) for field in dataclasses.fields(system)}
    fields["critical_distance"] = min(PAIRS_END, system.critical_distance)
    on_cpu: How = {**how, "device": "cpu"}
    far = min(max_steps, steps + PAIRS_STEPS)
    near = begun(references.ThreeBodyInPairs(**fields)).resume(far, **on_cpu)
    assert near.states is not None  # they were begun with
    arrays |= {"times": near.times, "states": np.zeros(points.shape, state_type(system, "cpu"))}
    for name in near.states.dtype.names or ():
        arrays["states"][name] = near.states[name].sum(axis=-1)
    nowhere = np.zeros(points.size)  # that they started there plays no part any more
    run(system, Scattered(nowhere, nowhere), arrays, max_steps, resume=True, **how)
    return Outcome(system, max_steps, **arrays).only(wanted)


def _jump(system: ThreeBody, points: Offsets, limit: int) -> tuple[int, int, Reference]:
    """The steps that a reference's jets reach, or a limit; their octave; the reference."""
    octave = octave_for(system, points)
    known = reference(system, points.center, octave, limit, tolerance_for(system, points))
    while octave >= 0:
        if not _separated(system, _states(system, points, octave, known)).any():
            return min(int(known.steps[octave]), limit), octave, known
        octave -= 1
    raise ValueError("three-body: the twin is too far away for deep arithmetic")


def _states(system: ThreeBody, points: Offsets, octave: int, known: Reference) -> NDArray[np.void]:
    u, v = (np.ascontiguousarray(part) for part in points.in_octave(octave))
    return references.three_body_states(system, known.jets[octave], octave, u, v)


def _separated(system: ThreeBody, states: NDArray[np.void]) -> NDArray[np.bool_]:
    """Whether the bodies 1 are as far apart as the critical distance."""
    masses, unit = system.masses, 2.0 ** math.floor(math.log2(system.shift or 1))
    apart = masses[0] / sum(masses) * system.shift
    d2, d3 = (states[f"now.twin.{name}"] * (unit / sum(masses)) for name in ("r2", "r3"))
    distance = apart - masses[1] * d2 - masses[2] * d3
    return ~((distance**2).sum(axis=1) <= system.critical_distance**2)
