"""Polynomials as text, x^5-x-1, with real or complex coefficients and exponents of any kind.

Text is parsed, never evaluated. The grammar, in which spaces mean nothing:

    sum     = [sign] product {sign product}
    product = factor {["*" | "/"] factor}                 2x and 3(x-1) are products, x2 is none;
                                                          "/" by a number or a power of x
    factor  = [sign] base ["^" [sign] base]               ** means ^
    base    = number | "i" | "j" | "x" | "z" | "(" sum ")"

As people paste them, minus signs, dashes, raised dots and crosses, fraction bars and superscripts
of any alphabet are understood: x⁵ − 2·x.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .pasted import plain
from .polynomial_roots import Root, find_roots

MAX_TERMS = 16
MAX_DEGREE = 64
MAX_LENGTH = 150
EXAMPLE = "a polynomial such as x^5-x-1 or (1+2i)*x^3.5-2"

Terms = Mapping[complex, complex]  # coefficients by exponent


@dataclass(frozen=True)
class Polynomial:
    """A sum of c z^e on the principal branch: arg z from -pi to pi.

    Attributes:
        terms: (coefficient, exponent) pairs in order of the exponents' real parts; the exponents
            are all different, and no coefficient is 0.
    """

    terms: tuple[tuple[complex, complex], ...]

    @staticmethod
    def parse(text: str) -> "Polynomial":
        """The polynomial that a text means, in x or in z.

        Raises:
            ValueError: it means none. The message shows the text, a caret under the place where
                it stops making sense, and what was expected there.
        """
        return _parse(plain_text(text))

    @property
    def is_natural(self) -> bool:
        """Whether every exponent is 0, 1, 2, ..."""
        return all(e.imag == 0 and e.real >= 0 and e.real.is_integer() for _, e in self.terms)

    def __call__(self, z: ArrayLike) -> NDArray[np.complex128]:
        """f(z) for an array of complex numbers."""
        return self._sum(z, [c for c, _ in self.terms], 0)

    def derivative(self, z: ArrayLike) -> NDArray[np.complex128]:
        """f'(z) for an array of complex numbers."""
        return self._sum(z, [c * e for c, e in self.terms], 1)

    def roots(self) -> tuple[complex, ...]:
        """The distinct roots, in order of their argument from 0 to 2 pi; see find_roots()."""
        return tuple(root.value for root in self.distinct_roots())

    def distinct_roots(self) -> tuple[Root, ...]:
        """The same with their multiplicities."""
        return _roots(self)

    def _sum(self, z: ArrayLike, factors: list[complex], less: int) -> NDArray[np.complex128]:
        z = np.asarray(z, np.complex128)
        total = np.zeros_like(z)
        for factor, (_, e) in zip(factors, self.terms, strict=True):
            if factor != 0:
                total += factor * z ** (e - less)
        return total


