"""Two players, momentum and softmax, as iterated maps: rows D8 and D10 to D12."""

from dataclasses import dataclass
from typing import ClassVar

from .. import checks
from .base import Map, Parameter
from .descent import BRANCHES

__all__ = ["MomentumDescent", "QuadraticMomentum", "Softmax", "TwoPlayers"]

METHODS = ("momentum", "nesterov", "adam")


@dataclass(frozen=True)
class TwoPlayers(Map):
    """Steps until the smallest pair of adversaries agrees, or one of them runs away.

    The data is 0, a generator makes t, and a discriminator takes x for made with the probability
    sigma(p x), sigma(s) = 1 / (1 + exp(-s)): p' = p - h_d (sigma(p t) t + g p) with a penalty g,
    and t' = t + h_g (1 - sigma(q t)) q, or t' = t + h_g sigma(q t) q with the minimax loss, where q
    is p' if they learn by turns and p if at once. A pixel is (t, p). Near 0 they agree, at once
    where g > h_g / 4, and by turns where g > 0 and h_g h_d / 4 + 2 h_d g < 4; by turns and with
    g = 0 a step keeps areas. (Mescheder, Geiger and Nowozin, "Which training methods for GANs do
    actually converge?", 2018.)

    Attributes:
        rate_g, rate_d: h_g and h_d.
        penalty: g, at least 0.
        loss: "non-saturating" or "minimax".
        turns: whether they learn by turns.
        plane: "start", or "rates", where a pixel is (h_g, h_d).
        start: (t, p) in the plane "rates".
        tolerance: they have converged when |t| + |p| is below it.
        bound: they have diverged when |t| + |p| is above it.

    Raises:
        ValueError: a value is not finite or out of its range.
    """

    name: ClassVar[str] = "two-players"
    family: ClassVar[str] = "training"
    fate_names: ClassVar[tuple[str, ...]] = ("converged", "diverged")

    rate_g: float = 0.5
    rate_d: float = 0.5
    penalty: float = 0.1
    loss: str = "non-saturating"
    turns: bool = True
    plane: str = "start"
    start: tuple[float, float] = (1.0, 1.0)
    tolerance: float = 1e-3
    bound: float = 1e3

    def __post_init__(self) -> None:
        fix = object.__setattr__
        for name in ("rate_g", "rate_d"):
            fix(self, name, checks.number(name, getattr(self, name)))
        fix(self, "penalty", checks.number("penalty", self.penalty, minimum=0))
        checks.choice("loss", self.loss, ("non-saturating", "minimax"))
        if not isinstance(self.turns, bool):
            raise ValueError(f"turns must be true or false, not {self.turns!r}")
        checks.choice("plane", self.plane, ("start", "rates"))
        fix(self, "start", checks.numbers("start", self.start, 2))
        fix(self, "tolerance", checks.number("tolerance", self.tolerance, positive=True))
        fix(self, "bound", checks.number("bound", self.bound, positive=True))

    @property
    def moves(self) -> bool:
        return self.plane == "start"

    def parameters(self) -> dict[str, Parameter]:
        return {
            "rate_g": self.rate_g,
            "rate_d": self.rate_d,
            "penalty": self.penalty,
            "t": self.start[0],
            "p": self.start[1],
            "tolerance": self.tolerance,
            "bound": self.bound,
            "minimax": int(self.loss == "minimax"),
            "by_turns": int(self.turns),
            "rate_plane": int(self.plane == "rates"),
        }


