"""Random texts as formulas: each is understood, or refused with a ValueError.

python tests/fuzz_formula.py 1000000 [seed] prints how many of each there were. What is understood
is written as C++ and read again from its canonical text, which must mean the same.
"""

import random
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "pysrc"))

from divergence.maps.formula import Formula
from divergence.maps.formula.canonical import canonical
from divergence.maps.formula.grammar import FUNCTIONS, parse
from divergence.maps.formula.system import METHODS

PIECES = [*"zxyabc()+-*/^,;:='<>! \n0123456789.", "**", "<=", ">=", "==", "!=", "and", "or", "not"]
PIECES += [*FUNCTIONS, "z^2 + c", "x' = ", "dx/dt = ", "x'' = ", "let ", "escape: ", "arrive: "]
PIECES += ["separate: ", "near ", "twin", "previous", "moved", "pixel", "pi", "e", "i", "t", "n"]
PIECES += [
    "dt",
    "shift",
    "x(0) = ",
    "x'(0) = ",
    "1e-7",
    "é",
    "²",
    "π",
    "->",
    "\\",
    '"',
    "#",
    "{",
    "_",
    "\t",
    "\0",
]
WHOLE = [
    "z^2 + c",
    "x' = 1 - a*x^2 + y; y' = b*x; a = 1.4; b = 0.3",
    "x'' = -sin(x) - 0.2*x' + 1.2*cos(0.66*t)",
    "let f = z^3 - 1; z' = z - f/diff(f, z); arrive: abs(z - previous) < 1e-7",
    "z' = if(re(z) > 0, conj(z)^2, z/c) + c; near left: abs(z + 1) < 0.1 or z == 1",
    "dx/dt = s*(y - x); dy/dt = x*(28 - z) - y; dz/dt = x*y - 8/3*z; s = 10; separate: twin > 1",
]


def expression(random: random.Random, depth: int) -> str:
    """An expression that the grammar allows, whatever it may mean."""
    if depth == 0 or random.random() < 0.2:
        return random.choice(
            ["z", "x", "y", "c", "a", "2", "0.5", "pi", "i", "previous", "n", "x'"]
        )
    kind = random.randrange(5)
    if kind == 0:
        name = random.choice(list(FUNCTIONS))
        args = [expression(random, depth - 1) for _ in range(FUNCTIONS[name])]
        return f"{name}({', '.join(args)})"
    if kind == 1:
        return f"-({expression(random, depth - 1)})"
    sign = random.choice(["+", "-", "*", "/", "^", "+", "*", "<", ">="])
    return f"({expression(random, depth - 1)}) {sign} {expression(random, depth - 1)}"


def text(random: random.Random) -> str:
    """A text: pieces in a row, a formula in which some things were changed, or expressions."""
    if random.random() < 0.4:
        whole = expression(random, random.randrange(1, 4))
        more = random.choice(
            ["", "", "; escape: abs(z) > 2", f"; near: {expression(random, 2)} < 1"]
        )
        start = random.choice(["", "z' = ", f"x' = {expression(random, 2)}; y' = ", "dx/dt = "])
        return start + whole + more
    if random.random() < 0.5:
        return "".join(random.choice(PIECES) for _ in range(random.randrange(1, 25)))
    whole = list(random.choice(WHOLE))
    for _ in range(random.randrange(1, 5)):
        at = random.randrange(len(whole) + 1)
        whole[at : at + random.randrange(3)] = random.choice(PIECES)
    return "".join(whole)


def look(text: str) -> str:
    """What becomes of a text; flows are stepped by every method in turn."""
    try:
        formula = Formula(text, method=METHODS[len(text) % len(METHODS)])
        source = formula.source
    except ValueError as error:
        assert str(error)
        return "refused"
    assert source.isascii() and canonical(parse(formula.text)) == formula.text
    again = Formula(formula.text, formula.plane, formula.method, formula.values)
    assert (again.source, again) == (source, formula), text
    return "understood"


def fuzz(count: int, seed: int) -> Counter[str]:
    """So many texts of a seed."""
    chosen = random.Random(seed)
    found: Counter[str] = Counter()
    for _ in range(count):
        one = text(chosen)
        try:
            found[look(one)] += 1
        except Exception as error:
            raise AssertionError(f"{one!r}: {error!r}") from error
    return found


if __name__ == "__main__":
    print(fuzz(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
