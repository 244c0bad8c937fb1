"""Maps of the plane, their basins and their twins: rows P1 to P5 of docs/systems.md."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from .. import checks
from .base import Map, Parameter

__all__ = [
    "Clifford",
    "CliffordBasin",
    "GridMap",
    "Henon",
    "Ikeda",
    "LinearSwirl",
    "Pendulum",
    "PlanarMap",
    "PlanarTwins",
    "ReversedHenon",
]


@dataclass(frozen=True)
class PlanarMap(Map):
    """A map f of the plane; its times say how long a point takes to escape.

    A discrete map sends a point p to f(p). With a `dt` it is iterated semi-continuously: f is a
    velocity, and an Euler step of size dt sends p to p + dt f(p). A step counts while p was at most
    `radius` from the origin at every step so far: 0 is the time of a point that starts outside. (A
    source that steps first and then tests, counting from 0, has times less by 1, and counts an
    escape in the last step, which here has the step limit.)
    """

    family: ClassVar[str] = "planar"
    fate_names: ClassVar[tuple[str, ...]] = ("escaped",)

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "dt" and value is None and field.default is None:
                continue
            positive = field.name in ("dt", "radius")
            value = checks.number(field.name, value, positive=positive)
            object.__setattr__(self, field.name, value)  # the dataclass is frozen

    def f(self, x: Any, y: Any, m: Any = np) -> tuple[Any, Any]:
        """f, written as plainly as it can be: the tests hold the kernel against it.

        Args:
            x, y: numbers or arrays of them.
            m: whose sin, cos, log and so on take such numbers: numpy, or mpmath for its own.

        Returns:
            x and y of f, which are not rounded as the kernel rounds.
        """
        raise NotImplementedError

    def planar(self) -> dict[str, Parameter]:
        """The parameters of f and dt (0: discrete): struct PlanarParameters of cuda/planar.h."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        del values["radius"]
        return values | {"dt": values["dt"] or 0.0}

    def parameters(self) -> dict[str, Parameter]:
        return self.planar() | {"radius": vars(self)["radius"]}


@dataclass(frozen=True)
class Henon(PlanarMap):
    """Steps until the Henon map x' = 1 - a x^2 + y, y' = b x takes a point out of its basin.

    Its fixed points are x = ((b - 1) +- sqrt((b - 1)^2 + 4 a)) / (2 a), y = b x. Henon, "A
    two-dimensional mapping with a strange attractor", 1976.

    Attributes:
        a, b: of the map; at the defaults it has its strange attractor.
        dt: of an Euler step, positive; None, the default, for the discrete map.
        radius: a point further than this from the origin has escaped.

    Raises:
        ValueError: a value is not finite, or dt or radius is not positive.
    """

    name: ClassVar[str] = "henon"

    a: float = 1.4
    b: float = 0.3
    dt: float | None = None
    radius: float = 10.0

    def f(self, x: Any, y: Any, m: Any = np) -> tuple[Any, Any]:
        return 1 - self.a * x**2 + y, self.b * x


@dataclass(frozen=True)
class ReversedHenon(PlanarMap):
    """Steps until the Henon map run backwards takes a point away: x' = y/b, y' = a (y/b)^2 + x - 1.

    Attributes:
        a, b: of the map; b is not 0.
        dt: of an Euler step, positive; None, the default, for the discrete map.
        radius: a point further than this from the origin has escaped.

    Raises:
        ValueError: a value is not finite, b is 0, or dt or radius is not positive.
    """

    name: ClassVar[str] = "reversed-henon"

    a: float = 1.4
    b: float = 0.3
    dt: float | None = None
    radius: float = 10_000.0

    def f(self, x: Any, y: Any, m: Any = np) -> tuple[Any, Any]:
        return y / self.b, self.a * (y / self.b) ** 2 + x - 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.b == 0:
            raise ValueError("b must not be 0: the Henon map has no reverse there")


