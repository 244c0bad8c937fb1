"""Operations on real numbers as a graph, in which every common part is there once.

What a formula becomes: a complex number is a pair of nodes. A node is a whole number; its
arguments have smaller ones, so that the order of numbers is an order in which to compute.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeVar

Value = TypeVar("Value")

MAX_NODES = 20_000

EXACT: dict[str, Callable[[float], float]] = {"abs": abs, "negate": lambda x: -x}
"""Operations on one number that make no error, and are done at once."""
TRUTHS = {"<", "<=", ">", ">=", "==", "!=", "and", "or", "not"}
"""Operations whose result is true or false."""


class Operation(NamedTuple):
    """What computes a node.

    Attributes:
        name: "number", "input", + - * / negate, a function, or one of TRUTHS.
        args: nodes.
        value: of a number, or the name of an input.
    """

    name: str
    args: tuple[int, ...] = ()
    value: float | str = 0.0


class Graph:
    """The operations of one formula."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._known: dict[tuple[object, ...], int] = {}

    def __getitem__(self, node: int) -> Operation:
        return self.operations[node]

    def add(self, name: str, *args: int, value: float | str = 0.0) -> int:
        """The node of an operation, which is a new one only if there is none like it."""
        if name in EXACT and (known := self.value(args[0])) is not None:
            return self.number(EXACT[name](known))
        key = (name, args, value.hex() if isinstance(value, float) else value)
        node = self._known.get(key)
        if node is None:
            if len(self.operations) >= MAX_NODES:
                raise ValueError(f"a formula has at most {MAX_NODES} operations")
            node = self._known[key] = len(self.operations)
            self.operations.append(Operation(name, args, value))
        return node

    def number(self, value: float) -> int:
        return self.add("number", value=float(value))

    def input(self, name: str) -> int:
        return self.add("input", value=name)

    def value(self, node: int) -> float | None:
        """What a number is; None for what is not known before the formula runs."""
        operation = self.operations[node]
        return float(operation.value) if operation.name == "number" else None

    # Numbers are computed at once, with the roundings that the kernel's operations have. What is
    # left out changes no value but the sign of a zero.

    def plus(self, a: int, b: int) -> int:
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.number(x + y)
        if x == 0:
            return b
        if y == 0:
            return a
        if self[b].name == "negate":
            return self.minus(a, self[b].args[0])
        if self[a].name == "negate":
            return self.minus(b, self[a].args[0])
        return self.add("+", min(a, b), max(a, b))

    def minus(self, a: int, b: int) -> int:
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.number(x - y)
        if y == 0:
            return a
        if x == 0:
            return self.negate(b)
        if self[b].name == "negate":
            return self.plus(a, self[b].args[0])
        return self.add("-", a, b)

    def times(self, a: int, b: int) -> int:
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.number(x * y)
        for factor, other in ((x, b), (y, a)):
            if factor == 1:
                return other
            if factor == -1:
                return self.negate(other)
            if factor == 2:
                return self.add("+", other, other)
        if self[a].name == "negate":
            return self.negate(self.times(self[a].args[0], b))
        if self[b].name == "negate":
            return self.negate(self.times(a, self[b].args[0]))
        return self.add("*", min(a, b), max(a, b))

    def over(self, a: int, b: int) -> int:
        x, y = self.value(a), self.value(b)
        if x is not None and y:
            return self.number(x / y)
        if y == 1:
            return a
        return self.add("/", a, b)

    def negate(self, a: int) -> int:
        x = self.value(a)
        if x is not None:
            return self.number(-x)
        if self[a].name == "negate":
            return self[a].args[0]
        if self[a].name == "-":
            return self.add("-", self[a].args[1], self[a].args[0])
        return self.add("negate", a)

    def power(self, a: int, n: int) -> int:
        """a^n for a whole number n >= 0, by repeated squaring."""
        return power(a, n, self.number(1.0), self.times)

    def needed(self, nodes: Iterable[int]) -> list[int]:
        """These nodes and all that they are computed from, in order."""
        found: set[int] = set()
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting.extend(self.operations[node].args)
        return sorted(found)

    def inputs(self, nodes: Iterable[int]) -> set[str]:
        """The names that these nodes are computed from."""
        needed = (self.operations[node] for node in self.needed(nodes))
        return {str(each.value) for each in needed if each.name == "input"}

    def rewritten(self, nodes: Iterable[int], given: Mapping[int, int]) -> dict[int, int]:
        """These nodes with others in the place of some: all that changed, by what it was."""
        changed = dict(given)
        for node in self.needed(nodes):
            name, args, value = self.operations[node]
            if node not in changed:
                changed[node] = (
                    self.add(name, *(changed[arg] for arg in args), value=value) if args else node
                )
        return changed


def power(a: Value, n: int, one: Value, times: Callable[[Value, Value], Value]) -> Value:
    """a^n by repeated squaring, from the lowest bit of n up, as power() of cuda/power.h."""
    if n == 0:
        return one
    while n % 2 == 0:
        a, n = times(a, a), n // 2
    result = a
    while n := n // 2:
        a = times(a, a)
        if n % 2 == 1:
            result = times(result, a)
    return result