@dataclass(frozen=True)
class QuadraticMomentum(Map):
    """Steps of descent with momentum on a quadratic, over the plane of its two settings.

    z' = z - s (x, b y) + m (z - z_before) for z = (x, y) and the loss (x^2 + b y^2) / 2, from rest.
    A pixel is (s, m). For 0 <= m < 1 it converges where 0 < s < 2 (1 + m), and nowhere else.

    Attributes:
        b: the lesser curvature, over 0 and at most 1.
        start: x, y.
        tolerance: it has converged when |x| + |y| is below it.
        bound: it has diverged when |x| + |y| is above it.

    Raises:
        ValueError: a value is not finite or out of its range.
    """

    name: ClassVar[str] = "quadratic-momentum"
    family: ClassVar[str] = "training"
    fate_names: ClassVar[tuple[str, ...]] = ("converged", "diverged")

    b: float = 0.01
    start: tuple[float, float] = (1.0, 1.0)
    tolerance: float = 1e-6
    bound: float = 1e6

    def __post_init__(self) -> None:
        fix = object.__setattr__
        fix(self, "b", checks.number("b", self.b, positive=True))
        if self.b > 1:
            raise ValueError(f"b must be at most 1, not {self.b!r}")
        fix(self, "start", checks.numbers("start", self.start, 2))
        fix(self, "tolerance", checks.number("tolerance", self.tolerance, positive=True))
        fix(self, "bound", checks.number("bound", self.bound, positive=True))

    @property
    def moves(self) -> bool:
        return False

    def parameters(self) -> dict[str, Parameter]:
        return {
            "b": self.b,
            "x": self.start[0],
            "y": self.start[1],
            "tolerance": self.tolerance,
            "bound": self.bound,
        }


@dataclass(frozen=True)
class MomentumDescent(Map):
    """Steps of descent with a memory on L = (1 - ab)^2 until it ends, from (a, b) at rest.

    With the gradient g, "momentum" (Polyak 1964) is v' = m v - eta g, w' = w + v'; "nesterov"
    (1983) takes g at w + m v. "adam" (Kingma and Ba 2014) moves by eta V / (sqrt(S) + 1e-8), where
    V and S are averages of g and g^2 that fade by m and 0.999 a step, without their bias to 0.

    Attributes:
        eta: the learning rate, positive.
        method: as above.
        momentum: m, at least 0 and below 1.
        tolerance: a point whose |1 - ab| is below it has arrived.
        bound: a point whose |a| + |b| is above it has diverged.

    Raises:
        ValueError: a value is not finite or out of its range.
    """

    name: ClassVar[str] = "momentum-descent"
    family: ClassVar[str] = "training"
    fate_names: ClassVar[tuple[str, ...]] = BRANCHES

    eta: float = 0.1
    method: str = "momentum"
    momentum: float = 0.9
    tolerance: float = 1e-6
    bound: float = 100.0

    def __post_init__(self) -> None:
        fix = object.__setattr__
        checks.choice("method", self.method, METHODS)
        for name in ("eta", "tolerance", "bound"):
            fix(self, name, checks.number(name, getattr(self, name), positive=True))
        fix(self, "momentum", checks.number("momentum", self.momentum, minimum=0))
        if self.momentum >= 1:
            raise ValueError(f"momentum must be below 1, not {self.momentum!r}")

    def parameters(self) -> dict[str, Parameter]:
        return {
            "eta": self.eta,
            "momentum": self.momentum,
            "tolerance": self.tolerance,
            "bound": self.bound,
            "method": METHODS.index(self.method),
        }


@dataclass(frozen=True)
class Softmax(Map):
    """Steps of p' = softmax(p / T) until three shares of 1 rest, from a point of a triangle.

    The shares are 1 at its corners (0, 0), (1, 0) and (1/2, sqrt(3)/2); a point outside is none and
    has time 0. The middle is stable exactly for T > 1/3.

    Attributes:
        temperature: T, positive.
        tolerance: they rest when a step changes them by less than this in sum.
        near: an end within it of the middle, in sum, is the middle.

    Raises:
        ValueError: a value is not a positive number.
    """

    name: ClassVar[str] = "softmax"
    family: ClassVar[str] = "training"
    fate_names: ClassVar[tuple[str, ...]] = ("first", "second", "third", "middle", "outside")

    temperature: float = 0.34
    tolerance: float = 1e-9
    near: float = 1e-3

    def __post_init__(self) -> None:
        for name in ("temperature", "tolerance", "near"):
            value = checks.number(name, getattr(self, name), positive=True)
            object.__setattr__(self, name, value)  # the dataclass is frozen

    @property
    def moves(self) -> bool:
        return False

    def parameters(self) -> dict[str, Parameter]:
        return {
            "temperature": self.temperature,
            "tolerance": self.tolerance,
            "near": self.near,
        }
