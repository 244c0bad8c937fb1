"""Networks that learn, as iterated maps: rows D4 and D6."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .. import checks
from .base import Map, Parameter

__all__ = ["OneNeuron", "Trainability"]


@dataclass(frozen=True)
class OneNeuron(Map):
    """Samples that a neuron z^2/2 learns from until it has learned (v0 - v1)^2, or diverges.

    z = w.v + c; delta = alpha (z^2/2 - (v0 - v1)^2) z; w' = w - delta v, c' = c - delta: gradient
    descent on (z^2/2 - (v0 - v1)^2)^2 / 2, online, one sample v a step. The 100 samples are taken
    in turn, over and over; c starts at 0. The task is learned at w = sqrt(2) (1, -1), c = 0 and at
    the negative of it.

    Attributes:
        alpha: the learning rate.
        plane: "weights", where a pixel is (w0, w1), or "rate", where it is (alpha, w0).
        w1: where w1 starts in the plane "rate".
        seed: of the samples, see normal_numbers().
        tolerance: learned when |w - w*| + |c|, the sum of the absolute values, is below it.
        bound: diverged when |w0| + |w1| + |c| is above it.

    Raises:
        ValueError: plane is another, or a number is not finite or out of its range.
    """

    name: ClassVar[str] = "one-neuron"
    family: ClassVar[str] = "descent"
    fate_names: ClassVar[tuple[str, ...]] = ("learned, w0 > 0", "learned, w0 < 0", "diverged")

    alpha: float = 0.03
    plane: str = "weights"
    w1: float = 0.0
    seed: int = 0
    tolerance: float = 1e-3
    bound: float = 1000.0

    def __post_init__(self) -> None:
        fix = object.__setattr__
        fix(self, "alpha", checks.number("alpha", self.alpha))
        checks.choice("plane", self.plane, ("weights", "rate"))
        fix(self, "w1", checks.number("w1", self.w1))
        fix(self, "seed", checks.integer("seed", self.seed, minimum=0))
        fix(self, "tolerance", checks.number("tolerance", self.tolerance, positive=True))
        fix(self, "bound", checks.number("bound", self.bound, positive=True))

    @property
    def samples(self) -> NDArray[np.float64]:
        """(100, 2): the list of samples (v0, v1)."""
        return normal_numbers(self.seed, 200).reshape(100, 2)

    @property
    def moves(self) -> bool:
        return self.plane == "weights"

    def parameters(self) -> dict[str, Parameter]:
        v0, v1 = self.samples.T
        return {
            "v0": tuple(v0),
            "v1": tuple(v1),
            "alpha": self.alpha,
            "w1": self.w1,
            "tolerance": self.tolerance,
            "bound": self.bound,
            "rate_plane": int(self.plane == "rate"),
        }


@dataclass(frozen=True)
class Trainability(Map):
    """Steps of training a small tanh network until it has learned, or diverges.

    A pixel is the decimal logarithms of two learning rates, x that of the hidden layer's weights
    and y that of the output's. The network has n = 4 inputs and as many hidden units,
    y(v) = w1 . tanh(sqrt(2/n) w0 v) / n, and learns by gradient descent on the mean square error
    over n^2 + n samples, as many as it has weights: the study of J. Sohl-Dickstein, "The boundary
    of neural network trainability is fractal", arXiv 2402.06184, with n = 4 for its 16 and no
    biases, as there. Inputs, targets and first weights are normal numbers. The study takes 500
    steps; where neither end is reached by then, the fate is 0.

    Attributes:
        seed: of the numbers, see normal_numbers().
        target: it has learned when its loss is below this share of the first one. (The study
            calls converged what ends below the first loss, and has no time for it.)
        bound: it has diverged when its loss is above this many times the first one; 1e6 there too.

    Raises:
        ValueError: seed is no whole number, target is not between 0 and 1, or bound is below 1.
    """

    name: ClassVar[str] = "trainability"
    family: ClassVar[str] = "descent"
    fate_names: ClassVar[tuple[str, ...]] = ("learned", "diverged")
    arithmetic: ClassVar[int] = 2

    seed: int = 0
    target: float = 0.5
    bound: float = 1e6

    def __post_init__(self) -> None:
        fix = object.__setattr__
        fix(self, "seed", checks.integer("seed", self.seed, minimum=0))
        fix(self, "target", checks.number("target", self.target, positive=True))
        fix(self, "bound", checks.number("bound", self.bound, minimum=1))
        if self.target >= 1:
            raise ValueError(f"target must be below 1, not {self.target!r}")

    @property
    def moves(self) -> bool:
        return False

    def numbers(self) -> dict[str, NDArray[np.float64]]:
        """inputs (20, 4), targets (20,), and the first weights w0 (4, 4) and w1 (4,)."""
        shapes = {"inputs": (20, 4), "targets": (20,), "w0": (4, 4), "w1": (4,)}
        sizes = [math.prod(shape) for shape in shapes.values()]
        parts = np.split(normal_numbers(self.seed, sum(sizes)), np.cumsum(sizes[:-1]))
        return {
            name: part.reshape(shape)
            for (name, shape), part in zip(shapes.items(), parts, strict=True)
        }

    def parameters(self) -> dict[str, Parameter]:
        numbers: dict[str, Parameter] = {
            name: tuple(array.ravel().tolist()) for name, array in self.numbers().items()
        }
        return numbers | {"target": self.target, "bound": self.bound}


def normal_numbers(seed: int, count: int) -> NDArray[np.float64]:
    """Standard normal numbers of NumPy's RandomState, whose stream never changes.

    Rounded to six decimals, so that no library's logarithm can change their last bit either.
    """
    return np.random.RandomState(seed).standard_normal(count).round(6)
