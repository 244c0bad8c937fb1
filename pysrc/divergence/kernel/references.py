"""The deep library: reference orbits in many digits, and what is carried along them."""

import ctypes
from ctypes import POINTER, c_char_p, c_double, c_int, c_int64, c_void_p
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..maps.base import Map
from . import native

MOTION_NUMBERS = 12  # bodies 2 and 3 as seen from body 1: positions, displacements of a step
JET_TERMS = 35  # of a polynomial of order 4 in 3 variables
PLANE_JET_TERMS = 15  # and in 2


class ReferenceJob(ctypes.Structure):
    """struct ReferenceJob of cuda/reference_job.h."""

    _fields_ = [
        ("x", c_char_p),
        ("y", c_char_p),
        ("bits", c_int64),
        ("first_octave", c_int64),
        ("octaves", c_int64),
        ("max_steps", c_int64),
        ("tolerance", c_double),
        ("steps", c_void_p),
        ("jets", c_void_p),
    ]


class Escape(ctypes.Structure):
    """struct Escape of cuda/perturbation.h."""

    _fields_ = [
        ("offset", c_double * 2),
        ("scale", c_double * 2),
        ("radius", c_double),
    ]


class OrbitReferenceJob(ctypes.Structure):
    """struct OrbitReferenceJob of cuda/perturbation.h."""

    _fields_ = [
        ("re", c_char_p),
        ("im", c_char_p),
        ("bits", c_int64),
        ("degree", c_int64),
        ("max_steps", c_int64),
        ("escape", Escape),
        ("points", c_void_p),
        ("exponents", c_void_p),
        ("margins", c_void_p),
        ("count", c_void_p),
    ]


class PerturbationJob(ctypes.Structure):
    """struct PerturbationJob of cuda/perturbation.h."""

    _fields_ = [
        ("points", c_void_p),
        ("exponents", c_void_p),
        ("margins", c_void_p),
        ("reference_count", c_int64),
        ("u", c_void_p),
        ("v", c_void_p),
        ("count", c_int64),
        ("unit", c_double),
        ("unit_exponent", c_int64),
        ("degree", c_int64),
        ("max_steps", c_int64),
        ("escape", Escape),
        ("center", c_double * 2),
        ("times", c_void_p),
        ("fractions", c_void_p),
        ("threads", c_int64),
    ]


SIZES = {
    "reference_job_size": ReferenceJob,
    "orbit_reference_job_size": OrbitReferenceJob,
    "perturbation_job_size": PerturbationJob,
}
FUNCTIONS = [
    *((name, c_int64, []) for name in SIZES),
    ("orbit_reference_submit", c_int, [POINTER(OrbitReferenceJob), POINTER(c_int64)]),
    *(
        (
            f"{entry}_perturbation_submit",
            c_int,
            [c_void_p, POINTER(PerturbationJob), POINTER(c_int64)],
        )
        for entry in ("mandelbrot", "logistic_r")
    ),
    *(
        (f"{name}_submit", c_int, [c_void_p, POINTER(ReferenceJob), POINTER(c_int64)])
        for name in ("three_body_reference", "julia_plane", "logistic_z_plane")
    ),
    (
        "plane_jet_states",
        c_int,
        [c_void_p, c_int64, c_void_p, c_void_p, c_int64, c_void_p],
    ),
    (
        "three_body_jet_states",
        c_int,
        [c_void_p, c_double, c_int64, c_void_p, c_void_p, c_int64, c_void_p],
    ),
]


def library() -> native.Library:
    """The deep library, which is for the CPU."""
    loaded = native.load("deep", "cpu")
    loaded.bind(FUNCTIONS, SIZES)
    return loaded


class _JetRun(native.Ticket):
    """A reference orbit under way, and the jets about it.

    Args:
        system: of whose twin, if it has one, the distance plays no part.
        center: x and y of the reference's start, decimal texts.
        bits: of its numbers.
        first_octave: of the jets.
        max_steps: where it ends at the latest.
        tolerance: of the jets; see cuda/reference_job.h.
        steps: int64 (octaves,), filled in: the last step at which an octave's jet is exact
            enough, or max_steps; -1 where it has not come so far.
        jets: float64 (octaves, numbers of a state, terms), filled in.
    """

    submit: ClassVar[str]

    def __init__(
        self,
        system: Map,
        center: tuple[str, str],
        bits: int,
        first_octave: int,
        max_steps: int,
        tolerance: float,
        steps: NDArray[np.int64],
        jets: NDArray[np.float64],
    ) -> None:
        deep = library()
        super().__init__(deep, (steps, jets))
        x, y = (number.encode() for number in center)
        job = ReferenceJob(
            x, y, bits, first_octave, len(steps), max_steps, tolerance, *self._pointers()
        )
        parameters = native.structure(system.parameters())
        submit = getattr(deep, f"{system.entry}_{self.submit}_submit")
        deep.check(submit(ctypes.byref(parameters), job, self._ticket))