class _Parser:
    """Recursive descent; every method reads its part of the grammar at the place `at`."""

    TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|(\*\*|\S))", re.I)
    BASE = 'a number, x, i or "("'

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.variable = ""

    def expected(self, what: str, at: int | None = None) -> ValueError:
        place = self._skip() if at is None else at
        return ValueError(f"expected {what}:\n    {self.text}\n    {' ' * place}^")

    def _skip(self) -> int:
        return self.at + len(self.text[self.at :]) - len(self.text[self.at :].lstrip())

    def peek(self) -> str:
        """The next token, a number or one character; "" at the end."""
        match = self.TOKEN.match(self.text, self.at)
        token = (match[1] or match[2]) if match else ""
        return "^" if token == "**" else token

    def take(self, allowed: str) -> str:
        """The next token, if it is one of these characters; else ""."""
        token = self.peek()
        if not token or token not in allowed:
            return ""
        found = self.TOKEN.match(self.text, self.at)
        assert found is not None  # peek() has seen it
        self.at = found.end()
        return token

    def whole(self) -> Terms:
        result = self.sum()
        if self.peek():
            raise self.expected("+, -, *, / or ^")
        return result

    def sum(self) -> Terms:
        total = self.product()
        while sign := self.take("+-"):
            total = _add(total, _scale(self.product(), 1 if sign == "+" else -1))
        return total

    def product(self) -> Terms:
        result = self.factor()
        while True:
            if self.take("*"):
                result = _multiply(result, self.factor())
            elif self.take("/"):
                result = _multiply(result, self.reciprocal())
            elif self.peek() and self.peek() in "xzij(":
                result = _multiply(result, self.factor())
            else:
                return result

    def reciprocal(self) -> Terms:
        at = self._skip()
        divisor = [(c, e) for e, c in self.factor().items() if c != 0]
        if len(divisor) != 1:
            raise self.expected("a number other than 0 or a power of x to divide by", at)
        ((c, e),) = divisor
        return {-e: 1 / c}

    def factor(self) -> Terms:
        if sign := self.take("+-"):
            return _scale(self.factor(), 1 if sign == "+" else -1)
        base = self.base()
        if not self.take("^"):
            return base
        factor = -1 if self.take("+-") == "-" else 1
        at = self._skip()
        exponent = _constant(self.base())
        if exponent is None:
            raise self.expected("an exponent without x", at)
        return self.power(base, factor * exponent, at)

    def power(self, base: Terms, exponent: complex, at: int) -> Terms:
        if base == {1: 1}:
            return {exponent: 1}
        constant = _constant(base)
        if constant is not None:
            try:
                return {0: constant**exponent}
            except (ZeroDivisionError, OverflowError):
                raise self.expected("a power that is a number", at) from None
        if exponent.imag or exponent.real not in range(MAX_DEGREE + 1):
            raise self.expected(f"a whole exponent up to {MAX_DEGREE}, after a sum", at)
        result: Terms = {0: 1}
        for _ in range(int(exponent.real)):
            result = _multiply(result, base)
        return result

    def base(self) -> Terms:
        token, at = self.peek(), self._skip()
        if token[:1].isdigit() or token[:1] == "." and len(token) > 1:
            self.at = at + len(token)
            return {0: complex(float(token))}
        if self.take("ij"):
            return {0: 1j}
        if name := self.take("xz"):
            self.variable = self.variable or name
            if name != self.variable:
                raise self.expected(f"{self.variable}, not a second variable", at)
            return {1: 1}
        if self.take("("):
            inside = self.sum()
            if not self.take(")"):
                raise self.expected('")"')
            return inside
        raise self.expected(self.BASE)


def _add(a: Terms, b: Terms) -> Terms:
    return {e: a.get(e, 0) + b.get(e, 0) for e in [*a, *(e for e in b if e not in a)]}


def _scale(a: Terms, by: complex) -> Terms:
    return {e: c * by for e, c in a.items()}


def _multiply(a: Terms, b: Terms) -> Terms:
    result: Terms = {}
    for e, c in a.items():
        result = _add(result, {e + f: c * d for f, d in b.items()})
    return result


def _constant(a: Terms) -> complex | None:
    """The number that a sum without x is."""
    return a.get(0, 0) if all(e == 0 or c == 0 for e, c in a.items()) else None


def plain_text(text: str) -> str:
    """A polynomial's text as the grammar has it, where it was pasted; ASCII text as it is.

    Raises:
        ValueError: it is no text.
    """
    if not isinstance(text, str):
        raise ValueError(f"must be the text of {EXAMPLE}, not {text!r}")
    return plain(text)


@lru_cache(maxsize=1024)
def _parse(text: str) -> Polynomial:
    parser = _Parser(text)
    try:
        if len(text) > MAX_LENGTH:
            raise parser.expected(f"at most {MAX_LENGTH} characters", MAX_LENGTH)
        terms = [(complex(c), complex(e)) for e, c in parser.whole().items() if c != 0]
        if all(e == 0 for _, e in terms):
            raise parser.expected("a power of x somewhere", 0)
    except ValueError as error:
        raise ValueError(f"must be {EXAMPLE}; {error}") from None
    if not np.isfinite(np.array(terms)).all():
        raise ValueError(f"must have finite numbers, not {text!r}")
    if len(terms) > MAX_TERMS:
        raise ValueError(f"must have at most {MAX_TERMS} terms, not the {len(terms)} of {text!r}")
    if max(abs(e) for _, e in terms) > MAX_DEGREE:
        raise ValueError(f"must have exponents of at most {MAX_DEGREE}, unlike {text!r}")
    return Polynomial(tuple(sorted(terms, key=lambda term: (term[1].real, term[1].imag))))


@lru_cache(maxsize=1024)
def _roots(f: Polynomial) -> tuple[Root, ...]:
    return find_roots(f.terms, MAX_DEGREE)
