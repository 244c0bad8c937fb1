"""Maps of the plane, their basins and their twins: rows P1 to P5."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar

from .. import checks
from .base import ALL, Map, Parameter


class PlanarMap(Map):
    """A map f of the plane; its times say how long a point takes to escape.

    A discrete map sends a point p to f(p). With a `dt` it is iterated semi-continuously: f is a
    velocity, and an Euler step of size dt sends p to p + dt f(p). A step counts while p was at most
    `radius` from the origin at every step so far: 0 is the time of a point that starts outside.
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

    def planar(self) -> dict[str, Parameter]:
        """The parameters of f and dt (0: discrete): struct PlanarParameters of cuda/planar.h."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        del values["radius"]
        return values | {"dt": values["dt"] or 0.0}

    def parameters(self) -> dict[str, Parameter]:
        return self.planar() | {"radius": self.radius}


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

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.b == 0:
            raise ValueError("b must not be 0: the Henon map has no reverse there")


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


@dataclass(frozen=True)
class PlanarTwins(Map):
    """Steps until two points of a planar map that start a small shift apart have separated.

    The twin starts at (x + shift, y) and is carried as what it differs by, in which nothing
    cancels. A step counts while the two were at most `critical_distance` apart at every step so
    far: `max_steps` is the time of a pair that never separated.

    Attributes:
        map: a planar map, or as scenes have it, a table with its name and parameters such as
            {"name": "pendulum", "dt": 0.02}. Its radius plays no part.
        shift: by which the twin starts to the right; any size down to 1e-300.
        critical_distance: at which the two count as separated; 0.5 as of the three bodies.

    Raises:
        ValueError: `map` is no planar map, or a number is not finite or out of its range.
    """

    name: ClassVar[str] = "planar-twins"
    family: ClassVar[str] = "planar"
    fate_names: ClassVar[tuple[str, ...]] = ("separated",)

    map: PlanarMap | Mapping[str, object]
    shift: float = 1e-3
    critical_distance: float = 0.5

    def __post_init__(self) -> None:
        fix = object.__setattr__
        fix(self, "map", _planar_map(self.map))
        fix(self, "shift", checks.number("shift", self.shift, minimum=0))
        distance = checks.number("critical_distance", self.critical_distance, positive=True)
        fix(self, "critical_distance", distance)

    @property
    def entry(self) -> str:
        return f"{self.map.entry}_twins"

    def parameters(self) -> dict[str, Parameter]:
        return self.map.planar() | {
            "shift": self.shift,
            "critical_distance": self.critical_distance,
        }


def _planar_map(value: object) -> PlanarMap:
    if isinstance(value, PlanarMap):
        return value
    known = {name: kind for name, kind in ALL.items() if issubclass(kind, PlanarMap)}
    if not isinstance(value, Mapping):
        raise ValueError(f"map must be a planar map ({', '.join(known)}), not {value!r}")
    table = dict(value)
    kind = known[checks.choice("map's name", table.pop("name", None), known)]
    try:
        return kind(**table)
    except TypeError:
        allowed = ", ".join(field.name for field in fields(kind))
        raise ValueError(f"map {kind.name} has {allowed}, not {', '.join(table)}") from None
