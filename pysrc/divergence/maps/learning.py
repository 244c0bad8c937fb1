"""Networks that learn, as iterated maps: rows D4, D6, D7 and D9 of docs/systems.md."""

import math
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .. import checks
from .base import Map, Parameter

__all__ = ["InputDescent", "NeuronOrders", "OneNeuron", "Trainability"]


ORDERS = ("given", "reversed", "ascending", "descending", "alternating", "shuffled")


@dataclass(frozen=True)
class OneNeuron(Map):
    """Samples that a neuron z^2/2 learns from until it has learned (v0 - v1)^2, or diverges.

    z = w.v + c; delta = alpha (z^2/2 - (v0 - v1)^2) z; w' = w - delta v, c' = c - delta: gradient
    descent on (z^2/2 - (v0 - v1)^2)^2 / 2, online, one sample v a step. The 100 samples are taken
    in turn, over and over; c starts at 0. The task is learned at w = sqrt(2) (1, -1), c = 0 and at
    the negative of it. The samples may come in another order, or in batches, of whose delta v and
    delta the mean is taken.

    Attributes:
        alpha: the learning rate.
        order: of the samples: "given"; "reversed"; "ascending" or "descending" by (v0 - v1)^2;
            "alternating", the lower and the higher half of these by turns; or "shuffled".
        shuffle: the seed of the order "shuffled".
        swaps: how many pairs of samples are exchanged to bring the given list into that order, each
            of which puts one more of the first into its place; 100 are enough for all.
        batch: samples a step, 1 to 100.
        plane: "weights", where a pixel is (w0, w1), or "rate", where it is (alpha, w0).
        w1: where w1 starts in the plane "rate".
        seed: of the samples, see normal_numbers().
        tolerance: learned when |w - w*| + |c|, the sum of the absolute values, is below it.
        bound: diverged when |w0| + |w1| + |c| is above it.

    Raises:
        ValueError: plane is another, or a number is not finite or out of its range.
    """

    name: ClassVar[str] = "one-neuron"
    family: ClassVar[str] = "training"
    fate_names: ClassVar[tuple[str, ...]] = ("learned, w0 > 0", "learned, w0 < 0", "diverged")

    alpha: float = 0.03
    order: str = "given"
    shuffle: int = 0
    swaps: int = 100
    batch: int = 1
    plane: str = "weights"
    w1: float = 0.0
    seed: int = 0
    tolerance: float = 1e-3
    bound: float = 1000.0

    def __post_init__(self) -> None:
        fix = object.__setattr__
        fix(self, "alpha", checks.number("alpha", self.alpha))
        checks.choice("order", self.order, ORDERS)
        fix(self, "shuffle", checks.integer("shuffle", self.shuffle, minimum=0))
        fix(self, "swaps", checks.integer("swaps", self.swaps, minimum=0))
        fix(self, "batch", checks.integer("batch", self.batch, minimum=1, maximum=100))
        checks.choice("plane", self.plane, ("weights", "rate"))
        fix(self, "w1", checks.number("w1", self.w1))
        fix(self, "seed", checks.integer("seed", self.seed, minimum=0))
        fix(self, "tolerance", checks.number("tolerance", self.tolerance, positive=True))
        fix(self, "bound", checks.number("bound", self.bound, positive=True))

    @property
    def samples(self) -> NDArray[np.float64]:
        """(100, 2): the list of samples (v0, v1), in the order in which they are learned from."""
        given = normal_numbers(self.seed, 200).reshape(100, 2)
        return given[_on_the_way(self._order(given), self.swaps)]

    def _order(self, given: NDArray[np.float64]) -> list[int]:
        """The numbers of the given samples in the order that is asked for."""
        ascending = np.argsort((given[:, 0] - given[:, 1]) ** 2, kind="stable")
        halves = np.stack([ascending[:50], ascending[50:]], axis=1)
        orders = {
            "given": np.arange(100),
            "reversed": np.arange(100)[::-1],
            "ascending": ascending,
            "descending": ascending[::-1],
            "alternating": halves.ravel(),
            "shuffled": np.random.RandomState(self.shuffle).permutation(100),
        }
        return [int(i) for i in orders[self.order]]

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
            "batch": self.batch,
            "rate_plane": int(self.plane == "rate"),
        }


def _on_the_way(order: list[int], swaps: int) -> list[int]:
    """The numbers from 0 on, after so many exchanges of two on their way into an order."""
    now = list(range(len(order)))
    for place, number in enumerate(order):
        if swaps == 0:
            break
        at = now.index(number)
        if at != place:
            now[place], now[at] = now[at], now[place]
            swaps -= 1
    return now


