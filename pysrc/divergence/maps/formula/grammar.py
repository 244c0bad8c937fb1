"""The language of formulas: text -> syntax trees; canonical.py takes them back to text.

Text is parsed, never evaluated. A text is a list of statements, between which stands ";" or the end
of a line; what follows "#" is a remark. Spaces mean nothing.

    x' = e             a discrete map's next x; after it, x' is that value in other expressions
    dx/dt = e          a flow
    x'' = e            a flow of second order, in which x' is the velocity
    e                  alone: z' = e
    let name = e       a name for a part
    name = e           a parameter and its default
    x(0) = e           where x starts, if the pixel does not say
    escape: e > e      a stop, and so arrive, near and separate; `near left: ...` gives it a name

    truth   = both {"or" both}            both = denial {"and" denial}
    denial  = ["not"] sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum]
    sum     = ["+" | "-"] product {("+" | "-") product}
    product = factor {["*" | "/"] factor}       2x and x (1 - x) are products
    factor  = ("+" | "-") factor | base ["^" factor]        ** means ^
    base    = number | name {"'"} | function "(" truth {"," truth} ")" | "(" truth ")"
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NoReturn

MAX_LENGTH = 4000
MAX_DEPTH = 100
MAX_HEIGHT = 120
FUNCTIONS = {
    "abs": 1,
    "arg": 1,
    "atan2": 2,
    "conj": 1,
    "cos": 1,
    "cosh": 1,
    "diff": 2,
    "exp": 1,
    "floor": 1,
    "if": 3,
    "im": 1,
    "log": 1,
    "max": 2,
    "min": 2,
    "mod": 2,
    "re": 1,
    "sin": 1,
    "sinh": 1,
    "sqrt": 1,
    "tan": 1,
    "tanh": 1,
}
"""How many arguments each function has."""
STOPS = ("escape", "arrive", "near", "separate")
COMPARISONS = ("<=", ">=", "==", "!=", "<", ">")
WORDS = {"and", "or", "not", "let"}


ALIASES = {"**": "^", "\n": ";", "ln": "log"}
ADVICE = {
    "|": ": write abs(z) for a length",
    "√": ": write sqrt(...)",
    "{": ": write x' for the next x",
    "[": ": write x' for the next x",
}
"""What to write for signs that there are not."""


class FormulaError(ValueError):
    """A formula that means nothing: what is wrong, its line, and a caret under the place."""


def fail(text: str, at: int, what: str) -> NoReturn:
    """Raises a FormulaError that shows where in the text it is."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = text[start : len(text) if end < 0 else end]
    first = max(0, at - start - 60)  # of a long line, what is around the place
    shown = line[first : first + 100]
    raise FormulaError(f"{what}:\n    {shown}\n    {' ' * (at - start - first)}^")


