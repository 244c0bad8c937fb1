"""What becomes of points: times, and all that one pass can tell."""

from collections.abc import Collection
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import checks
from ..maps.base import Map
from .launch import How, names_keywords, run
from .outcome import Outcome
from .points import Points, Scattered


@names_keywords
def times_at(
    system: Map, x: ArrayLike, y: ArrayLike, max_steps: int, **how: Unpack[How]
) -> NDArray[np.int32]:
    """Steps until each of some starting points stops, or max_steps, in float64.

    Args:
        system: the map, with its parameters.
        x, y: float64 of any shapes that broadcast together.
        max_steps: the step limit, 1 to 2^31 - 1.
        how: see How.

    Returns:
        int32, of the shape of the points.

    Raises:
        ValueError: a bad value. LibraryError, DeviceError: see errors.
    """
    return outcome_at(system, x, y, max_steps, **how).times


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

    Args and errors as for times_at(); `fates`, `fractions` and `states` ask for these.
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
        system, max_steps, how: as for times_at().
        points: where they start.
        wanted: of "fates", "fractions" and "states", what to tell besides the times.

    Returns:
        An outcome of the points' shape.
    """
    max_steps = checks.integer("max_steps", max_steps, minimum=1)
    outcome = Outcome.empty(system, max_steps, points.shape, wanted, how.get("device", "auto"))
    run(system, points, outcome.arrays(), max_steps, **how)
    return outcome
