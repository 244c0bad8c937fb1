"""What a twin differs by after a step: f(x + d) - f(x), by rules in which nothing cancels.

Each operation has a rule that takes its arguments and what they differ by. So the difference of a
whole step follows from those of its parts, and keeps its last digits however small it is.
"""

import math
from collections.abc import Callable, Iterable, Mapping

from .graph import TRUTHS, Graph


def differences(graph: Graph, nodes: Iterable[int], seeds: Mapping[int, int]) -> dict[int, int]:
    """By nodes, what they differ by where inputs do.

    Args:
        graph: which grows.
        nodes: that are asked for.
        seeds: for inputs, the nodes of what those of the twin differ by.
    """
    nodes = list(nodes)
    rules = _Rules(graph)
    found = dict(seeds)
    twin: dict[int, int] = {}  # truths, as the twin sees them
    for node in graph.needed(nodes):
        if node in found:
            continue
        name, args, value = graph[node]
        apart = [found.get(arg, rules.zero) for arg in args]
        if name in TRUTHS:
            twin[node] = rules.truth_of_twin(node, apart, twin)
        elif name == "select":
            chosen = twin[args[0]]
            found[node] = rules.select(args, chosen, apart)
        elif all(d == rules.zero for d in apart):
            found[node] = rules.zero
        else:
            found[node] = RULES[name](rules, args, apart)
    return {node: found[node] for node in nodes}


