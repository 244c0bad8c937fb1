"""The values that names have at one moment, and what expressions come to there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from .derivative import derivative
from .grammar import COMPARISONS, FUNCTIONS, Node, fail, nearest
from .graph import Graph
from .numbers import CONSTANTS, Arithmetic, Complex, MisfitError, Value

if TYPE_CHECKING:
    from .system import System


OF_STOPS = ("twin", "moved")
"""What only stops can ask: how far the twin is, and how far the last step went."""


class Scope:
    """Names and their values, as nodes of a graph.

    Args:
        graph: that grows.
        text: of the formula, for errors.
        values: of variables, parameters and what is built in.
        parts: expressions that names stand for.
    """

    def __init__(
        self,
        graph: Graph,
        text: str,
        values: Mapping[str, Value],
        parts: Mapping[str, Node] | None = None,
    ) -> None:
        self.graph = graph
        self.arithmetic = Arithmetic(graph)
        self.text = text
        self.values = dict(values)
        self.parts = dict(parts or {})
        self._under_way: list[str] = []
        self._system: System | None = None

    @staticmethod
    def of(system: System, graph: Graph, values: Mapping[str, Value] | None = None) -> Scope:
        """The scope in which a system is: each variable and parameter is an input, unless
        `values` has it."""
        given: dict[str, Value] = {}
        for name in (*system.variables, *system.defaults):
            given[name] = inputs(graph, system.components(name))
        given["pixel"] = Complex(graph.input("pixel.re"), graph.input("pixel.im"))
        given["previous"] = inputs(
            graph, tuple(f"previous {part}" for part in system.components(system.variables[0]))
        )
        given["n"] = graph.input("n")
        given["t"] = graph.input("t") if system.is_flow else given["n"]
        parts = dict(system.parts)
        for statement in system.of_kind("next"):
            parts.setdefault(statement.name + "'", statement.body)
        scope = Scope(graph, system.text, given | dict(values or {}), parts)
        scope._system = system
        return scope

    def changes(self) -> dict[str, Value]:
        """Of a discrete map the next value of each variable, of a flow its velocity."""
        system = self._system
        assert system is not None
        found: dict[str, Value] = {}
        for statement in system.of_kind("next", "flow"):
            name = statement.name
            if statement.order == 2:
                found[name] = self.values[name + "'"]
                name = name + "'"
            found[name] = self._fitted(name, self.number(statement.body))
        return found

    def starts(self) -> dict[str, Value]:
        """Where each variable starts: at the pixel, at what the text says, or at 0."""
        system = self._system
        assert system is not None
        pixel = self.values["pixel"]
        assert isinstance(pixel, Complex)
        inner = Scope(self.graph, self.text, {"pixel": pixel}, system.parts)
        for name in system.defaults:
            inner.values[name] = self.values[name]
        if len(system.plane) == 1:
            on_plane: dict[str, Value] = {system.plane[0]: pixel}
        else:
            on_plane = dict(zip(system.plane, pixel, strict=True))
        inner.values |= {name: on_plane[name] for name in on_plane if name in system.defaults}
        stated = {statement.name: statement.body for statement in system.of_kind("start")}
        found: dict[str, Value] = {}
        for name in system.variables:
            if name in on_plane:
                found[name] = on_plane[name]
            elif name in stated:
                found[name] = inner.number(stated[name])
            else:
                found[name] = self.graph.number(0.0)
            found[name] = self._fitted(name, found[name])
        return found

    def _fitted(self, name: str, value: Value) -> Value:
        """A value as a variable has it, complex if that is."""
        system = self._system
        assert system is not None
        return self.arithmetic.complex(value) if name in system.complexes else value

    def is_polynomial(self) -> bool:
        """Whether the changes are polynomials in the variables."""
        system = self._system
        assert system is not None
        varying = {c for name in system.variables for c in system.components(name)}
        nodes = [p for v in self.changes().values() for p in self.arithmetic.parts(v)]
        for node in self.graph.needed(nodes):
            operation = self.graph[node]
            free = operation.name not in ("+", "-", "*", "negate", "abs", "input", "number")
            if free and varying & self.graph.inputs([node]):
                return False
        return bool(varying & self.graph.inputs(nodes))

    def number(self, node: Node) -> Value:
        """What an expression comes to, which has to be a number."""
        value = self.value(node)
        if self.arithmetic.is_truth(value):
            fail(self.text, node.at, "a number is wanted here, and this is true or false")
        return value

    def value(self, node: Node) -> Value:
        """What an expression comes to.

        Raises:
            FormulaError: a name is unknown, or an operation does not fit its values.
        """
        a, args = self.arithmetic, node.args
        if node.kind == "number":
            return a.number(node.value)
        if node.kind == "name":
            return self._named(node)
        if node.kind == "call" and node.word == "diff":
            return self._derivative(node)
        values = [self.value(arg) for arg in args]
        try:
            if node.kind == "call":
                return CALLS[node.word](a, *values)
            if node.kind in COMPARISONS:
                return self._compared(node, *values)
            if node.kind in ("and", "or", "not"):
                return self.graph.add(node.kind, *(a.truth(value) for value in values))
            return OPERATORS[node.kind](a, *values)
        except MisfitError as error:
            fail(self.text, node.at, str(error))

    def _named(self, node: Node) -> Value:
        name = node.word
        if name in self.values:
            return self.values[name]
        if name in self.parts:
            if name in self._under_way:
                fail(self.text, node.at, f"{name} is made from itself")
            self._under_way.append(name)
            value = self.values[name] = self.value(self.parts[name])
            self._under_way.pop()
            return value
        if name in CONSTANTS:
            return self.arithmetic.number(CONSTANTS[name])
        if name in OF_STOPS:
            fail(self.text, node.at, f"{name} is there for stops alone")
        fail(self.text, node.at, f"no name {name!r} here{nearest(name, self._words())}")

    def _words(self) -> set[str]:
        return {*self.values, *self.parts, *CONSTANTS, *FUNCTIONS}

    def _derivative(self, node: Node) -> Value:
        by = node.args[1]
        if by.kind != "name" or by.word not in self.values or by.word in self.parts:
            fail(self.text, by.at, "diff(f, x) needs the name of a variable or parameter")
        return self.value(derivative(node.args[0], by.word, self.parts, self.text))

    def _compared(self, node: Node, left: Value, right: Value) -> int:
        """A comparison; that of a length with a number is one of squares, which need no root."""
        a, g = self.arithmetic, self.graph
        x, y = a.real(left), a.real(right)
        for root, other in ((x, y), (y, x)):
            if node.kind in ("==", "!=") or not self._is_length(root):
                continue
            if all(name not in g.inputs([other]) for name in self._varying()):
                square = g.times(other, g.add("abs", other))
                inside = g[root].args[0]
                pair = (inside, square) if root == x else (square, inside)
                return g.add(node.kind, *pair)
        return g.add(node.kind, x, y)

    def _is_length(self, node: int) -> bool:
        """Whether a node is the root of a sum of squares."""

        def squares(node: int) -> bool:
            name, args, _ = self.graph[node]
            return name == "*" and args[0] == args[1] or name == "+" and all(map(squares, args))

        return self.graph[node].name == "sqrt" and squares(self.graph[node].args[0])

    def _varying(self) -> set[str]:
        """Inputs that change from step to step."""
        if self._system is None:
            return set()
        names = {c for v in self._system.variables for c in self._system.components(v)}
        return names | {"n", "t", "twin", "moved"} | {f"previous {name}" for name in names}


def inputs(graph: Graph, components: tuple[str, ...]) -> Value:
    """A real or complex number whose parts are inputs."""
    nodes = tuple(graph.input(name) for name in components)
    return Complex(*nodes) if len(nodes) == 2 else nodes[0]


OPERATORS: dict[str, Callable[..., Value]] = {
    "+": Arithmetic.plus,
    "-": Arithmetic.minus,
    "*": Arithmetic.times,
    "/": Arithmetic.over,
    "^": Arithmetic.power,
    "negate": Arithmetic.negate,
}
CALLS: dict[str, Callable[..., Value]] = {
    "abs": Arithmetic.abs,
    "arg": Arithmetic.arg,
    "atan2": lambda a, y, x: a.function("atan2", y, x),
    "conj": lambda a, z: Complex(a.complex(z).re, a.graph.negate(a.complex(z).im)),
    "cos": Arithmetic.cos,
    "cosh": Arithmetic.cosh,
    "exp": Arithmetic.exp,
    "floor": lambda a, x: a.function("floor", x),
    "if": Arithmetic.select,
    "im": lambda a, z: a.complex(z).im,
    "log": Arithmetic.log,
    "max": lambda a, x, y: a.function("max", x, y),
    "min": lambda a, x, y: a.function("min", x, y),
    "mod": Arithmetic.mod,
    "re": lambda a, z: a.complex(z).re,
    "sin": Arithmetic.sin,
    "sinh": Arithmetic.sinh,
    "sqrt": Arithmetic.sqrt,
    "tan": Arithmetic.tan,
    "tanh": Arithmetic.tanh,
}
