"""What the statements of a formula mean together: variables, parameters, their kinds, and stops.

Which numbers are complex follows from the text: those that a complex number flows into.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from . import grammar
from .grammar import Node, Statement, fail, nearest
from .graph import Graph
from .numbers import CONSTANTS, Arithmetic, MisfitError
from .scope import OF_STOPS, Scope

MAX_VARIABLES = 24
NOTHING = "-"
"""What a plane has in the place of a direction in which nothing changes."""
METHODS = ("euler", "rk4", "leapfrog", "taylor")
BUILT_IN = {"n", "t", "pixel", "previous", *OF_STOPS}
DEFAULTS = {"dt": 0.02, "shift": 1e-3, "tolerance": 1e-12}
"""Of the parameters that are there where a formula needs them."""
WITHOUT = {"dt": "no flow", "shift": "no twin", "tolerance": "no flow by taylor"}
LONG_DT = 0.5
"""The default of dt where a step is made of as many as a tolerance wants."""


@dataclass(frozen=True)
class System:
    """A formula whose every name is known.

    Attributes:
        text: as it was written, for errors.
        statements: of the text.
        plane: the two names that a pixel's x and y are, or the one that x + iy is.
        defaults: of the parameters, by their names, in order; equal systems may have others.
        complexes: the variables and parameters that are complex.
        method: of METHODS, of a flow; "map" of what is none.
    """

    text: str
    statements: tuple[Statement, ...]
    plane: tuple[str, ...]
    defaults: Mapping[str, complex] = field(compare=False)
    complexes: frozenset[str]
    method: str = "map"

    def of_kind(self, *kinds: str) -> list[Statement]:
        return [statement for statement in self.statements if statement.kind in kinds]

    @cached_property
    def is_flow(self) -> bool:
        return bool(self.of_kind("flow"))

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The state, in the order of its statements; x'' makes x and its velocity x'."""
        names: list[str] = []
        for statement in self.of_kind("next", "flow"):
            names += [statement.name, statement.name + "'"][: max(1, statement.order)]
        return tuple(names)

    @cached_property
    def parts(self) -> dict[str, Node]:
        """What the names of `let` stand for."""
        return {statement.name: statement.body for statement in self.of_kind("let")}

    @cached_property
    def stops(self) -> list[Statement]:
        return self.of_kind(*grammar.STOPS)

    @cached_property
    def has_twin(self) -> bool:
        return any("twin" in names_of(statement.body) for statement in self.statements)

    @property
    def counts_from_step(self) -> bool:
        """Whether the first step has the number 0, as it has for complex maps; else a time is how
        many steps came before the stop."""
        return self.variables[0] in self.complexes and not self.is_flow

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Those that are numbers, and not the pixel's."""
        return tuple(name for name in self.defaults if name not in self.plane)

    def components(self, name: str) -> tuple[str, ...]:
        """A variable or parameter as real numbers."""
        return (f"{name}.re", f"{name}.im") if name in self.complexes else (name,)


def names_of(node: Node) -> set[str]:
    """The names in an expression."""
    found = {node.word} if node.kind == "name" else set()
    return found.union(*map(names_of, node.args))


