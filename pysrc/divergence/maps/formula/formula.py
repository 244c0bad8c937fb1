"""The map that a line of text means."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Self

from ... import checks
from ..base import Map, Parameter
from ..pasted import plain, spelled
from ..planar import PlanarMap
from . import flow_header
from .canonical import canonical
from .expansion import LARGEST, SMALLEST
from .program import Program, program, without_stops
from .system import METHODS, System, understood
from .tangent import with_directions, with_megno

EXAMPLE = 'a formula such as "z^2 + c"'


@dataclass(frozen=True, init=False)
class Formula(Map):
    """Any map or flow, from its text: compiled when it is first used, at the speed of the others.

    Formula("z^2 + c") has Mandelbrot's times, Formula("z^2 + c", c=-0.744+0.148j) those of a Julia
    set, Formula("x' = 1 - a*x^2 + y; y' = b*x", a=1.4, b=0.3) those of Henon's map, and
    Formula("x'' = -sin(x) - 0.2*x' + 1.2*cos(0.66*t)") those of a pendulum's twins. The language is
    told in docs/reference/formulas.md.

    A text that says no stop has one: |z| > 2 where complex maps are polynomials, else arrival
    within 1e-7 or |z| > 10^6; further than 10 from the origin, for polynomials of real numbers;
    and of all others twins that are over 0.5 apart. The time of a complex map's point is the number
    of the step, counted from 0, after which it stopped; of others, how many steps came before.

    Attributes:
        text: in one form for all that mean the same.
        plane: the two names that a pixel's x and y are, starts of variables or parameters; or the
            one that x + iy is. By default, of a map in z its only parameter without a value, or
            else z; of others the first two variables; and of one alone it and its parameter
            without a value. "-" is a direction in which nothing changes.
        method: by which a flow is stepped: "euler", "rk4" or "leapfrog", with steps of `dt`; or
            "taylor", whose steps of `dt` are made of as many as a `tolerance` wants, and end where
            a stop comes.
        values: of the parameters, pairs of their names and numbers. In a call each is an argument
            of its own, and then an attribute: Formula("x' = a*x; y' = y", a=2).a

    Raises:
        FormulaError: a ValueError that shows where the text makes no sense.
        ValueError: the plane, the method or a value does not fit the text.
    """

    name: ClassVar[str] = "formula"
    family: ClassVar[str] = "formula"

    text: str
    plane: tuple[str, ...]
    method: str
    values: tuple[tuple[str, complex], ...]

    def __init__(
        self,
        text: str,
        plane: str | tuple[str, ...] = (),
        method: str = "rk4",
        values: Mapping[str, complex] | tuple[tuple[str, complex], ...] = (),
        **parameters: complex,
    ) -> None:
        if not isinstance(text, str):
            raise ValueError(f"text must be {EXAMPLE}, not {text!r}")
        given = dict(values) | parameters
        for name, value in given.items():
            given[name] = _number(name, value)
        checks.choice("method", method, METHODS)
        ordered = tuple(sorted(given.items(), key=lambda v: v[0]))
        text = spelled(plain(text))
        system = understood(text, _names(plane), ordered, method)
        fix = object.__setattr__
        fix(self, "text", canonical(system.statements))
        fix(self, "plane", system.plane)
        fix(self, "method", method)
        pairs = tuple((name, system.defaults[name]) for name in system.parameters)
        fix(self, "values", pairs)
        _checked_signs(dict(pairs))
        if system.is_flow:
            program(system)  # its method may not do

    def __getattr__(self, name: str) -> complex:
        if not name.startswith("_"):
            values = dict(vars(self).get("values", ()))
            if name in values:
                return values[name]
        raise AttributeError(f"{type(self).__name__} has no {name!r}")

    @property
    def system(self) -> System:
        """What the text means."""
        return understood(self.text, self.plane, self.values, self.method)

    @property
    def program(self) -> Program:
        """What is computed."""
        return program(self.system)

    @property
    def fate_names(self) -> tuple[str, ...]:  # type: ignore[override]
        """The stops, by the names that they have in the text."""
        return tuple(stop.name for stop in self.program.stops)

    @property
    def source(self) -> str:
        """The C++ that is compiled; equal for formulas that differ in their values alone."""
        return _source(self.system)

    @property
    def identity(self) -> str:
        method = f", {self.method}" if self.system.is_flow else ""
        return f"formula {self.text}, plane {' '.join(self.plane)}{method}"

    def parameters(self) -> dict[str, Parameter]:
        values: dict[str, Parameter] = {}
        for name, value in self.values:
            for component in self.system.components(name):
                part = value.imag if component.endswith(".im") else value.real
                values[component] = float(part)
        return values or {"nothing": 0.0}

    def planar(self) -> dict[str, Parameter]:
        """The parameters of its orbits, which it has if two real numbers are its whole state."""
        if not self.program.is_planar:
            raise ValueError(
                f"orbits are of maps with two real variables, or a complex one, whose step depends "
                f"on nothing else, and not of {self.text!r}"
            )
        mine: dict[str, Parameter] = {f"formula.{k}": v for k, v in self.parameters().items()}
        return mine | {"dt": 0.0}

    @property
    def axes(self) -> tuple[str, ...]:
        """The two fields that are drawn: those that start at the pixel, else the first ones."""
        fields = self.program.fields[: self.program.variables]
        on_plane = tuple(part for name in self.plane for part in self.system.components(name))
        drawn = on_plane if len(on_plane) == 2 and set(on_plane) <= set(fields) else fields[:2]
        return (*drawn, drawn[0])[:2]

    @classmethod
    def completed(cls, table: Mapping[str, object]) -> dict[str, object]:
        """A scene's table with the defaults filled in: text, plane, method and the parameters."""
        known = ("name", "text", "plane", "method")
        if "text" not in table:
            raise ValueError(f"text is missing: {EXAMPLE}")
        values = {}
        for key, value in table.items():
            if key not in known:
                values[key] = checks.complex_number(key, value) if isinstance(value, str) else value
        formula = cls(**{key: table[key] for key in known[1:] if key in table}, **values)  # type: ignore[arg-type]
        plane = ",".join(formula.plane)
        start = {"name": cls.name, "text": table["text"], "plane": plane, "method": formula.method}
        return start | dict(formula.values)

    def with_parameter(self, name: str, value: complex) -> Self:
        """The formula at another value of a parameter."""
        return type(self)(self.text, self.plane, self.method, dict(self.values) | {name: value})


