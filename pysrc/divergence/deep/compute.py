"""What becomes of windows of any depth, in the arithmetic that they need."""

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple, Unpack

import numpy as np
from numpy.typing import NDArray

from .. import checks
from ..bars import Bar, Bars
from ..frame import Arithmetic
from ..kernel import compute
from ..kernel.elsewhere import elsewhere
from ..kernel.launch import How, names_keywords
from ..kernel.outcome import Outcome
from ..kernel.points import Patch, Points
from ..maps.base import Map
from ..maps.formula.built_in import built_in
from ..maps.three_body import ThreeBody
from ..window import Window
from . import perturbation, plane, three_body
from .points import Offsets, points_in

ARITHMETICS = ("auto", "float64", "deep")


def chosen(system: Map, window: Window, arithmetic: str = "auto") -> Arithmetic:
    """The arithmetic that a window's times are computed in.

    Args:
        system: the map.
        window: the window.
        arithmetic: "float64": every pixel is an orbit of its own in float64; "deep": pixels share a
            reference orbit in many digits as long as they go the same way, and go on in float64
            from there; "auto": deep where float64 would not be right at 99.9 % of pixels and the
            map can zoom so deep.

    Raises:
        ValueError: the arithmetic that is asked for cannot tell the pixels apart, with the reason.
    """
    checks.choice("arithmetic", arithmetic, ARITHMETICS)
    reason = why_not_deep(system, window)
    if arithmetic == "deep" and reason:
        raise ValueError(f"no deep arithmetic here: {reason}")
    if arithmetic == "deep" or (arithmetic == "auto" and not reason and _needs(system, window)):
        return "deep"
    try:
        window.check_float64()
    except ValueError as error:
        because = f"; and no deep arithmetic here: {reason}" if reason else ""
        raise ValueError(f"{error}{because}") from None
    return "float64"


def why_not_deep(system: Map, window: Window) -> str | None:
    """Why a window cannot be computed in deep arithmetic, None where it can."""
    system = built_in(system)
    if isinstance(system, ThreeBody):
        return three_body.why_not(system, window)
    if isinstance(system, perturbation.ParameterPlane):
        return perturbation.why_not(system, window)
    if isinstance(system, plane.DynamicalPlane):
        return plane.why_not(system, window)
    return f"{system.name} has none"


def _needs(system: Map, window: Window) -> bool:
    """Whether float64 would not be right at 99.9 % of the pixels."""
    try:
        window.check_float64()
    except ValueError:
        return True
    if isinstance(system, ThreeBody):
        return three_body.needs(system)
    return perturbation.needs(window)


@names_keywords
def times(
    system: Map,
    window: Window,
    max_steps: int,
    *,
    arithmetic: str = "auto",
    **how: Unpack[How],
) -> NDArray[np.int32]:
    """Steps until each point of a window stops, or max_steps.

    Args:
        system: the map, with its parameters.
        window: the lattice of starting points, of any depth that the map can zoom to.
        max_steps: the step limit, 1 to 2^31 - 1.
        arithmetic: "auto", "float64" or "deep"; see deep.compute.chosen().
        how: see How.

    Returns:
        (rows, columns) int32; row 0 has the lowest y.

    Raises:
        ValueError: a bad value. LibraryError, DeviceError: see errors.
    """
    return window_outcome(system, window, max_steps, (), arithmetic, **how).times


class TimesAndFates(NamedTuple):
    """When and where the points of a window ended, (rows, columns) each; row 0 has the lowest y.

    Attributes:
        times: int32, steps until the point stopped, or max_steps.
        fates: int32, 0 for nowhere, else 1 and up as the map's fate_names say.
    """

    times: NDArray[np.int32]
    fates: NDArray[np.int32]


@names_keywords
def fates(
    system: Map,
    window: Window,
    max_steps: int,
    *,
    arithmetic: str = "auto",
    **how: Unpack[How],
) -> TimesAndFates:
    """Times, and where each point ended: 0 for nowhere, else as the map's fate_names say."""
    outcome = window_outcome(system, window, max_steps, ["fates"], arithmetic, **how)
    assert outcome.fates is not None  # it was asked for
    return TimesAndFates(outcome.times, outcome.fates)


def window_outcome(
    system: Map,
    window: Window,
    max_steps: int,
    wanted: Collection[str] = (),
    arithmetic: str = "auto",
    **how: Unpack[How],
) -> Outcome:
    """The outcome of a window's pixels, (rows, columns); see outcome_of()."""
    means = chosen(system, window, arithmetic)
    if there := elsewhere(how.get("device", "auto")):
        max_steps = checks.integer("max_steps", max_steps, minimum=1)
        patch, progress = Patch.of(window), how.get("progress")
        return there.outcome(system, patch, max_steps, wanted, means, progress)
    points = points_in(means, Patch.of(window))
    return outcome_of(system, points, max_steps, wanted, **how)


def outcome_of(
    system: Map,
    points: Points,
    max_steps: int,
    wanted: Collection[str] = (),
    **how: Unpack[How],
) -> Outcome:
    """As kernel.compute.outcome_of(), but in deep arithmetic where the points are Offsets.

    There are no states where the step limit is so low that no point has left the others by then.
    """
    if not isinstance(points, Offsets):
        return compute.outcome_of(system, points, max_steps, wanted, **how)
    max_steps = checks.integer("max_steps", max_steps, minimum=1)
    system = built_in(system)
    if isinstance(system, perturbation.ParameterPlane):
        threads, progress = how.get("threads", 0), how.get("progress")
        return perturbation.outcome(
            system, points, max_steps, wanted, threads=threads, progress=progress
        )
    if isinstance(system, plane.DynamicalPlane):
        return plane.outcome(system, points, max_steps, wanted, **how)
    assert isinstance(system, ThreeBody), "chosen() lets no other map through"
    return three_body.outcome(system, points, max_steps, wanted, **how)


def prepare(jobs: Collection[tuple[Map, Patch, int]], folder: Path | None, bar: Bars) -> None:
    """Follows the references that some patches need, each once, as deep as the deepest.

    Args:
        jobs: maps, patches and step limits, all for deep arithmetic.
        folder: where the references are kept beyond this process, if they are.
        bar: opens progress bars.
    """
    needed: dict[str, tuple[ThreeBody, Offsets, float, int, int]] = {}
    for system, patch, limit in jobs:
        if not isinstance(system, ThreeBody):
            continue  # theirs take a moment
        corners = Offsets.corners(patch)
        octave = three_body.octave_for(system, corners)
        tolerance = three_body.tolerance_for(system, corners)
        key = three_body.key_of(system, corners.center, tolerance)
        if key in needed:
            octave, limit = max(octave, needed[key][3]), max(limit, needed[key][4])
        needed[key] = system, corners, tolerance, octave, limit
    for system, corners, tolerance, octave, limit in needed.values():
        with bar(limit, "reference", "steps") as shown:

            def show(steps: int, shown: Bar = shown) -> None:
                shown.update(steps - shown.n)

            three_body.reference(
                system, corners.center, octave, limit, tolerance, folder=folder, progress=show
            )