@dataclass(frozen=True)
class NeuronOrders(Map):
    """Steps until two neurons that learn from the same samples in two orders have separated.

    They start alike, at the pixel. A step counts while the sum of how far their w0, w1 and c are
    apart was at most `critical_distance` at every step so far.

    Attributes:
        map: a OneNeuron.
        order: that of the other neuron, as of OneNeuron.
        critical_distance: at which the two count as separated.

    Raises:
        ValueError: `map` is another, or a value is out of its range.
    """

    name: ClassVar[str] = "neuron-orders"
    family: ClassVar[str] = "training"
    fate_names: ClassVar[tuple[str, ...]] = ("separated",)

    map: OneNeuron
    order: str = "reversed"
    critical_distance: float = 0.5

    def __post_init__(self) -> None:
        if not isinstance(self.map, OneNeuron):
            raise ValueError(f"map must be OneNeuron(), not {self.map!r}")
        checks.choice("order", self.order, ORDERS)
        distance = checks.number("critical_distance", self.critical_distance, positive=True)
        object.__setattr__(self, "critical_distance", distance)

    @property
    def moves(self) -> bool:
        return self.map.moves

    def parameters(self) -> dict[str, Parameter]:
        other = replace(self.map, order=self.order, swaps=100)
        first = {f"neurons.0.{key}": value for key, value in self.map.parameters().items()}
        second = {f"neurons.1.{key}": value for key, value in other.parameters().items()}
        return first | second | {"critical_distance": self.critical_distance}


@dataclass(frozen=True)
class InputDescent(Map):
    """Steps of descent on the input of a fixed network until it is represented as a target is.

    The network has 2 inputs and `depth` layers of 4 tanh units, without biases; its weights are
    normal numbers, divided by the root of the units before. With its output O and its Jacobian J,
    x' = x - eta J^T (O(x) - O(a)). A point stops when |O(x) - O(a)| < `tolerance`, or where it no
    longer moves. The more layers, the fewer inputs can be told apart from their outputs.

    Attributes:
        depth: of the network, 1 to 8 layers.
        target: a.
        eta: the learning rate, positive.
        gain: by which all weights are multiplied.
        seed: of the weights, see normal_numbers().
        tolerance: of the outputs.
        rest: a point that moves by less than this in a step, |dx| + |dy|, is stuck.
        near: a represented input within it of the target, |dx| + |dy|, is the target itself.

    Raises:
        ValueError: a value is not finite or out of its range.
    """

    name: ClassVar[str] = "input-descent"
    family: ClassVar[str] = "training"
    fate_names: ClassVar[tuple[str, ...]] = ("the target", "another input", "stuck")

    depth: int = 3
    target: tuple[float, float] = (0.6, -0.4)
    eta: float = 0.2
    gain: float = 3.0
    seed: int = 2
    tolerance: float = 1e-3
    rest: float = 1e-12
    near: float = 0.05

    def __post_init__(self) -> None:
        fix = object.__setattr__
        fix(self, "depth", checks.integer("depth", self.depth, minimum=1, maximum=8))
        fix(self, "target", checks.numbers("target", self.target, 2))
        fix(self, "seed", checks.integer("seed", self.seed, minimum=0))
        for name in ("eta", "gain", "tolerance", "near"):
            fix(self, name, checks.number(name, getattr(self, name), positive=True))
        fix(self, "rest", checks.number("rest", self.rest, minimum=0))

    def weights(self) -> list[NDArray[np.float64]]:
        """Those of each layer: (4, 2), and (4, 4) from the second on."""
        numbers = normal_numbers(self.seed, 8 + 16 * 7)
        first = self.gain * numbers[:8].reshape(4, 2) / math.sqrt(2)
        return [first, *(self.gain * numbers[8:].reshape(7, 4, 4) / 2)[: self.depth - 1]]

    def parameters(self) -> dict[str, Parameter]:
        first, *others = self.weights()
        following = np.zeros((7, 4, 4))
        following[: len(others)] = others or 0
        return {
            "first": tuple(first.ravel().tolist()),
            "weights": tuple(following.ravel().tolist()),
            "target": self.target,
            "eta": self.eta,
            "tolerance": self.tolerance,
            "rest": self.rest,
            "near": self.near,
            "depth": self.depth,
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
    family: ClassVar[str] = "training"
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
