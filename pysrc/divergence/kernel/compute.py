"""What becomes of points and windows: times, fates, and all that one pass can tell."""

from collections.abc import Collection
from typing import NamedTuple, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import checks
from ..maps.base import Map
from ..window import Window
from .launch import How, names_keywords, run
from .outcome import Outcome
from .points import Patch, Points, Scattered


@names_keywords
def times(system: Map, window: Window, max_steps: int, **how: Unpack[How]) -> NDArray[np.int32]:
    """Steps until each point of a window stops, or max_steps.

    Args:
        system: the map, with its parameters.
        window: the lattice of starting points.
        max_steps: the step limit, 1 to 2^31 - 1.
        how: see How.

    Returns:
        (rows, columns) int32; row 0 has the lowest y.

    Raises:
        ValueError: a bad value. LibraryError, DeviceError: see errors.
    """
    window.check_float64()
    return outcome_of(system, Patch.of(window), max_steps, **how).times


@names_keywords
def times_at(
    system: Map, x: ArrayLike, y: ArrayLike, max_steps: int, **how: Unpack[How]
) -> NDArray[np.int32]:
    """The same for starting points x, y: float64 of any shapes that broadcast together."""
    return outcome_at(system, x, y, max_steps, **how).times


class TimesAndFates(NamedTuple):
    """When and where the points of a window ended, (rows, columns) each; row 0 has the lowest y.

    Attributes:
        times: int32, steps until the point stopped, or max_steps.
        fates: int32, 0 for nowhere, else 1 and up as the map's fate_names say.
    """

    times: NDArray[np.int32]
    fates: NDArray[np.int32]


@names_keywords
def fates(system: Map, window: Window, max_steps: int, **how: Unpack[How]) -> TimesAndFates:
    """Times, and where each point ended: 0 for nowhere, else as the map's fate_names say."""
    window.check_float64()
    outcome = outcome_of(system, Patch.of(window), max_steps, ["fates"], **how)
    assert outcome.fates is not None  # it was asked for
    return TimesAndFates(outcome.times, outcome.fates)


@names_keywords
def outcome_at(
    system: Map,
    x: ArrayLike,
    y: ArrayLike,
    max_steps: int,
    *,
    fates: bool = False,
    fractions: bool = False,
    states: bool = False,
    **how: Unpack[How],
) -> Outcome:
    """Everything that one pass of the kernel can tell of starting points x, y.

    Args and errors as for times() and times_at(); `fates`, `fractions` and `states` ask for these.
    """
    asked = {"fates": fates, "fractions": fractions, "states": states}
    wanted = [name for name, is_wanted in asked.items() if is_wanted]
    return outcome_of(system, Scattered.of(x, y), max_steps, wanted, **how)


@names_keywords
def outcome_of(
    system: Map,
    points: Points,
    max_steps: int,
    wanted: Collection[str] = (),
    **how: Unpack[How],
) -> Outcome:
    """Everything that one pass of the kernel can tell of points.

    Args:
        system, max_steps, how: as for times().
        points: where they start.
        wanted: of "fates", "fractions" and "states", what to tell besides the times.

    Returns:
        An outcome of the points' shape.
    """
    max_steps = checks.integer("max_steps", max_steps, minimum=1)
    outcome = Outcome.empty(system, max_steps, points.shape, wanted, how.get("device", "auto"))
    run(system, points, outcome.arrays(), max_steps, **how)
    return outcome