class _Rules:
    def __init__(self, graph: Graph) -> None:
        self.g = graph
        self.zero = graph.number(0.0)
        self.half = graph.number(0.5)

    def shifted(self, a: int, d: int) -> int:
        return self.g.plus(a, d)

    def middle(self, a: int, d: int) -> tuple[int, int]:
        """a + d/2, and d/2."""
        half = self.g.times(self.half, d)
        return self.g.plus(a, half), half

    def twice(self, a: int) -> int:
        return self.g.plus(a, a)

    def truth_of_twin(self, node: int, apart: list[int], twin: Mapping[int, int]) -> int:
        name, args, _ = self.g[node]
        if name in ("and", "or", "not"):
            return self.g.add(name, *(twin[arg] for arg in args))
        return self.g.add(name, *(self.shifted(a, d) for a, d in zip(args, apart, strict=True)))

    def select(self, args: tuple[int, ...], chosen: int, apart: list[int]) -> int:
        """Where the twin takes the other branch, that one's value less this one's."""
        g, (own, a, b) = self.g, args
        if chosen == own:
            return g.add("select", own, apart[1], apart[2])
        across = g.minus(a, b)
        here = g.add("select", chosen, apart[1], g.minus(apart[2], across))
        there = g.add("select", chosen, g.plus(across, apart[1]), apart[2])
        return g.add("select", own, here, there)

    def plus(self, args: tuple[int, ...], d: list[int]) -> int:
        return self.g.plus(*d)

    def minus(self, args: tuple[int, ...], d: list[int]) -> int:
        return self.g.minus(*d)

    def negate(self, args: tuple[int, ...], d: list[int]) -> int:
        return self.g.negate(d[0])

    def times(self, args: tuple[int, ...], d: list[int]) -> int:
        """(a + da)(b + db) - a b = da b + (a + da) db, and da (2 a + da) of a square"""
        g, (a, b) = self.g, args
        if a == b:
            return g.times(d[0], g.plus(self.twice(a), d[0]))
        first = self.zero if d[0] == self.zero else g.times(d[0], b)
        second = self.zero if d[1] == self.zero else g.times(self.shifted(a, d[0]), d[1])
        return g.plus(first, second)

    def over(self, args: tuple[int, ...], d: list[int]) -> int:
        """(da - (a/b) db) / (b + db)"""
        g, (a, b) = self.g, args
        taken = self.zero if d[1] == self.zero else g.times(g.over(a, b), d[1])
        return g.over(g.minus(d[0], taken), self.shifted(b, d[1]))

    def sqrt(self, args: tuple[int, ...], d: list[int]) -> int:
        """d / (sqrt(a + d) + sqrt(a)), and 0 where both are 0"""
        g, a = self.g, args[0]
        roots = g.plus(g.add("sqrt", self.shifted(a, d[0])), g.add("sqrt", a))
        return g.add("select", g.add("==", d[0], self.zero), self.zero, g.over(d[0], roots))

    def sin(self, args: tuple[int, ...], d: list[int]) -> int:
        """2 sin(d/2) cos(a + d/2)"""
        middle, half = self.middle(args[0], d[0])
        return self.g.times(self.twice(self.g.add("sin", half)), self.g.add("cos", middle))

    def cos(self, args: tuple[int, ...], d: list[int]) -> int:
        """-2 sin(d/2) sin(a + d/2)"""
        middle, half = self.middle(args[0], d[0])
        product = self.g.times(self.twice(self.g.add("sin", half)), self.g.add("sin", middle))
        return self.g.negate(product)

    def sinh(self, args: tuple[int, ...], d: list[int]) -> int:
        """2 sinh(d/2) cosh(a + d/2)"""
        middle, half = self.middle(args[0], d[0])
        return self.g.times(self.twice(self.g.add("sinh", half)), self.g.add("cosh", middle))

    def cosh(self, args: tuple[int, ...], d: list[int]) -> int:
        """2 sinh(d/2) sinh(a + d/2)"""
        middle, half = self.middle(args[0], d[0])
        return self.g.times(self.twice(self.g.add("sinh", half)), self.g.add("sinh", middle))

    def tanh(self, args: tuple[int, ...], d: list[int]) -> int:
        """sinh(d) / (cosh(a) cosh(a + d))"""
        g, a = self.g, args[0]
        over = g.over(g.add("sinh", d[0]), g.add("cosh", a))
        return g.over(over, g.add("cosh", self.shifted(a, d[0])))

    def exp(self, args: tuple[int, ...], d: list[int]) -> int:
        """exp(a) (exp(d) - 1)"""
        return self.g.times(self.g.add("exp", args[0]), self.g.add("expm1", d[0]))

    def log(self, args: tuple[int, ...], d: list[int]) -> int:
        """log(1 + d/a)"""
        return self.g.add("log1p", self.g.over(d[0], args[0]))

    def atan2(self, args: tuple[int, ...], d: list[int]) -> int:
        """The angle between (x, y) and its twin; and a turn, where the cut lies between them."""
        g, (y, x), (dy, dx) = self.g, args, d
        across = g.minus(g.times(x, dy), g.times(y, dx))
        along = g.plus(g.times(x, self.shifted(x, dx)), g.times(y, self.shifted(y, dy)))
        angle = g.add("atan2", across, along)
        plain = g.minus(
            g.add("atan2", self.shifted(y, dy), self.shifted(x, dx)), g.add("atan2", y, x)
        )
        turn = g.over(g.minus(plain, angle), g.number(2 * math.pi))
        turns = g.add("floor", g.plus(turn, self.half))
        return g.plus(angle, g.times(turns, g.number(2 * math.pi)))

    def abs(self, args: tuple[int, ...], d: list[int]) -> int:
        """d or -d; where the twin is on the other side, d + 2 a or -d - 2 a"""
        g, a, moved = self.g, args[0], self.shifted(args[0], d[0])
        far = g.plus(d[0], self.twice(a))
        right, twin_right = g.add("<=", self.zero, a), g.add("<=", self.zero, moved)
        from_right = g.add("select", twin_right, d[0], g.negate(far))
        from_left = g.add("select", twin_right, far, g.negate(d[0]))
        return g.add("select", right, from_right, from_left)

    def floor(self, args: tuple[int, ...], d: list[int]) -> int:
        g, a = self.g, args[0]
        return g.minus(g.add("floor", self.shifted(a, d[0])), g.add("floor", a))

    def least(self, args: tuple[int, ...], d: list[int]) -> int:
        return self._of_two(args, d, "<")

    def greatest(self, args: tuple[int, ...], d: list[int]) -> int:
        return self._of_two(args, d, ">")

    def _of_two(self, args: tuple[int, ...], d: list[int], sign: str) -> int:
        """min(a, b) as b < a ? b : a, and max(a, b) as b > a ? b : a"""
        g, (a, b) = self.g, args
        chosen = g.add(sign, self.shifted(b, d[1]), self.shifted(a, d[0]))
        return self.select((g.add(sign, b, a), b, a), chosen, [self.zero, d[1], d[0]])


RULES: dict[str, Callable[[_Rules, tuple[int, ...], list[int]], int]] = {
    "+": _Rules.plus,
    "-": _Rules.minus,
    "*": _Rules.times,
    "/": _Rules.over,
    "abs": _Rules.abs,
    "atan2": _Rules.atan2,
    "cos": _Rules.cos,
    "cosh": _Rules.cosh,
    "exp": _Rules.exp,
    "floor": _Rules.floor,
    "log": _Rules.log,
    "max": _Rules.greatest,
    "min": _Rules.least,
    "negate": _Rules.negate,
    "sin": _Rules.sin,
    "sinh": _Rules.sinh,
    "sqrt": _Rules.sqrt,
    "tanh": _Rules.tanh,
}