PlanarMap.register(Formula)  # where two numbers are all of its state, as planar() says


@lru_cache(maxsize=64)
def _source(system: System) -> str:
    return flow_header.source(program(system))


def _names(plane: object) -> tuple[str, ...]:
    names = plane.split(",") if isinstance(plane, str) else plane
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise ValueError(f'plane must be one name or two, such as "c" or "x,y", not {plane!r}')
    return tuple(name.strip() for name in names if name.strip())


def _number(name: str, value: object) -> complex:
    """A value as a float, or a complex number if it is one."""
    if isinstance(value, complex):
        return checks.complex_number(name, value)
    return checks.number(name, value)


def _checked_signs(values: Mapping[str, complex]) -> None:
    if "dt" in values:
        checks.number("dt", values["dt"], positive=True)
    if "tolerance" in values:
        value = checks.number("tolerance", values["tolerance"], positive=True)
        if not SMALLEST <= value <= LARGEST:
            raise ValueError(f"tolerance must be from {SMALLEST:g} to {LARGEST:g}, not {value!r}")
    if "shift" in values:
        checks.number("shift", values["shift"], minimum=0)


@dataclass(frozen=True)
class OfFormula(Map):
    """A map that a formula's program is made into."""

    family: ClassVar[str] = "formula"
    entry: ClassVar[str] = "formula"

    formula: Formula

    @property
    @abstractmethod
    def program(self) -> Program:
        """What its points compute."""

    @property
    def source(self) -> str:
        return flow_header.source(self.program)

    def parameters(self) -> dict[str, Parameter]:
        return self.formula.parameters()


@dataclass(frozen=True)
class Directions(OfFormula):
    """A formula whose points carry directions along, infinitely small changes of their variables.

    Attributes:
        formula: the map or flow; its stops play no part.
        count: how many directions, of which the first grows fastest.
        orthogonal: see tangent.with_directions().
    """

    count: int
    orthogonal: bool = True

    @property
    def program(self) -> Program:
        return _with_directions(self.formula.system, self.count, self.orthogonal)


@lru_cache(maxsize=64)
def _with_directions(system: System, count: int, orthogonal: bool) -> Program:
    return with_directions(program(system), count, orthogonal=orthogonal)


@dataclass(frozen=True)
class Megno(OfFormula):
    """A formula whose points sum up how exponentially a direction grows; see with_megno()."""

    @property
    def program(self) -> Program:
        return _with_megno(self.formula.system)


@lru_cache(maxsize=64)
def _with_megno(system: System) -> Program:
    return with_megno(program(system))


@dataclass(frozen=True)
class Unstopped(OfFormula):
    """A formula whose points go on as long as they are numbers; see without_stops()."""

    @property
    def program(self) -> Program:
        return _without_stops(self.formula.system)


@lru_cache(maxsize=64)
def _without_stops(system: System) -> Program:
    return without_stops(program(system))
