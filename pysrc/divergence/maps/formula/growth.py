"""How fast a step grows where z is large: as leading * z^degree."""

from collections.abc import Mapping
from typing import NamedTuple

from .derivative import ONE, minus, number, over, plus, power, times
from .grammar import Node

MAX_DEGREE = 1024
"""Of a power that is multiplied out."""


class Growth(NamedTuple):
    """What an expression is like where z is large; `leading` may differ by a factor of length 1."""

    degree: int
    leading: Node


def degree(node: Node, name: str, parts: Mapping[str, Node]) -> Growth | None:
    """The growth of a polynomial in `name`, None for what is no polynomial.

    Args:
        node: the expression; conj(z) counts as z, and so do Burning Ship's lengths of z's parts.
        name: of z.
        parts: what the names of `let` stand for.
    """

    def of(node: Node) -> Growth | None:
        return degree(node, name, parts)

    if node.kind == "name" and node.word in parts:
        return degree(parts[node.word], name, {k: v for k, v in parts.items() if k != node.word})
    if node.kind == "name" and node.word == name:
        return Growth(1, ONE)
    if node.kind in ("number", "name"):
        return Growth(0, node)
    if (folded := _folded(node)) is not None:
        return of(folded)
    if node.kind == "call" and node.word == "conj":
        return of(node.args[0])
    grown = [of(arg) for arg in node.args]
    if all(each is not None and each.degree == 0 for each in grown):
        return Growth(0, node)
    if None in grown:
        return None
    a, b = grown[0], grown[-1]
    assert a is not None and b is not None
    if node.kind == "negate":
        return a
    if node.kind in ("+", "-"):
        if a.degree == b.degree:
            leading = (plus if node.kind == "+" else minus)(a.leading, b.leading)
            return Growth(a.degree, leading)
        return max(a, b, key=lambda each: each.degree)
    if node.kind == "*":
        return Growth(a.degree + b.degree, times(a.leading, b.leading))
    if node.kind == "/" and b.degree == 0:
        return Growth(a.degree, over(a.leading, b.leading))
    exponent = node.args[-1]
    if (
        node.kind == "^"
        and exponent.kind == "number"
        and exponent.value in range(1, MAX_DEGREE + 1)
    ):
        leading = ONE if a.leading == ONE else power(a.leading, number(exponent.value))
        return Growth(a.degree * int(exponent.value), leading)
    return None


def _folded(node: Node) -> Node | None:
    """u of abs(re(u)) + i abs(im(u)), or with one of the two not folded, in any order of sum."""
    if node.kind not in ("+", "-"):
        return None
    real, imaginary = _part_of(node.args[0], "re"), None
    if node.args[1].kind == "*":
        inside = [arg for arg in node.args[1].args if arg != Node("name", "i")]
        imaginary = _part_of(inside[0], "im") if len(inside) == 1 else None
    return real if real is not None and real == imaginary else None


def _part_of(node: Node, part: str) -> Node | None:
    """u of re(u), abs(re(u)) or -re(u)."""
    while node.kind == "negate" or (node.kind == "call" and node.word == "abs"):
        node = node.args[0]
    return node.args[0] if node.kind == "call" and node.word == part else None
