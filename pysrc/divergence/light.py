"""Light from the slope of the times, as of a landscape whose height they are."""

import numpy as np
from numpy.typing import NDArray

ALTITUDE = np.pi / 4  # of the sun
SKY = 0.3  # of the light on flat land, which comes from everywhere


def shades(
    times: NDArray[np.int32],
    max_steps: int,
    *,
    strength: float,
    azimuth: float,
    fractions: NDArray[np.float64] | None = None,
    spacing: tuple[float, float] | None = None,
) -> NDArray[np.float32]:
    """How much light falls on each point: 1 where the land is flat, and on all that did not stop.

    The height is `strength` log(1 + t), in units of the picture's height. Three tenths of the light
    come from the whole sky; the rest goes by the cosine of the angle between the land's normal and
    the sun, which stands at 45 degrees (Lambert; Horn, "Hill shading and the reflectance map",
    1981).

    Args:
        times: (rows, columns), row 0 the lowest; a time of max_steps or more did not stop.
        max_steps: the step limit.
        strength: of the relief, at least 0.
        azimuth: of the sun, in degrees clockwise from the top of the picture.
        fractions: of the times' shape, where the map defines them.
        spacing: of rows and of columns, in units of the picture's height; by default these are all
            of its rows, and its pixels are squares.

    Returns:
        (rows, columns) float32, from 0.3 to 1.29.
    """
    time = times if fractions is None else times + fractions
    height = strength * np.log1p(np.maximum(time, 0.0))
    height[times >= max_steps] = np.nan
    spacing = spacing or (1 / times.shape[0], 1 / times.shape[0])
    up, right = (_slope(height, axis, step) for axis, step in enumerate(spacing))
    angle = np.radians(azimuth)
    towards = np.sin(angle) * right + np.cos(angle) * up
    light = (np.sin(ALTITUDE) - np.cos(ALTITUDE) * towards) / np.sqrt(1 + right**2 + up**2)
    return (SKY + (1 - SKY) * np.maximum(light / np.sin(ALTITUDE), 0)).astype(np.float32)


def _slope(height: NDArray[np.float64], axis: int, step: float) -> NDArray[np.float64]:
    """0 where a neighbour is not known."""
    if height.shape[axis] < 2:
        return np.zeros_like(height)
    return np.nan_to_num(np.gradient(height, step, axis=axis))