@lru_cache(maxsize=256)
def understood(
    text: str,
    plane: tuple[str, ...],
    given: tuple[tuple[str, complex], ...],
    method: str = "rk4",
) -> System:
    """The system of a text.

    Args:
        text: of the formula.
        plane: as System's, or empty for the text's own.
        given: values of parameters, which come before those that the text has for them.
        method: by which it is stepped if it is a flow.

    Raises:
        FormulaError: a name is unknown, a number is complex where it must be real, and so on.
        ValueError: the plane or a value does not fit the text.
    """
    statements = grammar.parse(text)
    _check_once(text, statements)
    values = dict(given)
    system = System(text, statements, plane, {}, frozenset())
    if not system.variables:
        fail(text, 0, "expected a map such as x' = 1 - a*x^2 + y, with x' for the next x")
    if len(system.variables) > MAX_VARIABLES:
        raise ValueError(f"a formula has at most {MAX_VARIABLES} variables")
    if system.is_flow:
        system = replace(system, method=method)
    if {"next", "flow"} <= {statement.kind for statement in statements}:
        fail(text, system.of_kind("flow")[0].at, "a flow among discrete maps")
    stated = {s.name: s for s in system.of_kind("parameter")}
    names = _unknown_names(system, stated)
    for name in plane:
        checked = {*system.variables, *names, NOTHING} - set(DEFAULTS)
        if name not in checked:
            raise ValueError(f"plane: no variable or parameter {name!r}{nearest(name, checked)}")
    for name in values:
        if name not in names and name not in DEFAULTS:
            raise ValueError(f"no parameter {name!r}{nearest(name, names)}")
    defaults: dict[str, complex] = {}
    words = {*system.variables, *system.parts, *BUILT_IN, *CONSTANTS, *grammar.FUNCTIONS}
    for name in names:  # a mistake in writing first
        unknown = len(name) > 2 and name not in {*values, *stated, *DEFAULTS, *plane}
        if unknown and "did you mean" in nearest(name, words):
            _missing(system, name)
    for name in names:
        if name in values:
            defaults[name] = values[name]
        elif name in stated:
            defaults[name] = _constant(text, stated[name].body)
        elif name in DEFAULTS:
            long = name == "dt" and system.method == "taylor"
            defaults[name] = LONG_DT if long else DEFAULTS[name]
        elif name in plane or not plane:
            defaults[name] = 0.0
        else:
            _missing(system, name)
    stated_values = {name: _constant(text, s.body) for name, s in stated.items()}
    complexes = {
        name
        for name, value in [*defaults.items(), *stated_values.items()]
        if isinstance(value, complex)
    }
    system = replace(system, defaults=defaults, complexes=frozenset(complexes))
    system = _with_plane(system, set(values) | set(stated) | set(DEFAULTS))
    system = _inferred(system)
    if not system.stops:
        system = _with_default_stop(system, values)
    for name in values:
        if name not in system.defaults:
            raise ValueError(f"{name}: the formula has {WITHOUT[name]}, and so no {name}")
    _check_all(system)
    return system


def _check_once(text: str, statements: Sequence[Statement]) -> None:
    """That every name is defined once."""
    seen: set[str] = set()
    for statement in statements:
        kind = "start" if statement.kind == "start" else ""
        if statement.kind in grammar.STOPS:
            continue
        names = [statement.name, statement.name + "'"][: max(1, statement.order)]
        for name in names:
            if kind + name in seen:
                fail(text, statement.at, f"{name} is defined twice")
            if name in BUILT_IN or name in grammar.FUNCTIONS or name in grammar.WORDS:
                fail(text, statement.at, f"{name!r} has a meaning of its own")
            if statement.kind != "parameter" and name in DEFAULTS:
                fail(text, statement.at, f"{name!r} has a meaning of its own")
            seen.add(kind + name)


def _unknown_names(system: System, stated: Mapping[str, Statement]) -> list[str]:
    """The names that must be parameters, in order: those that nothing else defines."""
    known = {*system.variables, *(f"{v}'" for v in system.variables), *system.parts, *BUILT_IN}
    found = dict.fromkeys(stated)
    for statement in system.statements:
        if statement.kind == "start" and statement.name not in system.variables:
            what = f"no variable {statement.name!r}{nearest(statement.name, system.variables)}"
            fail(system.text, statement.at, what)
        if statement.kind == "parameter":
            continue
        for name in _in_order(statement.body):
            if name not in known and (name not in CONSTANTS or name in stated):
                found.setdefault(name)
    if system.is_flow:
        found.setdefault("dt")
    if system.method == "taylor":
        found.setdefault("tolerance")
    if system.has_twin:
        found.setdefault("shift")
    return list(found)


def _in_order(node: Node) -> list[str]:
    if node.kind == "name":
        return [node.word]
    return [name for arg in node.args for name in _in_order(arg)]


