"""The deep library: reference orbits in many digits, and what is carried along them."""

from ctypes import c_double, c_int, c_int64, c_void_p
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..maps.base import Map
from ..maps.three_body import ThreeBody
from . import native, runs

MOTION_NUMBERS = 12  # bodies 2 and 3 as seen from body 1: positions, displacements of a step
JET_NUMBERS = 36  # of a polynomial of order 4 in 3 variables: 35 terms, and more of the constant

FUNCTIONS: dict[str, tuple[type, list[type]]] = {
    "reference_job_fields": native.TEXT,
    "orbit_reference_job_fields": native.TEXT,
    "perturbation_job_fields": native.TEXT,
    "three_body_jet_states": (
        c_int,
        [c_void_p, c_double, c_int64, c_void_p, c_void_p, c_int64, c_int64, c_void_p],
    ),
}


class Escape(NamedTuple):
    """struct Escape of cuda/perturbation.h: |offset + scale z| > radius, complex as two numbers."""

    offset: tuple[float, float]
    scale: tuple[float, float]
    radius: float


class ThreeBodyInPairs(ThreeBody):
    """Three bodies by Euler's method, where every number is a pair of doubles. For the CPU."""

    family = "deep"
    entry = "three_body_in_pairs"


def library() -> native.Library:
    """The deep library, which is for the CPU."""
    loaded = native.load("deep", "cpu")
    loaded.functions.update(FUNCTIONS)
    return loaded


def _parameters(system: Map) -> NDArray[np.void]:
    return native.load(system.family, "cpu").parameters(system)


def _text(number: str) -> NDArray[np.uint8]:
    """A decimal text as C reads it."""
    return np.frombuffer(number.encode() + b"\0", np.uint8)


class ThreeBodyReferenceRun(runs.Ticket):
    """The reference of three bodies under way: jets of MOTION_NUMBERS polynomials in 3 variables.

    Args:
        system: of whose twin, if it has one, the distance plays no part.
        center: x and y of the reference's start, decimal texts.
        bits: of its numbers.
        first_octave: of the jets.
        max_steps: where it ends at the latest.
        tolerance: of the jets; see cuda/reference_job.h.
        steps: int64 (octaves,), filled in: the last step at which an octave's jet is exact
            enough, or max_steps; -1 where it has not come so far.
        jets: float64 (octaves, MOTION_NUMBERS, JET_NUMBERS), filled in.
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
        x, y = map(_text, center)
        super().__init__(
            library(),
            f"{system.entry}_reference",
            _parameters(system),
            "reference_job_fields",
            {"x": x, "y": y, "steps": steps, "jets": jets},
            bits=bits,
            first_octave=first_octave,
            octaves=len(steps),
            max_steps=max_steps,
            tolerance=tolerance,
        )


class PlaneReferenceRun(runs.Ticket):
    """The reference of a map whose start is the pixel; kept until it is released.

    Args:
        system: the map.
        center: x and y of the reference's start, decimal texts.
        bits: of its numbers, at least.
        max_steps: where it ends at the latest.
        tolerance: of the jets; see cuda/plane_job.h.
        steps: int64 (octaves,), filled in: the last step at which an octave's jet is exact
            enough, or max_steps.
    """

    def __init__(
        self,
        system: Map,
        center: tuple[str, str],
        bits: int,
        max_steps: int,
        tolerance: float,
        steps: NDArray[np.int64],
    ) -> None:
        x, y = map(_text, center)
        super().__init__(
            native.load(system.family, "cpu"),
            f"{system.entry}_plane",
            _parameters(system),
            "plane_reference_job_fields",
            {"x": x, "y": y, "steps": steps},
            bits=bits,
            octaves=len(steps),
            max_steps=max_steps,
            tolerance=tolerance,
        )


class PlanePixelsRun(runs.Ticket):
    """States of pixels, from which float64 goes on, under way.

    Args:
        system: the map.
        reference: of it, done.
        octave: that all pixels are in.
        u, v: float64 (points,), how far they are from the reference's start in units of 2^-octave.
        max_steps: the step limit.
        times: int32 (points,), filled in with the steps that the states have taken.
        states: of a state_type(), filled in.
        threads: of the CPU.
    """

    def __init__(
        self,
        system: Map,
        reference: PlaneReferenceRun,
        octave: int,
        u: NDArray[np.float64],
        v: NDArray[np.float64],
        max_steps: int,
        times: NDArray[np.int32],
        states: NDArray[np.void],
        threads: int,
    ) -> None:
        super().__init__(
            native.load(system.family, "cpu"),
            f"{system.entry}_plane_pixels",
            None,
            "plane_pixels_job_fields",
            {"u": u, "v": v, "times": times, "states": states},
            reference=reference.number,
            octave=octave,
            count=u.size,
            max_steps=max_steps,
            threads=threads,
        )


def three_body_states(
    system: ThreeBody,
    jets: NDArray[np.float64],
    octave: int,
    u: NDArray[np.float64],
    v: NDArray[np.float64],
) -> NDArray[np.void]:
    """The states (points,) of pixels that are u, v units of 2^-octave away: of the map, or of the
    ThreeBodyInPairs that stands in for it."""
    states = np.empty(u.size, runs.state_type(native.load(system.family, "cpu"), system))
    library().call(
        "three_body_jet_states",
        jets.ctypes.data,
        system.shift,
        octave,
        u.ctypes.data,
        v.ctypes.data,
        u.size,
        isinstance(system, ThreeBodyInPairs),
        states.ctypes.data,
    )
    return states


class OrbitReferenceRun(runs.Ticket):
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
        re, im = map(_text, c)
        arrays: dict[str, Any] = {"points": points, "exponents": exponents}
        arrays |= {"margins": margins, "count": count}
        super().__init__(
            library(),
            "orbit_reference",
            None,
            "orbit_reference_job_fields",
            {"re": re, "im": im, **arrays},
            bits=bits,
            degree=degree,
            max_steps=len(points) - 1,
            **escape._asdict(),
        )


class PerturbationRun(runs.Ticket):
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
        points, exponents, margins = reference
        arrays: dict[str, Any] = {"points": points, "exponents": exponents}
        arrays |= {"margins": margins, "u": u, "v": v}
        super().__init__(
            library(),
            f"{system.entry}_perturbation",
            _parameters(system),
            "perturbation_job_fields",
            arrays | {"times": times, "fractions": fractions},
            reference_count=len(exponents),
            count=u.size,
            unit=unit[0],
            unit_exponent=unit[1],
            degree=degree,
            max_steps=max_steps,
            center=center,
            threads=threads,
            **escape._asdict(),
        )
