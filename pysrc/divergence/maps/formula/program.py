"""A system as a program of real numbers: what a point carries, its start, its step and its stops.

Both the header that is compiled and the interpreter are written from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from ..escape import farthest_radius
from .derivative import number
from .difference import differences
from .grammar import Node
from .graph import Graph
from .growth import MAX_DEGREE, degree
from .numbers import Complex, Value
from .scope import Scope
from .steps import STEPS
from .system import System

NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


@dataclass(frozen=True)
class Stop:
    """A way to end.

    Attributes:
        name: of the fate.
        test: a comparison, or what is made of some.
        unless: whether the point stops where the test is *not* true: so what escapes does when it
            is no longer a number.
    """

    name: str
    test: int
    unless: bool


@dataclass
class Program:
    """Real numbers and what becomes of them.

    Attributes:
        graph: of all operations. Inputs are fields, parameters, "pixel.re" and "pixel.im".
        parameters: the real numbers that a run is given, in order.
        fields: the real numbers that a point carries, in order; first the variables'.
        variables: how many of the fields are the variables'.
        start: the node of each field at the start, computed from the pixel and parameters.
        step: the node of each field that a step changes.
        stops: tested in this order.
        steps_at_start: whether step 0 belongs to the start.
        degree: at which the first variable grows by a step, where it is complex and escapes from
            `radius`; 0 where times have no fractions.
        radius, scale: nodes: the radius, and what turns the first variable into one that grows as
            z^degree, squared.
    """

    graph: Graph
    parameters: tuple[str, ...]
    fields: list[str]
    variables: int
    start: dict[str, int] = field(default_factory=dict)
    step: dict[str, int] = field(default_factory=dict)
    stops: list[Stop] = field(default_factory=list)
    steps_at_start: bool = False
    degree: int = 0
    radius: int = 0
    scale: int = 0

    @property
    def state(self) -> str:
        """The fields as a library tells the members of a State; see cuda/fields.h."""
        members = [f"double {name.replace(' ', '.')}" for name in self.fields]
        if self.degree:
            members[:2] = [f"complex {self.fields[0].removesuffix('.re')}"]
        return "; ".join(members)

    @property
    def is_planar(self) -> bool:
        """Whether two numbers, or one, are all that a step needs and changes."""
        nodes = [self.step[name] for name in self.fields[: self.variables]]
        allowed = {*self.fields[: self.variables], *self.parameters}
        return self.variables <= 2 and self.graph.inputs(nodes) <= allowed


@lru_cache(maxsize=64)
def program(system: System, method: str) -> Program:
    """The program of a system whose flow, if it is one, is stepped by a method of METHODS."""
    return _Builder(system, method).program


class _Builder:
    def __init__(self, system: System, method: str) -> None:
        self.system, self.method = system, method
        self.graph = g = Graph()
        parameters = tuple(c for p in system.parameters for c in system.components(p))
        components = [c for v in system.variables for c in system.components(v)]
        self.components = components
        self.program = Program(g, parameters, list(components), len(components))
        self.program.steps_at_start = system.counts_from_step

        scope = Scope.of(system, g, {"t": self.time()})
        self.arithmetic = scope.arithmetic
        self.set(self.program.step, STEPS[method if system.is_flow else "map"](system, g))
        self.set(self.program.start, scope.starts())
        scope.values |= self.lengths(scope)
        bounded = self.find_fraction(scope)
        for kind, name, body in ((s.kind, s.name, s.body) for s in system.stops):
            test = bounded if bounded and kind == "escape" else body
            self.program.stops.append(self.stop(scope, kind, name, test))
        self.name_stops()
        self.add_fields()

    def time(self) -> Value:
        g = self.graph
        n = g.input("n")
        return g.times(n, g.input("dt")) if self.system.is_flow else n

    def set(self, fields: dict[str, int], values: dict[str, Value]) -> None:
        for name, value in values.items():
            parts = tuple(value) if isinstance(value, Complex) else (value,)
            fields |= zip(self.system.components(name), parts, strict=True)

    def lengths(self, scope: Scope) -> dict[str, Value]:
        """How far the twin is, and how far the last step went."""
        g = self.graph

        def length(nodes: list[int]) -> int:
            squares = [g.times(node, node) for node in nodes]
            total = squares[0]
            for square in squares[1:]:
                total = g.plus(total, square)
            return g.add("sqrt", total)

        twin = [g.input(f"twin {name}") for name in self.components]
        moved = [g.minus(g.input(c), g.input(f"previous {c}")) for c in self.components]
        return {"twin": length(twin), "moved": length(moved)}

    def stop(self, scope: Scope, kind: str, name: str, body: Node) -> Stop:
        test = scope.value(body)
        assert isinstance(test, int)
        unless = kind in ("escape", "separate")
        return Stop(f"{kind} {name}".strip(), self.negated(test) if unless else test, unless)

    def negated(self, test: int) -> int:
        """What is true where the test is false, but where something is not a number is neither."""
        name, args, _ = self.graph[test]
        if name == "not":
            return args[0]
        if name in ("and", "or"):
            other = "or" if name == "and" else "and"
            return self.graph.add(other, *map(self.negated, args))
        return self.graph.add(NEGATED[name], *args)

    def name_stops(self) -> None:
        """Of stops without a name of their own the kind is one, with a number if they are many."""
        stops = self.program.stops
        names = [stop.name for stop in stops]
        for i, stop in enumerate(stops):
            if names.count(stop.name) > 1:
                number = names[: i + 1].count(stop.name)
                stops[i] = Stop(f"{stop.name} {number}", stop.test, stop.unless)

    def add_fields(self) -> None:
        """What a point must carry beside the variables, for what reads it."""
        p, g, system = self.program, self.graph, self.system
        nodes = [*p.step.values(), *(stop.test for stop in p.stops)]
        if any(name.startswith("twin ") for name in g.inputs(nodes)):
            self.add_twin()
            nodes = [*p.step.values(), *(stop.test for stop in p.stops)]
        read = g.inputs(nodes)
        stepped = g.inputs([*p.step.values()])
        for name in self.components:
            previous = f"previous {name}"
            if previous in read:  # before the first step there was none: nothing is near it
                start = 0.0 if previous in stepped else float("nan")
                self.add_field(previous, g.number(start), g.input(name))
        on_plane = [
            c for name in system.plane if name in system.defaults for c in (system.components(name))
        ]
        pixel = [g.input("pixel.re"), g.input("pixel.im")]
        at = (
            {c: pixel[i] for i, c in enumerate(on_plane)}
            if len(system.plane) == 1
            else {name: pixel[i] for i, name in enumerate(system.plane)}
        )
        for name in on_plane:
            self.add_field(name, at[name])
        for name, node in zip(("pixel.re", "pixel.im"), pixel, strict=True):
            if name in read:
                self.add_field(name, node)
        if "n" in read:
            n = g.input("n")
            self.add_field("n", g.number(0.0), g.plus(n, g.number(1.0)))

    def add_field(self, name: str, start: int, step: int | None = None) -> None:
        p = self.program
        p.fields.append(name)
        p.start[name] = start
        if step is not None:
            p.step[name] = step

    def add_twin(self) -> None:
        """The twin starts `shift` further along the first variable."""
        p, g = self.program, self.graph
        seeds = {g.input(name): g.input(f"twin {name}") for name in self.components}
        apart = differences(g, [p.step[name] for name in self.components], seeds)
        for i, name in enumerate(self.components):
            start = g.input("shift") if i == 0 else g.number(0.0)
            self.add_field(f"twin {name}", start, apart[p.step[name]])

    def find_fraction(self, scope: Scope) -> Node | None:
        """Times have fractions where |z| escapes from a radius and a step is a polynomial.

        Returns:
            That escape, from a radius no larger than it is for other maps of the degree.
        """
        p, system = self.program, self.system
        first = system.variables[0]
        escapes = [s for s in system.stops if s.kind == "escape"]
        if not system.counts_from_step or len(escapes) != 1 or len(system.variables) != 1:
            return None
        escape = escapes[0].body
        radius = _radius(escape, first)
        statement = system.of_kind("next")[0]
        grown = degree(statement.body, first, system.parts)
        if radius is None or grown is None or not 2 <= grown.degree <= MAX_DEGREE:
            return None
        leading = scope.arithmetic.complex(scope.value(grown.leading))
        scale = scope.arithmetic.squared_length(leading)
        g = self.graph
        if grown.degree > 2 and g.value(scale) != 1:
            power = g.number(1 / (grown.degree - 1))
            scale = g.add("exp", g.times(power, g.add("log", scale)))
        bounded = _at_most(radius, farthest_radius(grown.degree))
        p.degree, p.scale = grown.degree, scale
        p.radius = scope.arithmetic.real(scope.value(bounded))
        return replace(escape, args=(escape.args[0], bounded))


def _at_most(node: Node, most: float) -> Node:
    if node.kind == "number":
        return number(min(node.value, most))
    return Node("call", word="min", args=(node, number(most)), at=node.at)


def _radius(test: Node, name: str) -> Node | None:
    """R of `abs(z) > R`."""
    if test.kind not in (">", ">="):
        return None
    left, right = test.args
    of_z = left.kind == "call" and left.word == "abs" and left.args[0] == Node("name", name)
    return right if of_z else None