def _constant(text: str, body: Node) -> complex:
    """What an expression without names is."""
    graph = Graph()
    value = Scope(graph, text, {}).value(body)
    numbers = [graph.value(part) for part in Arithmetic(graph).parts(value)]
    if None in numbers:
        fail(text, body.at, "a parameter's default is a number, such as 1.4 or -0.7 + 0.1*i")
    first, *more = (float(number or 0.0) for number in numbers)
    return complex(first, *more) if more else first


def _missing(system: System, name: str) -> None:
    """Raises the error of a name without a value."""
    known = {*system.variables, *system.parts, *BUILT_IN, *CONSTANTS, *grammar.FUNCTIONS}
    at = next(
        (node.at for s in system.statements for node in _nodes(s.body) if node.word == name), 0
    )
    advice = nearest(name, known) if len(name) > 1 else ""
    if "did you mean" not in advice:
        advice = f"; give it one, as in {name} = 1, or put it into the plane"
    fail(system.text, at, f"{name} has no value{advice}")


def _nodes(node: Node) -> list[Node]:
    return [node, *(inner for arg in node.args for inner in _nodes(arg))]


def _with_plane(system: System, valued: set[str]) -> System:
    """The system with the plane that was asked for, or else its own: the start of z, if the first
    variable is so called or complex; else that of the first two variables, or of the only variable
    and the first parameter without a value."""
    free = [name for name in system.defaults if name not in valued]
    plane = system.plane
    if not plane:
        first, *others = system.variables
        if first in ("z", "w"):
            plane = (free[0],) if free else (first,)
        elif others:
            plane = (first, others[0])
        else:
            plane = (first, free[0] if free else NOTHING)
        for name in free:
            if name not in plane:
                _missing(system, name)
    if not 1 <= len(plane) <= 2 or len(set(plane)) < len(plane):
        raise ValueError(f"plane must be one name or two, not {', '.join(plane)}")
    complexes = {*system.complexes, *(plane if len(plane) == 1 else ())}
    return replace(system, plane=plane, complexes=frozenset(complexes))


def _inferred(system: System) -> System:
    """The system with every variable complex that a complex number flows into."""
    while True:
        graph = Graph()
        scope = Scope.of(system, graph)
        results = [*scope.changes().items(), *scope.starts().items()]
        found = {name for name, value in results if isinstance(value, tuple)}
        new = found - system.complexes
        if not new:
            break
        system = replace(system, complexes=system.complexes | new)
    for name in system.plane:
        if len(system.plane) == 2 and name in system.complexes:
            raise ValueError(f"plane: {name} is complex and takes the whole plane: plane = {name}")
    return system


def _with_default_stop(system: System, given: Mapping[str, complex]) -> System:
    """The system with a stop: escape of polynomials, else arrival of complex maps, else twins that
    part."""
    first = system.variables[0]
    polynomial = Scope.of(system, Graph()).is_polynomial()
    if first in system.complexes and not system.is_flow:
        text = (
            "escape: abs(z) > 2"
            if polynomial
            else ("arrive: abs(z - previous) < 1e-7; escape: abs(z) > 1e6")
        )
        text = text.replace("z", first)
    elif polynomial and not system.is_flow:
        squares = " + ".join(f"{name}^2" for name in system.variables)
        text = f"escape: sqrt({squares}) > 10"
    else:
        text = "separate: twin > 0.5"
    stops = grammar.parse(text)
    defaults = dict(system.defaults)
    if "twin" in text:
        defaults["shift"] = given.get("shift", DEFAULTS["shift"])
    return replace(system, statements=(*system.statements, *stops), defaults=defaults)


def _check_all(system: System) -> None:
    """That every expression can be computed, and every stop is a comparison."""
    graph = Graph()
    scope = Scope.of(system, graph, {name: graph.input(name) for name in OF_STOPS})
    for statement in system.stops:
        value = scope.value(statement.body)
        try:
            scope.arithmetic.truth(value)
        except MisfitError as error:
            fail(system.text, statement.body.at, str(error))
    for name in system.parts:
        scope.value(system.parts[name])
    scope.starts()
