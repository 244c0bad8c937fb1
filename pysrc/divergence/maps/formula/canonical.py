"""Statements and expressions as text: one for all that mean the same."""

from collections.abc import Iterable

from .grammar import COMPARISONS, Node, Statement

STRENGTH = {"or": 1, "and": 2, "not": 3} | dict.fromkeys(COMPARISONS, 4)
STRENGTH |= {"+": 5, "-": 5, "*": 6, "/": 6, "negate": 7, "^": 8}
ATOM = 9


def canonical(statements: Iterable[Statement]) -> str:
    """One text for all that differ only in spaces, remarks and parentheses that do nothing."""
    return "; ".join(map(_statement, statements))


def _statement(statement: Statement) -> str:
    name = statement.name
    left = {
        "next": f"{name}' =",
        "flow": f"d{name}/dt =" if statement.order == 1 else f"{name}'' =",
        "let": f"let {name} =",
        "parameter": f"{name} =",
        "start": f"{name}(0) =",
    }.get(statement.kind, f"{statement.kind}{f' {name}' if name else ''}:")
    return f"{left} {show(statement.body)}"


def show(node: Node, least: int = 0) -> str:
    """An expression as text, in parentheses where its operator is weaker than `least`."""
    strength = STRENGTH.get(node.kind, ATOM)
    args = node.args
    if node.kind == "number":
        value = node.value
        text = repr(int(value)) if value.is_integer() and value < 1e15 else repr(value)
    elif node.kind == "name":
        text = node.word
    elif node.kind == "call":
        text = f"{node.word}({', '.join(map(show, args))})"
    elif node.kind == "not":
        text = f"not {show(args[0], strength)}"
    elif node.kind == "negate":
        text = f"-{show(args[0], strength)}"
    elif node.kind == "^":
        text = f"{show(args[0], ATOM)}^{show(args[1], 7)}"
    elif node.kind in COMPARISONS:
        text = f"{show(args[0], strength + 1)} {node.kind} {show(args[1], strength + 1)}"
    else:
        sign = node.kind if node.kind in "*/" else f" {node.kind} "
        text = f"{show(args[0], strength)}{sign}{show(args[1], strength + 1)}"
    return f"({text})" if strength < least else text
