"""Taylor series of what moves during a step of a flow: which rule of cuda/series.h gives the next
coefficient of each operation."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from .graph import TRUTHS, Graph
from .numbers import MisfitError

PLAIN = {
    "/": "quotient",
    "atan2": "atan2",
    "cos": "turned",
    "cosh": "primitive",
    "exp": "exp",
    "expm1": "expm1",
    "log": "log",
    "log1p": "log1p",
    "select": "select",
    "sin": "primitive",
    "sinh": "primitive",
    "sqrt": "root",
    "tanh": "tanh",
}
"""Rules of operations on series; those of + - * and of what does not move are chosen by terms()."""
WITHOUT_SERIES = "taylor needs what has a Taylor series, and {} has none: use rk4"
SMALLEST, LARGEST = 1e-15, 1e-3
"""Tolerances."""


@dataclass
class Flow:
    """What is integrated by Taylor series.

    Attributes:
        rates: for each field that moves, the node of how fast it does, per step.
        groups: fields whose size a step's error is held against, together.
        margins: nodes, of which one is 0 where a stop comes or ends.
        tolerance: the node of the error that a Taylor step may make, relative to each group.
    """

    rates: dict[str, int]
    groups: list[list[str]]
    margins: list[int] = field(default_factory=list)
    tolerance: int = 0

    def terms(self, graph: Graph) -> list["Term"]:
        """The operations that move, in the order in which their coefficients are found."""
        return terms(graph, [*self.rates.values(), *self.margins], set(self.rates))


class Term(NamedTuple):
    """The series of a node: by what rule it follows from those of others, and from what rests."""

    node: int
    rule: str
    args: tuple[int, ...]


def terms(graph: Graph, nodes: Iterable[int], moving: set[str]) -> list[Term]:
    """The series that these nodes need, where some inputs move.

    Raises:
        MisfitError: an operation on what moves has no series.
    """
    wanted = set(nodes)
    while True:
        moves = _moving(graph, wanted, moving)
        more = {partner for node in moves for partner in _partner(graph, node)} - wanted
        if not more:
            break
        wanted |= more
    return [
        _term(graph, node, [arg in moves for arg in graph[node].args])
        for node in graph.needed(wanted)
        if node in moves and graph[node].args
    ]


def _moving(graph: Graph, nodes: Iterable[int], moving: set[str]) -> set[int]:
    """The numbers that change with some inputs, among all that nodes are computed from."""
    found: set[int] = set()
    for node in graph.needed(nodes):
        name, args, value = graph[node]
        if (name == "input" and value in moving) or (
            name not in TRUTHS and found.intersection(args)
        ):
            found.add(node)
    return found


def _term(graph: Graph, node: int, moves: list[bool]) -> Term:
    name, args, _ = graph[node]
    if name in ("+", "-") and all(moves):
        return Term(node, "sum" if name == "+" else "difference", args)
    if name in ("+", "-"):
        rule = "negative" if name == "-" and moves[1] else "same"
        return Term(node, rule, (args[moves.index(True)],))
    if name == "negate":
        return Term(node, "negative", args)
    if name == "*":
        resting_first = args if moves[1] else args[::-1]
        return Term(node, "product" if all(moves) else "scaled", resting_first)
    if name == "/" and not all(moves):
        return Term(node, "shared", args) if moves[0] else Term(node, "inverse", args[1:])
    if name == "floor":
        return Term(node, "still", ())
    if name not in PLAIN:
        raise MisfitError(WITHOUT_SERIES.format(name))
    return Term(node, PLAIN[name], args + _partner(graph, node))


def _partner(graph: Graph, node: int) -> tuple[int, ...]:
    """What else the rule of an operation reads."""
    name, args, _ = graph[node]
    others = {"sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh"}
    if name in others:
        return (graph.add(others[name], args[0]),)
    if name == "tanh":
        return (graph.times(node, node),)
    if name == "atan2":
        y, x = args
        return (graph.plus(graph.times(x, x), graph.times(y, y)),)
    return ()


def check_smooth(graph: Graph, nodes: Iterable[int], moving: set[str]) -> None:
    """Raises a MisfitError where something that moves has no Taylor series, or a jump."""
    nodes = list(nodes)
    if any(name.startswith("previous ") for name in graph.inputs(nodes)):
        raise MisfitError("taylor has no previous step: use rk4")
    moves = _moving(graph, nodes, moving)
    for node in graph.needed(nodes):
        name, args, _ = graph[node]
        if name == "select" and graph[args[0]].name not in ("==", "!="):
            if moving & graph.inputs(args[:1]):
                raise MisfitError(WITHOUT_SERIES.format("if"))
        elif node in moves and name in ("abs", "floor", "max", "min"):
            raise MisfitError(WITHOUT_SERIES.format(name))


def smooth_test(graph: Graph, test: int) -> int:
    """A test of squares where one of lengths was: abs(x) < a of numbers."""
    name, args, _ = graph[test]
    if name in ("and", "or", "not"):
        return graph.add(name, *(smooth_test(graph, arg) for arg in args))
    for i in range(2):
        if graph[args[i]].name == "abs":
            inside, other = graph[args[i]].args[0], args[1 - i]
            pair = [graph.times(inside, inside), graph.times(other, graph.add("abs", other))]
            return graph.add(name, *(pair if i == 0 else pair[::-1]))
    return test


def margins(graph: Graph, tests: Iterable[int], moving: set[str]) -> list[int]:
    """The differences that tests compare with 0, where they move."""
    found = []
    for node in graph.needed(tests):
        name, args, _ = graph[node]
        if name in TRUTHS - {"and", "or", "not"}:
            found.append(graph.minus(*args))
    return sorted(set(found) & _moving(graph, found, moving))
