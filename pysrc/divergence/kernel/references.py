"""The deep library: reference orbits in many digits, and what is carried along them."""

import ctypes
from ctypes import POINTER, c_char_p, c_double, c_int, c_int64, c_void_p

import numpy as np
from numpy.typing import NDArray

from ..maps.three_body import ThreeBody
from . import native

MOTION_NUMBERS = 12  # bodies 2 and 3 as seen from body 1: positions, displacements of a step
JET_TERMS = 35  # of a polynomial of order 4 in 3 variables


class ReferenceJob(ctypes.Structure):
    """struct ReferenceJob of cuda/three_body_reference.h."""

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


FUNCTIONS = [
    ("reference_job_size", c_int64, []),
    (
        "three_body_reference_submit",
        c_int,
        [c_void_p, POINTER(ReferenceJob), POINTER(c_int64)],
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
    loaded.bind(FUNCTIONS, {"reference_job_size": ReferenceJob})
    return loaded


class ThreeBodyReferenceRun(native.Ticket):
    """A reference orbit of three bodies under way, and the jets about it.

    Args:
        system: whose shift and critical distance play no part.
        center: x and y of the reference's start, decimal texts.
        bits: of its numbers.
        first_octave: of the jets.
        max_steps: where it ends at the latest.
        tolerance: of the jets; see cuda/three_body_reference.h.
        steps: int64 (octaves,), filled in: the last step at which an octave's jet is exact
            enough, or max_steps; -1 where it has not come so far.
        jets: float64 (octaves, MOTION_NUMBERS, JET_TERMS), filled in.
    """

    def __init__(
        self,
        system: ThreeBody,
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
        deep.check(deep.three_body_reference_submit(ctypes.byref(parameters), job, self._ticket))


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
