"""The Mandelbrot set and its relatives at any depth.

One orbit is followed in as many digits as the window asks for. Those of the pixels are followed by
what they differ by from it, many steps at once where that is so small that its square does not
matter: see cuda/perturbation.h and cuda/jumps.h.
"""

import math
import threading
from collections.abc import Callable, Collection
from decimal import Context, Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..checks import Exact, decimal
from ..kernel import references
from ..kernel.devices import cpu_threads
from ..kernel.launch import Progress
from ..kernel.outcome import KINDS, Outcome
from ..kernel.schedule import POLL_SECONDS
from ..maps.escape import LogisticR, Mandelbrot, bounded_radius
from ..window import Window
from .points import Offsets, octave_of

ParameterPlane = Mandelbrot | LogisticR

SPARE_BITS = 80  # of a reference's numbers, beyond what tells its pixels apart
LARGEST_DEGREE = 1024
DEEPEST = 9000  # octaves: the longest numbers have 9 216 bits
WIDEST_LOGISTIC = 1e-6  # as |r| is taken to be the same all over a window where |z| is tested
LEAST_SPACING = 2.0**20  # of pixels, in last places of their coordinates, for float64


def why_not(system: ParameterPlane, window: Window) -> str | None:
    """Why a window cannot be computed in deep arithmetic, None where it can."""
    if octave_of(window.width) > DEEPEST:
        return f"it is for windows down to 1e-2700, not {window.width}"
    if isinstance(system, LogisticR):
        if system.z0 != 0.5:
            return f"logistic-r has it from the critical point, z0 = 1/2, not {system.z0}"
        if max(window.width, window.height) > WIDEST_LOGISTIC:
            return f"logistic-r has it for windows up to {WIDEST_LOGISTIC:g} wide"
        return None
    if system.z0 != 0:
        return f"mandelbrot has it from the critical point, z0 = 0, not {system.z0}"
    exponent = complex(system.exponent)
    if exponent.imag or exponent.real not in range(2, LARGEST_DEGREE + 1):
        return f"mandelbrot has it for whole exponents of 2 and more, not {system.exponent}"
    return None


def needs(window: Window) -> bool:
    """Whether float64 would not be right at 99.9 % of a window's pixels."""
    step = min(float(window.width) / window.shape[1], float(window.height) / window.shape[0])
    return any(step < LEAST_SPACING * np.spacing(abs(float(middle))) for middle in window.center)


class Plane(NamedTuple):
    """A parameter plane as z' = z^degree + c from 0, about one of its points.

    Attributes:
        degree: of the power.
        c: of the center.
        slope, bend: c moves by slope e + bend e^2 where the parameter moves by e.
        escape: of the z that goes with it.
    """

    degree: int
    c: tuple[Decimal, Decimal]
    slope: complex
    bend: complex
    escape: references.Escape


def plane_of(system: ParameterPlane, center: tuple[Exact, Exact]) -> Plane:
    """How a map looks from a point of its parameter plane."""
    x, y = (decimal(number) for number in center)
    digits = sum(len(number.as_tuple().digits) + abs(number.adjusted()) for number in (x, y))
    exactly = Context(prec=2 * digits + 60, Emin=-(10**15), Emax=10**15)
    plus, times = exactly.add, exactly.multiply
    if isinstance(system, Mandelbrot):
        b, radius = complex(system.b), bounded_radius(system.radius, system.exponent)
        c = plus(x, decimal(b.real)), plus(y, decimal(b.imag))
        escape = references.Escape((0, 0), (1, 0), radius)
        return Plane(int(complex(system.exponent).real), c, 1, 0, escape)
    # With w = r (1/2 - z) the logistic map is w' = w^2 + c, c = r/2 - r^2/4.
    half, quarter = Decimal("0.5"), Decimal("-0.25")
    square = exactly.subtract(times(x, x), times(y, y)), times(2, times(x, y))
    c = (
        plus(times(half, x), times(quarter, square[0])),
        plus(times(half, y), times(quarter, square[1])),
    )
    r = complex(float(x), float(y))
    scale = -1 / r if r else complex(math.inf)
    escape = references.Escape((0.5, 0), (scale.real, scale.imag), bounded_radius(system.radius))
    return Plane(2, c, (1 - r) / 2, -1 / 4, escape)


