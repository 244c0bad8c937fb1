"""Three bodies under Newton's gravity: rows T1 to T12 of docs/systems.md."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from .. import checks
from .base import Map, Parameter

__all__ = ["ThreeBody"]

AXES = "xyz"
PLANES = tuple(a + b for a in AXES for b in AXES if a != b)
INTEGRATORS = ("euler", "adams-bashforth-2", "adams-bashforth-4", "leapfrog", "adaptive")
PRECISIONS = ("double", "single", "mixed", "single-sqrt")

Vectors = Sequence[Sequence[float]]


@dataclass(frozen=True)
class ThreeBody(Map):
    """Steps until body 1 is further than `critical_distance` from its twin's.

    The system is a_i = sum over j of G m_j (r_j - r_i) / |r_j - r_i|^3. Its twin starts with body 1
    shifted by `shift` in x, y and z. A step counts while the distance of the two bodies 1 was at
    most `critical_distance` at every step so far, tested before positions are updated: a time of 0
    means that the shift alone is too far, `max_steps` that the pair never separated.

    Attributes:
        masses: of bodies 1, 2 and 3.
        gravity: the constant G.
        dt: the time of one step.
        shift: by which the twin's body 1 starts away, in each axis; any size down to 1e-300.
        critical_distance: at which two trajectories count as separated.
        positions: (3, 3), start of each body; the pixel replaces two of body 1's coordinates.
        velocities: (3, 3).
        plane: the two axes of body 1's start that a window spans, across first: "xy", "yz", ...
        integrator: "euler" (explicit, the default), "adams-bashforth-2", "adams-bashforth-4",
            "leapfrog", or "adaptive": the solution of the equations to a tolerance, by Taylor
            series in steps of its own. Then dt is no more than the unit of time: a time is the
            moment of separation in whole dt, and its fraction, where asked for, is the rest.
        precision: "double"; "single"; "mixed", where every number is a pair of singles, for GPUs
            on which doubles are slow: the times are those of "double" at 99.9 % of pixels and
            more; or "single-sqrt", double but for a square root in single precision and a twin
            stepped apart from the system, whose noise shows from about a millimetre.
        tolerance: of the adaptive integrator, which has "double" alone, 1e-15 to 1e-3: the error
            of one step, relative to the distances of the bodies.
        growth: with the adaptive integrator a shift of 0 means the limit of small ones, by the
            variational equation; then a pair has separated when its distance has grown by this
            factor.
        landing: at whose multiples, in dt, a step of the adaptive integrator ends, for the sake of
            those who want to know where the bodies are then; 0 for nowhere.

    The adaptive integrator calls a pixel "unresolved" at the time when its steps become too short
    to move the clock (a collision), or when they number over 10 000 and one for every dt.

    Raises:
        ValueError: a value is not finite, of the wrong count, or out of its range.
    """

    name: ClassVar[str] = "three-body"
    family: ClassVar[str] = "three_body"
    fate_names: ClassVar[tuple[str, ...]] = ("separated", "unresolved")
    arithmetic: ClassVar[int] = 2
    depth_parameters: ClassVar[tuple[str, ...]] = ("shift",)

    masses: Sequence[float] = (10.0, 20.0, 30.0)
    gravity: float = 9.8
    dt: float = 0.001
    shift: float = 1e-3
    critical_distance: float = 0.5
    positions: Vectors = ((0.0, 0.0, -11.0), (0.0, 0.0, 0.0), (10.0, 10.0, 12.0))
    velocities: Vectors = ((-3.0, 0.0, 0.0), (0.0, 0.0, 0.0), (3.0, 0.0, 0.0))
    plane: str = "xy"
    integrator: str = "euler"
    precision: str = "double"
    tolerance: float = 1e-12
    growth: float = 1000.0
    landing: int = 0

    def __post_init__(self) -> None:
        masses = checks.numbers("masses", self.masses, 3)
        if min(masses) < 0 or max(masses) == 0:
            raise ValueError(f"masses must be at least 0, and not all of them 0, not {masses}")
        # A frozen dataclass sets its own fields this way: values of one type, and hashable.
        fix = object.__setattr__
        fix(self, "masses", masses)
        fix(self, "gravity", checks.number("gravity", self.gravity))
        fix(self, "dt", checks.number("dt", self.dt, positive=True))
        fix(self, "shift", checks.number("shift", self.shift, minimum=0))
        fix(
            self,
            "critical_distance",
            checks.number("critical_distance", self.critical_distance, positive=True),
        )
        fix(self, "positions", _three_vectors("positions", self.positions))
        fix(self, "velocities", _three_vectors("velocities", self.velocities))
        checks.choice("plane", self.plane, PLANES)
        checks.choice("integrator", self.integrator, INTEGRATORS)
        checks.choice("precision", self.precision, PRECISIONS)
        if self.integrator == "adaptive" and self.precision != "double":
            raise ValueError(f'integrator "adaptive" has no precision {self.precision!r}')
        fix(self, "tolerance", checks.number("tolerance", self.tolerance, positive=True))
        if not 1e-15 <= self.tolerance <= 1e-3:
            raise ValueError(f"tolerance must be from 1e-15 to 1e-3, not {self.tolerance!r}")
        fix(self, "growth", checks.number("growth", self.growth, minimum=1))
        fix(self, "landing", checks.integer("landing", self.landing, minimum=0))

    @property
    def depth(self) -> float:
        return -math.log2(self.shift) if self.shift else 0.0

    def seen_from_above(self, octaves: int) -> "ThreeBody":
        return replace(self, critical_distance=self.critical_distance * 2.0**-octaves)

    def parameters(self) -> dict[str, Parameter]:
        return {
            "positions": sum(map(tuple, self.positions), ()),
            "velocities": sum(map(tuple, self.velocities), ()),
            "masses": tuple(self.masses),
            "gravity": self.gravity,
            "dt": self.dt,
            "shift": self.shift,
            "critical_distance": self.critical_distance,
            "horizontal": AXES.index(self.plane[0]),
            "vertical": AXES.index(self.plane[1]),
            "integrator": INTEGRATORS.index(self.integrator),
            "precision": PRECISIONS.index(self.precision),
            "tolerance": self.tolerance,
            "growth": self.growth,
            "landing": float(self.landing),
        }


def _three_vectors(name: str, vectors: Vectors) -> tuple[tuple[float, ...], ...]:
    try:
        rows = tuple(vectors)
    except TypeError:
        rows = ()
    if len(rows) != 3:
        raise ValueError(f"{name} must be three vectors, one a body, not {vectors!r}")
    return tuple(checks.numbers(f"{name}[{i}]", row, 3) for i, row in enumerate(rows))