@dataclass(frozen=True)
class Clifford(PlanarMap):
    """Steps until x' = sin(a y) + c cos(a x), y' = sin(b x) + d cos(b y) escapes.

    Discrete, it never goes further than 1 + |c| in x and 1 + |d| in y, and draws an attractor;
    semi-continuous, it has many. Clifford Pickover, "Computers, Pattern, Chaos and Beauty", 1990.

    Attributes:
        a, b, c, d: of the map.
        dt: of an Euler step, positive; None, the default, for the discrete map.
        radius: a point further than this from the origin has escaped.

    Raises:
        ValueError: a value is not finite, or dt or radius is not positive.
    """

    name: ClassVar[str] = "clifford"

    a: float = 2.0
    b: float = 1.0
    c: float = -0.5
    d: float = -1.01
    dt: float | None = None
    radius: float = 100.0

    def f(self, x: Any, y: Any, m: Any = np) -> tuple[Any, Any]:
        a, b, c, d = self.a, self.b, self.c, self.d
        return m.sin(a * y) + c * m.cos(a * x), m.sin(b * x) + d * m.cos(b * y)


@dataclass(frozen=True)
class Ikeda(PlanarMap):
    """Steps until Ikeda's map of light in a ring takes a point away.

    z' = 1 + u z exp(i t), t = a - b / (1 + |z|^2), of z = x + iy; for u below 1 no point stays
    further than 1 / (1 - u) from the origin. Hammel, Jones and Moloney, "Global dynamical behavior
    of the optical field in a ring cavity", 1985, after Ikeda, 1979.

    Attributes:
        u: the share of the light that a round leaves; at 0.9 there is a strange attractor.
        a, b: of the angle t that a round turns it by.
        dt: of an Euler step, positive; None, the default, for the discrete map.
        radius: a point further than this from the origin has escaped.

    Raises:
        ValueError: a value is not finite, or dt or radius is not positive.
    """

    name: ClassVar[str] = "ikeda"

    u: float = 0.9
    a: float = 0.4
    b: float = 6.0
    dt: float | None = None
    radius: float = 100.0

    def f(self, x: Any, y: Any, m: Any = np) -> tuple[Any, Any]:
        t = self.a - self.b / (1 + x**2 + y**2)
        sine, cosine = m.sin(t), m.cos(t)
        return 1 + self.u * (x * cosine - y * sine), self.u * (x * sine + y * cosine)


@dataclass(frozen=True)
class GridMap(PlanarMap):
    """Steps until Euler steps of dx/dt = a cos y, dy/dt = b sin x escape.

    Small steps go round in cells; large ones (a dt over 0.5 or so) wander from cell to cell.

    Attributes:
        a, b: of the system.
        dt: of an Euler step, positive.
        radius: a point further than this from the origin has escaped.

    Raises:
        ValueError: a value is not finite, or dt or radius is not positive.
    """

    name: ClassVar[str] = "grid-map"

    a: float = 1.0
    b: float = 1.0
    dt: float = 0.8
    radius: float = 100.0

    def f(self, x: Any, y: Any, m: Any = np) -> tuple[Any, Any]:
        return self.a * m.cos(y), self.b * m.sin(x)


@dataclass(frozen=True)
class Pendulum(PlanarMap):
    """Steps until Euler steps of the damped pendulum dx/dt = y, dy/dt = -a y - b sin x escape.

    x is the angle from hanging and y its velocity. Euler's error puts energy in: at the defaults,
    steps over 0.0408 undo the damping where it hangs, and the point it ends in becomes a ring.

    Attributes:
        a: the damping.
        b: gravity over length.
        dt: of an Euler step, positive.
        radius: a point further than this from the origin has escaped.

    Raises:
        ValueError: a value is not finite, or dt or radius is not positive.
    """

    name: ClassVar[str] = "pendulum"

    a: float = 0.2
    b: float = 4.9
    dt: float = 0.01
    radius: float = 100.0

    def f(self, x: Any, y: Any, m: Any = np) -> tuple[Any, Any]:
        return y, -self.a * y - self.b * m.sin(x)