class Reference(NamedTuple):
    """An orbit in doubles, each in units of two to its exponent; see OrbitReferenceRun."""

    points: NDArray[np.float64]
    exponents: NDArray[np.int32]
    margins: NDArray[np.float64]


_kept: dict[tuple[object, ...], tuple[int, int, Reference]] = {}
_making = threading.Lock()
MOST_KEPT = 4


def reference(
    plane: Plane,
    octave: int,
    limit: int,
    progress: Callable[[int], object] | None = None,
) -> Reference:
    """The orbit of a plane's center, for windows down to an octave: one at hand, or a new one."""
    escape = plane.escape
    key = (plane.degree, plane.c, *escape.offset, *escape.scale, escape.radius)
    with _making:
        bits, steps, kept = _kept.get(key, (0, 0, None))
        if kept is None or bits < octave or (steps < limit and len(kept.exponents) == steps + 1):
            bits, steps = max(octave, bits), max(limit, steps)
            kept = _followed(plane, bits + SPARE_BITS, steps, progress)
            while len(_kept) >= MOST_KEPT:
                del _kept[next(iter(_kept))]
            _kept[key] = bits, steps, kept
        return kept


def _followed(
    plane: Plane, bits: int, steps: int, progress: Callable[[int], object] | None
) -> Reference:
    points, exponents = np.zeros((steps + 1, 2)), np.zeros(steps + 1, np.int32)
    margins, count = np.zeros(steps + 1), np.zeros(1, np.int64)
    c = str(plane.c[0]), str(plane.c[1])
    with references.OrbitReferenceRun(
        c, bits, plane.degree, plane.escape, points, exponents, margins, count
    ) as run:
        while not run.poll(POLL_SECONDS):
            if progress:
                progress(run.steps)
    return Reference(points[: count[0]], exponents[: count[0]], margins[: count[0]])


def outcome(
    system: ParameterPlane,
    points: Offsets,
    max_steps: int,
    wanted: Collection[str] = (),
    *,
    threads: int = 0,
    progress: Callable[[Progress], object] | None = None,
) -> Outcome:
    """Times of points, and what is wanted of "fates" and "fractions"; there are no states."""
    plane = plane_of(system, points.center)
    octave = max(points.octave, octave_of(points.unit), 0)
    orbit = reference(plane, octave, max_steps)
    # unit 2^shift is the unit of u and v; the bend of a deep window is as good as none.
    unit, shift = _mantissa(points.unit)
    e = points.across.ravel() + 1j * points.up.ravel()
    k = e * plane.slope + plane.bend * math.ldexp(unit, max(shift, -2000)) * e * e
    times = np.zeros(points.size, np.int32)
    fractions = np.zeros(points.size) if "fractions" in wanted else None
    with references.PerturbationRun(
        system,
        orbit,
        np.ascontiguousarray(k.real),
        np.ascontiguousarray(k.imag),
        (unit, shift),
        plane.degree,
        max_steps,
        plane.escape,
        (float(points.center[0]), float(points.center[1])),
        times,
        fractions,
        threads or cpu_threads(),
    ) as run:
        while not run.poll(POLL_SECONDS):
            if progress:
                progress(Progress(run.points, points.size, run.steps))
    whole = Outcome(system, max_steps, times, fractions=fractions)
    if "fates" in wanted:
        whole = Outcome(
            system, max_steps, times, (times < max_steps).astype(KINDS["fates"]), fractions
        )
    return whole.reshape(points.shape)


def _mantissa(length: Exact) -> tuple[float, int]:
    """(value, exponent) of a length that is value 2^exponent, value from 1 to under 2."""
    exponent = -octave_of(length)
    context = Context(prec=40, Emin=-(10**15), Emax=10**15)
    return float(context.multiply(decimal(length), context.power(Decimal(2), -exponent))), exponent
