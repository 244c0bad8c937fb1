"""diff(f, x): the derivative of an expression, as an expression, by the rules of the textbook."""

from collections.abc import Callable, Mapping

from .grammar import Node, fail

NOT_ANALYTIC = ("abs", "arg", "atan2", "conj", "floor", "im", "max", "min", "mod", "re", "if")


def number(value: float) -> Node:
    return Node("number", value=value)


ZERO, ONE, TWO = number(0.0), number(1.0), number(2.0)


def derivative(node: Node, name: str, parts: Mapping[str, Node], text: str) -> Node:
    """d(node)/d(name).

    Args:
        node: the expression.
        name: of what it is differentiated by.
        parts: what the names of `let` stand for.
        text: that the expression stands in, for errors.
    """

    def d(node: Node) -> Node:
        return derivative(node, name, parts, text)

    args = node.args
    if node.kind == "number":
        return ZERO
    if node.kind == "name":
        if node.word in parts and node.word != name:
            inner = {word: body for word, body in parts.items() if word != node.word}
            return derivative(parts[node.word], name, inner, text)
        return ONE if node.word == name else ZERO
    if node.kind == "negate":
        return minus(ZERO, d(args[0]))
    if node.kind in "+-" and len(args) == 2:
        return (plus if node.kind == "+" else minus)(d(args[0]), d(args[1]))
    if node.kind == "*":
        return plus(times(d(args[0]), args[1]), times(args[0], d(args[1])))
    if node.kind == "/":
        above = minus(times(d(args[0]), args[1]), times(args[0], d(args[1])))
        return over(above, power(args[1], TWO))
    if node.kind == "^":
        return _of_power(node, d(args[0]), d(args[1]))
    if node.kind == "call" and node.word in FUNCTIONS:
        return times(FUNCTIONS[node.word](args[0]), d(args[0]))
    if node.kind == "call" and node.word in NOT_ANALYTIC and all(d(arg) == ZERO for arg in args):
        return ZERO
    fail(text, node.at, f"diff has no rule for {node.word or node.kind!r}")


def _of_power(node: Node, of_base: Node, of_exponent: Node) -> Node:
    base, exponent = node.args
    less = number(exponent.value - 1) if exponent.kind == "number" else minus(exponent, ONE)
    result = times(times(exponent, power(base, less)), of_base)
    if of_exponent != ZERO:
        result = plus(result, times(times(node, call("log", base)), of_exponent))
    return result


def call(word: str, arg: Node) -> Node:
    return Node("call", word=word, args=(arg,), at=arg.at)


def plus(a: Node, b: Node) -> Node:
    if ZERO in (a, b):
        return a if b == ZERO else b
    return Node("+", args=(a, b), at=a.at)


def minus(a: Node, b: Node) -> Node:
    if b == ZERO:
        return a
    return Node("negate", args=(b,), at=b.at) if a == ZERO else Node("-", args=(a, b), at=a.at)


def times(a: Node, b: Node) -> Node:
    if ZERO in (a, b):
        return ZERO
    if ONE in (a, b):
        return a if b == ONE else b
    return Node("*", args=(a, b), at=a.at)


def over(a: Node, b: Node) -> Node:
    return a if a == ZERO else Node("/", args=(a, b), at=a.at)


def power(a: Node, n: Node) -> Node:
    if n == ONE:
        return a
    return ONE if n == ZERO else Node("^", args=(a, n), at=a.at)


FUNCTIONS: dict[str, Callable[[Node], Node]] = {
    "cos": lambda u: minus(ZERO, call("sin", u)),
    "cosh": lambda u: call("sinh", u),
    "exp": lambda u: call("exp", u),
    "log": lambda u: over(ONE, u),
    "sin": lambda u: call("cos", u),
    "sinh": lambda u: call("cosh", u),
    "sqrt": lambda u: over(ONE, times(TWO, call("sqrt", u))),
    "tan": lambda u: plus(ONE, power(call("tan", u), TWO)),
    "tanh": lambda u: minus(ONE, power(call("tanh", u), TWO)),
}
"""f'(u) by u."""