@dataclass(frozen=True)
class LinearSwirl(PlanarMap):
    """Steps until Euler steps of the linear swirl dx/dt = -a y, dy/dt = x - b y escape.

    Attributes:
        a, b: of the system.
        dt: of an Euler step, positive.
        radius: a point further than this from the origin has escaped.

    Raises:
        ValueError: a value is not finite, or dt or radius is not positive.
    """

    name: ClassVar[str] = "linear-swirl"

    a: float = 1.0
    b: float = 1.0
    dt: float = 0.1
    radius: float = 100.0

    def f(self, x: Any, y: Any, m: Any = np) -> tuple[Any, Any]:
        return -self.a * y, x - self.b * y


@dataclass(frozen=True)
class CliffordBasin(Map):
    """Steps until the semi-continuous Clifford map takes a point to an attractor.

    x' = x + dt (sin(a y) + c cos(a x)), y' = y + dt (sin(b x) + d cos(b y)), both from the old
    values. A point has arrived inside the diamond |x - cx| + |y - cy| < radius around the centre
    (cx, cy) of the attractor; one that starts there has time 0.
    At a, b, c, d = -1.4, 1.7, 1, 0.7 and dt = 1.35 the attractor of (10.75, 8.2) is inside the
    default diamond, and that of (90, 90) is around (91, 92.5), radius 2.

    Attributes:
        a, b, c, d: of the map.
        dt: of an Euler step, positive; None for the discrete map.
        center: (cx, cy) of the diamond.
        radius: of the diamond, from its centre to a corner.

    Raises:
        ValueError: a value is not finite, center is not two numbers, or dt or radius is not
            positive.
    """

    name: ClassVar[str] = "clifford-basin"
    family: ClassVar[str] = "planar"
    fate_names: ClassVar[tuple[str, ...]] = ("in the basin",)

    a: float = -1.4
    b: float = 1.7
    c: float = 1.0
    d: float = 0.7
    dt: float | None = 1.35
    center: tuple[float, float] = (10.95, 8.1)
    radius: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "center", checks.numbers("center", self.center, 2))
        object.__setattr__(self, "radius", checks.number("radius", self.radius, positive=True))
        self._map()

    def _map(self) -> Clifford:
        return Clifford(self.a, self.b, self.c, self.d, self.dt)

    def parameters(self) -> dict[str, Parameter]:
        return self._map().planar() | {"center": self.center, "radius": self.radius}


@dataclass(frozen=True)
class PlanarTwins(Map):
    """Steps until two points of a planar map that start a small shift apart have separated.

    The twin starts at (x + shift, y) and is carried as what it differs by, in which nothing
    cancels. A step counts while the two were at most `critical_distance` apart at every step so
    far: `max_steps` is the time of a pair that never separated. Where both have gone beyond float64
    before they were apart, their fate is unresolved.

    Attributes:
        map: a planar map, whose radius plays no part.
        shift: by which the twin starts to the right; any size down to 1e-300.
        critical_distance: at which the two count as separated; 0.5 as of the three bodies.

    Raises:
        ValueError: `map` is no planar map, or a number is not finite or out of its range.
    """

    name: ClassVar[str] = "planar-twins"
    family: ClassVar[str] = "planar"
    fate_names: ClassVar[tuple[str, ...]] = ("separated", "unresolved")
    arithmetic: ClassVar[int] = 2

    map: PlanarMap
    shift: float = 1e-3
    critical_distance: float = 0.5

    def __post_init__(self) -> None:
        fix = object.__setattr__
        if not isinstance(self.map, PlanarMap):
            raise ValueError(f"map must be a planar map such as Pendulum(), not {self.map!r}")
        if self.map.source:
            raise ValueError("map: a formula has its twin in its text: separate: twin > 0.5")
        fix(self, "shift", checks.number("shift", self.shift, minimum=0))
        distance = checks.number("critical_distance", self.critical_distance, positive=True)
        fix(self, "critical_distance", distance)

    @property
    def entry(self) -> str:  # type: ignore[override] # of this one map it depends on its own map
        return f"{self.map.entry}_twins"

    def parameters(self) -> dict[str, Parameter]:
        return self.map.planar() | {
            "shift": self.shift,
            "critical_distance": self.critical_distance,
        }
