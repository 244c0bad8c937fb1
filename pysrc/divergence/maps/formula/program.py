"""A system as a program of real numbers: what a point carries, its start, its step and its stops.

Both the header that is compiled and the interpreter are written from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from ..escape import farthest_radius
from .derivative import number
from .difference import differences
from .expansion import Flow, check_smooth, margins, smooth_test
from .grammar import Node
from .graph import Graph
from .growth import MAX_DEGREE, degree
from .numbers import Arithmetic, Complex, Value
from .scope import Scope
from .steps import STEPS, rates
from .system import System

EARLY = "stopped early"
"""A field of flows by Taylor series: the part of the last step that was left when a stop came."""
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
        flow: what Taylor series integrate before a step's changes are made; None for all others.
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
    flow: Flow | None = None

    @property
    def state(self) -> str:
        """The fields as a library tells the members of a State; see cuda/fields.h."""
        members = [f"double {name.replace(' ', '.')}" for name in self.fields]
        if self.degree:
            members[:2] = [f"complex {self.fields[0].removesuffix('.re')}"]
        return "; ".join(members)

    @property
    def has_fractions(self) -> bool:
        """Whether times are told between whole steps."""
        return bool(self.degree) or self.flow is not None

    @property
    def is_planar(self) -> bool:
        """Whether two numbers, or one, are all that a step needs and changes."""
        changes = self.step if self.flow is None else self.flow.rates
        nodes = [changes[name] for name in self.fields[: self.variables]]
        allowed = {*self.fields[: self.variables], *self.parameters}
        return self.variables <= 2 and self.graph.inputs(nodes) <= allowed


@lru_cache(maxsize=64)
def program(system: System) -> Program:
    """The program of a system.

    Raises:
        ValueError: the method of its flow does not do for it.
    """
    return _Builder(system).program


def without_stops(program: Program) -> Program:
    """The program of points that stop nowhere, and start before the first step."""
    g = program.graph
    number = g.add("<=", g.input(program.fields[0]), g.number(float("inf")))
    flow = replace(program.flow, margins=[]) if program.flow is not None else None
    return replace(
        program,
        stops=[Stop("lost", number, unless=True)],
        flow=flow,
        steps_at_start=False,
        degree=0,
    )


class _Builder:
    def __init__(self, system: System) -> None:
        self.system = system
        self.graph = g = Graph()
        parameters = tuple(c for p in system.parameters for c in system.components(p))
        components = [c for v in system.variables for c in system.components(v)]
        self.components = components
        self.program = Program(g, parameters, list(components), len(components))
        self.program.steps_at_start = system.counts_from_step

        self.arithmetic = Arithmetic(g)
        scope = Scope.of(system, g, {"t": self.time()})
        if system.method == "taylor":
            self.program.flow = flow = Flow({}, [components], tolerance=g.input("tolerance"))
            self.set(flow.rates, rates(system, g, self.time()))
        else:
            self.set(self.program.step, STEPS[system.method](system, g))
        self.set(self.program.start, scope.starts())
        scope.values |= self.lengths(scope)
        bounded = self.find_fraction(scope)
        for kind, name, body in ((s.kind, s.name, s.body) for s in system.stops):
            test = bounded if bounded and kind == "escape" else body
            self.program.stops.append(self.stop(scope, kind, name, test))
        self.name_stops()
        if self.program.flow is not None:
            self.find_margins(self.program.flow)
        self.add_fields()

    def time(self) -> int:
        g = self.graph
        n = g.input("n")
        if self.system.method == "taylor":
            return g.times(g.minus(n, g.input(EARLY)), g.input("dt"))
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
        if any(name.startswith("twin ") for name in g.inputs(self.read())):
            self.add_twin()
        read = g.inputs(self.read())
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
        if p.flow is not None:
            self.add_field(EARLY, g.number(0.0))
            p.flow.rates[EARLY] = g.number(-1.0)

    def read(self) -> list[int]:
        """What is computed from the fields."""
        p = self.program
        moved = p.flow.rates.values() if p.flow else ()
        return [*p.step.values(), *moved, *(stop.test for stop in p.stops)]

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
        changes = p.step if p.flow is None else p.flow.rates
        nodes = [changes[name] for name in self.components]
        apart = differences(g, nodes, seeds)
        for i, (name, node) in enumerate(zip(self.components, nodes, strict=True)):
            self.add_field(f"twin {name}", g.input("shift") if i == 0 else g.number(0.0))
            changes[f"twin {name}"] = apart[node]
        if p.flow is not None:
            p.flow.groups.append([f"twin {name}" for name in self.components])

    def find_margins(self, flow: Flow) -> None:
        """What changes its sign where a stop comes, by which it is found within a step."""
        p, g = self.program, self.graph
        moving = {*self.components, *(f"twin {name}" for name in self.components), EARLY}
        check_smooth(g, flow.rates.values(), moving)
        for i, stop in enumerate(p.stops):
            p.stops[i] = replace(stop, test=smooth_test(g, stop.test))
        flow.margins = margins(g, (stop.test for stop in p.stops), moving)
        check_smooth(g, (stop.test for stop in p.stops), moving)

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
