"""How alike two pictures are."""

import numpy as np
from numpy.typing import NDArray

LUMA = np.array([0.2126, 0.7152, 0.0722])  # Rec. 709
SIGMA, RADIUS = 1.5, 5


def ssim(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """The mean structural similarity of the luma of two sRGB pictures, 1 if they are equal.

    After Wang, Bovik, Sheikh and Simoncelli, IEEE Trans. Image Processing 13 (2004) 600: a
    Gaussian window of 11x11 pixels with a standard deviation of 1.5, K1 = 0.01, K2 = 0.03.

    Args:
        one: (rows, columns, 3) uint8, at least 11x11.
        other: of the same shape.

    Raises:
        ValueError: their shapes differ, or are too small.
    """
    if one.shape != other.shape or min(one.shape[:2]) <= 2 * RADIUS:
        raise ValueError(f"ssim needs equal shapes of 11x11 or more: {one.shape}, {other.shape}")
    x, y = one @ LUMA, other @ LUMA
    mean_x, mean_y = _blurred(x), _blurred(y)
    variance_x = _blurred(x * x) - mean_x**2
    variance_y = _blurred(y * y) - mean_y**2
    covariance = _blurred(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    alike = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    alike /= (mean_x**2 + mean_y**2 + c1) * (variance_x + variance_y + c2)
    return float(alike.mean())


def _blurred(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weighted means over the windows that lie wholly inside."""
    weights = np.exp(-(np.arange(-RADIUS, RADIUS + 1) ** 2) / (2 * SIGMA**2))
    weights /= weights.sum()
    for axis in (0, 1):
        length = image.shape[axis] - 2 * RADIUS
        image = sum(
            weight * image.take(range(k, k + length), axis) for k, weight in enumerate(weights)
        )
    return image