class ThreeBodyReferenceRun(_JetRun):
    """The reference of three bodies: jets of MOTION_NUMBERS polynomials in 3 variables."""

    submit = "reference"


class PlaneReferenceRun(_JetRun):
    """The reference of a map whose start is the pixel: jets of its state in 2 variables."""

    submit = "plane"


def plane_states(
    jets: NDArray[np.float64], u: NDArray[np.float64], v: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The states (points, variables) of points that are u, v units of the jets away."""
    deep = library()
    states = np.empty((u.size, len(jets)))
    pointers = [array.ctypes.data for array in (u, v)]
    deep.check(
        deep.plane_jet_states(jets.ctypes.data, len(jets), *pointers, u.size, states.ctypes.data)
    )
    return states


def three_body_states(
    jets: NDArray[np.float64],
    shift: float,
    octave: int,
    u: NDArray[np.float64],
    v: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The states (points, 2 * MOTION_NUMBERS) of pixels that are u, v units of 2^-octave away."""
    deep = library()
    states = np.empty((u.size, 2 * MOTION_NUMBERS))
    deep.check(
        deep.three_body_jet_states(
            jets.ctypes.data,
            shift,
            octave,
            u.ctypes.data,
            v.ctypes.data,
            u.size,
            states.ctypes.data,
        )
    )
    return states


class OrbitReferenceRun(native.Ticket):
    """The orbit of 0 under z' = z^degree + c under way.

    Args:
        c: its real and imaginary part, decimal texts.
        bits: of its numbers.
        degree: 2 and up.
        escape: where the orbit ends.
        points: float64 (max_steps + 1, 2), filled in with the orbit, 0 first.
        exponents: int32 (max_steps + 1,), filled in: a point is in units of two to its exponent.
        margins: float64 (max_steps + 1,), filled in with how far outside of the radius they are, in
            squares.
        count: int64 (1,), filled in with how many points there are.
    """

    def __init__(
        self,
        c: tuple[str, str],
        bits: int,
        degree: int,
        escape: Escape,
        points: NDArray[np.float64],
        exponents: NDArray[np.int32],
        margins: NDArray[np.float64],
        count: NDArray[np.int64],
    ) -> None:
        deep = library()
        super().__init__(deep, (points, exponents, margins, count))
        re, im = (number.encode() for number in c)
        steps = len(points) - 1
        job = OrbitReferenceJob(re, im, bits, degree, steps, escape, *self._pointers())
        deep.check(deep.orbit_reference_submit(job, self._ticket))


class PerturbationRun(native.Ticket):
    """Times of points near a reference orbit under way.

    Args:
        system: the map.
        reference: points, exponents and margins of the reference, as many as it has.
        u, v: float64 (points,), what their c differs by from the reference's, in units.
        unit: (value, exponent) of value 2^exponent.
        degree: of the map.
        max_steps: the step limit.
        escape: when a point has escaped.
        center: of the points, roughly.
        times: int32 (points,), filled in.
        fractions: float64 (points,), filled in where given.
        threads: of the CPU.
    """

    def __init__(
        self,
        system: Map,
        reference: tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.float64]],
        u: NDArray[np.float64],
        v: NDArray[np.float64],
        unit: tuple[float, int],
        degree: int,
        max_steps: int,
        escape: Escape,
        center: tuple[float, float],
        times: NDArray[np.int32],
        fractions: NDArray[np.float64] | None,
        threads: int,
    ) -> None:
        deep = library()
        super().__init__(deep, (*reference, u, v, times, fractions))
        points, exponents, margins, *pixels, into, parts = self._pointers()
        job = PerturbationJob(
            points,
            exponents,
            margins,
            len(reference[1]),
            *pixels,
            u.size,
            *unit,
            degree,
            max_steps,
            escape,
            center,
            into,
            parts,
            threads,
        )
        parameters = native.structure(system.parameters())
        submit = getattr(deep, f"{system.entry}_perturbation_submit")
        deep.check(submit(ctypes.byref(parameters), job, self._ticket))