def nearest(word: str, words: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or the words there are, if they are few."""
    allowed = sorted(set(words))
    near = difflib.get_close_matches(word, allowed, n=1, cutoff=0.7)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; there are {', '.join(allowed)}" if 0 < len(allowed) <= 12 else ""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression.

    Attributes:
        kind: "number", "name", "call", "not", "negate", or an operator.
        word: a name with its primes, or a function's.
        value: of a number.
        args: the parts that it is made of.
        at: where it begins in the text.
        height: of the tree below it.
    """

    kind: str
    word: str = ""
    value: float = 0.0
    args: tuple["Node", ...] = ()
    at: int = field(default=0, compare=False)
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """A line of a formula.

    Attributes:
        kind: "next" (x' = e), "flow" (dx/dt = e or x'' = e), "let", "parameter", "start" or one of
            STOPS.
        name: what it says something of; a stop's own name, which may be empty.
        order: of a flow: how many derivatives, 1 or 2.
        body: the expression.
        at: where it begins in the text.
    """

    kind: str
    name: str
    body: Node
    order: int = 0
    at: int = field(default=0, compare=False)


@lru_cache(maxsize=256)
def parse(text: str) -> tuple[Statement, ...]:
    """The statements of a text.

    Raises:
        FormulaError: it has none, or makes no sense somewhere.
    """
    return tuple(_Parser(text).statements())


class _Parser:
    """Recursive descent; every method reads its part of the grammar from the next token on."""

    TOKEN = re.compile(
        r"(?P<skip>[ \t\r]+|\#[^\n]*)|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
        r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>\*\*|<=|>=|==|!=|->|[-+*/^()<>=,:;'\n])"
    )

    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) > MAX_LENGTH:
            fail(text, MAX_LENGTH, f"a formula has at most {MAX_LENGTH} characters")
        self.tokens: list[tuple[str, str, int]] = []
        at = inside = 0
        while at < len(text):
            match = self.TOKEN.match(text, at)
            if match is None:
                advice = ADVICE.get(text[at], "")
                fail(text, at, f"{text[at]!r} means nothing in a formula{advice}")
            inside += (match[0] == "(") - (match[0] == ")")
            if match.lastgroup != "skip" and not (match[0] == "\n" and inside > 0):
                word = ALIASES.get(match[0], match[0])
                self.tokens.append((str(match.lastgroup), word, at))
            at = match.end()
        self.tokens.append(("end", "", len(text)))
        self.place = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> str:
        """The next token; "" at the end."""
        return self.tokens[min(self.place + ahead, len(self.tokens) - 1)][1]

    def kind(self, ahead: int = 0) -> str:
        return self.tokens[min(self.place + ahead, len(self.tokens) - 1)][0]

    @property
    def at(self) -> int:
        return self.tokens[self.place][2]

    def take(self, *allowed: str) -> str:
        """The next token, if it is one of these; else ""."""
        word = self.peek()
        if word not in allowed or not word:
            return ""
        self.place += 1
        return word

    def need(self, word: str, what: str = "") -> None:
        if not self.take(word):
            self.expected(what or f'"{word}"')

    def expected(self, what: str) -> NoReturn:
        fail(self.text, self.at, f"expected {what}")

    def node(self, kind: str, at: int, *args: Node, word: str = "") -> Node:
        height = 1 + max(arg.height for arg in args)
        if height > MAX_HEIGHT:
            fail(self.text, at, f"an expression is at most {MAX_HEIGHT} operations deep")
        return Node(kind, word, 0.0, args, at, height)

    def statements(self) -> Iterable[Statement]:
        found = 0
        while self.kind() != "end":
            if self.take(";"):
                continue
            yield self.statement()
            found += 1
            if self.kind() != "end" and not self.take(";"):
                self.misplaced()
        if not found:
            self.expected("a formula such as z^2 + c")

    def misplaced(self) -> NoReturn:
        """Raises the error of what follows a whole statement."""
        word, before = self.peek(), self.tokens[self.place - 1]
        if word == "=":
            self.expected("one name to the left of =: x' = ... of a map, dx/dt or x'' of a flow")
        if word == ":" and before[0] == "name":
            fail(self.text, before[2], f"no stop {before[1]!r}{nearest(before[1], STOPS)}")
        if word == "->":
            self.expected("z' = ..., which is what z -> ... means here")
        self.expected('an operator, or ";" before the next statement')

    def statement(self) -> Statement:
        at = self.at
        words = [self.peek(i) for i in range(6)]
        if self.kind() == "name":
            is_word = self.kind(1) in ("name", "number")
            if words[0] in STOPS and (words[1] in (":", "(") or is_word):
                return self.stop(at)
            if words[0] == "let":
                self.place += 1
                return Statement("let", self.new_name(), self.after_equals(), at=at)
            if words[1:3] == ["/", "dt"] and words[0][0] == "d" and len(words[0]) > 1:
                self.place += 3
                return Statement("flow", words[0][1:], self.after_equals(), 1, at)
            if words[1:3] == ["'", "="]:
                self.place += 2
                return Statement("next", words[0], self.after_equals(), at=at)
            if words[1:4] == ["'", "'", "="]:
                self.place += 3
                return Statement("flow", words[0], self.after_equals(), 2, at)
            if words[1:5] == ["(", "0", ")", "="] or words[1:6] == ["'", "(", "0", ")", "="]:
                prime = "'" if words[1] == "'" else ""
                self.place += 4 + len(prime)
                return Statement("start", words[0] + prime, self.after_equals(), at=at)
            if words[1] == "=":
                return Statement("parameter", self.new_name(), self.after_equals(), at=at)
        return Statement("next", "z", self.truth(), at=at)

    def stop(self, at: int) -> Statement:
        kind = self.peek()
        self.place += 1
        name = ""
        if self.kind() == "name":
            name = self.peek()
            self.place += 1
        self.need(":", f'":" after {kind}, or after its name')
        return Statement(kind, name, self.truth(), at=at)

    def new_name(self) -> str:
        word = self.peek()
        if self.kind() != "name":
            self.expected("a name")
        if word in FUNCTIONS or word in WORDS:
            fail(self.text, self.at, f"{word!r} has a meaning of its own")
        self.place += 1
        return word

    def after_equals(self) -> Node:
        self.need("=")
        return self.truth()

    def truth(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            fail(self.text, self.at, f"parentheses are at most {MAX_DEPTH} deep")
        left = self.both()
        while self.peek() == "or":
            at = self.at
            self.place += 1
            left = self.node("or", at, left, self.both())
        self.depth -= 1
        return left

    def both(self) -> Node:
        left = self.denial()
        while self.peek() == "and":
            at = self.at
            self.place += 1
            left = self.node("and", at, left, self.denial())
        return left

    def denial(self) -> Node:
        at = self.at
        if self.take("not"):
            self.depth += 1
            if self.depth > MAX_DEPTH:
                fail(self.text, at, f"parentheses are at most {MAX_DEPTH} deep")
            denied = self.node("not", at, self.denial())
            self.depth -= 1
            return denied
        left = self.sum()
        at = self.at
        if sign := self.take(*COMPARISONS):
            return self.node(sign, at, left, self.sum())
        return left

    def sum(self) -> Node:
        left = self.product()
        while self.peek() in ("+", "-") and self.peek():
            at = self.at
            left = self.node(self.take("+", "-"), at, left, self.product())
        return left

    def product(self) -> Node:
        left = self.factor()
        while True:
            at = self.at
            if sign := self.take("*", "/"):
                left = self.node(sign, at, left, self.factor())
            elif self.peek() == "(" or (
                self.kind() in ("name", "number") and self.peek() not in WORDS
            ):
                left = self.node("*", at, left, self.factor())
            else:
                return left

    def factor(self) -> Node:
        at = self.at
        self.depth += 1
        if self.depth > MAX_DEPTH:
            fail(self.text, at, f"parentheses and signs are at most {MAX_DEPTH} deep")
        if sign := self.take("+", "-"):
            inner = self.factor()
            result = inner if sign == "+" else self.node("negate", at, inner)
        else:
            result = self.base()
            at = self.at
            if self.take("^"):
                result = self.node("^", at, result, self.factor())
        self.depth -= 1
        return result

    def base(self) -> Node:
        at, word, kind = self.at, self.peek(), self.kind()
        if kind == "number":
            self.place += 1
            value = float(word)
            if value == float("inf"):
                fail(self.text, at, "the number is too large")
            return Node("number", value=value, at=at)
        if kind == "name" and word not in WORDS:
            self.place += 1
            if word in FUNCTIONS:
                return self.call(word, at)
            primes = 0
            while self.take("'"):
                primes += 1
            return Node("name", word=word + "'" * primes, at=at)
        if self.take("("):
            inside = self.truth()
            self.need(")", 'an operator or ")"')
            return inside
        self.expected('a number, a name or "("')

    def call(self, word: str, at: int) -> Node:
        self.need("(", f'"(" after {word}')
        args = [self.truth()]
        while self.take(","):
            args.append(self.truth())
        if len(args) != FUNCTIONS[word]:
            count = FUNCTIONS[word]
            fail(self.text, at, f"{word} has {count} argument{'s' * (count > 1)}, not {len(args)}")
        self.need(")", 'an operator, "," or ")"')
        return self.node("call", at, *args, word=word)
