"""Real and complex numbers as nodes of a graph: what each operation of the language comes to.

The formulas are those of cuda/complex.h and cuda/power.h, so that a formula and a map that was
written by hand take the same roundings; but quotients and logarithms are not scaled here, and are
lost where a square is no number.
"""

import math
from typing import NamedTuple

from .graph import TRUTHS, Graph, power


class Complex(NamedTuple):
    """A complex number: the nodes of its parts."""

    re: int
    im: int


Value = int | Complex


class MisfitError(ValueError):
    """An operation that there is not for such values."""


class Arithmetic:
    """Operations on values; a real number becomes complex where the other is."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def number(self, value: complex) -> Value:
        g = self.graph
        if isinstance(value, complex):
            return Complex(g.number(value.real), g.number(value.imag))
        return g.number(value)

    def is_truth(self, a: Value) -> bool:
        return isinstance(a, int) and self.graph[a].name in TRUTHS

    def real(self, a: Value) -> int:
        """A value that has to be a real number."""
        if isinstance(a, Complex):
            raise MisfitError(
                "a real number is wanted here, and this is complex: abs, re, im or arg?"
            )
        if self.is_truth(a):
            raise MisfitError("a number is wanted here, and this is true or false")
        return a

    def truth(self, a: Value) -> int:
        """A value that has to be true or false."""
        if isinstance(a, Complex) or not self.is_truth(a):
            raise MisfitError("a comparison such as x > 2 is wanted here")
        return a

    def complex(self, a: Value) -> Complex:
        return a if isinstance(a, Complex) else Complex(self.real(a), self.graph.number(0.0))

    def parts(self, a: Value) -> tuple[int, ...]:
        """The nodes of a number's parts: one, or two."""
        return tuple(a) if isinstance(a, Complex) else (self.real(a),)

    def plus(self, a: Value, b: Value) -> Value:
        g = self.graph
        if isinstance(a, Complex) or isinstance(b, Complex):
            a, b = self.complex(a), self.complex(b)
            return Complex(g.plus(a.re, b.re), g.plus(a.im, b.im))
        return g.plus(self.real(a), self.real(b))

    def negate(self, a: Value) -> Value:
        g = self.graph
        if isinstance(a, Complex):
            return Complex(g.negate(a.re), g.negate(a.im))
        return g.negate(self.real(a))

    def minus(self, a: Value, b: Value) -> Value:
        g = self.graph
        if isinstance(a, Complex) or isinstance(b, Complex):
            a, b = self.complex(a), self.complex(b)
            return Complex(g.minus(a.re, b.re), g.minus(a.im, b.im))
        return g.minus(self.real(a), self.real(b))

    def times(self, a: Value, b: Value) -> Value:
        g = self.graph
        if isinstance(a, Complex) and isinstance(b, Complex):
            if a == b:
                product = g.times(a.re, a.im)
                square = g.minus(g.times(a.re, a.re), g.times(a.im, a.im))
                return Complex(square, g.plus(product, product))
            return Complex(
                self._sum_of_products(a.re, b.re, a.im, b.im, -1),
                self._sum_of_products(a.re, b.im, a.im, b.re, 1),
            )
        if isinstance(b, Complex):
            a, b = b, a
        if isinstance(a, Complex):
            factor = self.real(b)
            return Complex(g.times(factor, a.re), g.times(factor, a.im))
        return g.times(self.real(a), self.real(b))

    def _sum_of_products(self, a: int, b: int, c: int, d: int, sign: int) -> int:
        """a b + sign c d, without what a part that is 0 would add."""
        g = self.graph
        first = None if 0 in (g.value(a), g.value(b)) else g.times(a, b)
        second = None if 0 in (g.value(c), g.value(d)) else g.times(c, d)
        if second is None:
            return g.number(0.0) if first is None else first
        if first is None:
            return second if sign > 0 else g.negate(second)
        return g.plus(first, second) if sign > 0 else g.minus(first, second)

    def over(self, a: Value, b: Value) -> Value:
        g = self.graph
        if isinstance(b, Complex):
            inverse = g.over(g.number(1.0), self.squared_length(b))
            turned = self.complex(self.times(a, Complex(b.re, g.negate(b.im))))
            return Complex(g.times(inverse, turned.re), g.times(inverse, turned.im))
        if isinstance(a, Complex):
            divisor = self.real(b)
            return Complex(g.over(a.re, divisor), g.over(a.im, divisor))
        return g.over(self.real(a), self.real(b))

    def power(self, a: Value, b: Value) -> Value:
        """By multiplication where b is a whole number, as a root for halves, and else as
        exp(b log a): on the principal branch if one of the two is complex."""
        exponent = None if isinstance(b, Complex) else self.graph.value(self.real(b))
        if isinstance(b, Complex) and self.graph.value(b.im) == 0:
            exponent = self.graph.value(b.re)
        if exponent is not None and exponent.is_integer() and abs(exponent) <= 1024:
            whole = power(a, abs(int(exponent)), self.number(1.0), self.times)
            return whole if exponent >= 0 else self.over(self.number(1.0), whole)
        if exponent == 0.5:
            return self.sqrt(a)
        if isinstance(a, Complex) or isinstance(b, Complex):
            g, a = self.graph, self.complex(a)
            product = self.complex(self.times(b, self.log(a)))
            result = self.complex(self.exp(product))
            zero = g.number(0.0)
            at_zero = g.add("==", self.squared_length(a), zero)
            return Complex(
                g.add("select", at_zero, zero, result.re), g.add("select", at_zero, zero, result.im)
            )
        return self.exp(self.times(b, self.log(a)))

    def squared_length(self, a: Complex) -> int:
        g = self.graph
        return g.plus(g.times(a.re, a.re), g.times(a.im, a.im))

    def abs(self, a: Value) -> int:
        if isinstance(a, Complex):
            return self.graph.add("sqrt", self.squared_length(a))
        return self.function("abs", a)

    def function(self, name: str, *args: Value) -> int:
        """A function of real numbers."""
        return self.graph.add(name, *(self.real(arg) for arg in args))

    def sqrt(self, a: Value) -> Value:
        if not isinstance(a, Complex):
            return self.function("sqrt", a)
        g = self.graph
        zero, size = g.number(0.0), g.add("abs", a.re)
        long = g.add("sqrt", g.times(g.number(0.5), g.plus(self.abs(a), size)))
        half = g.over(g.times(g.number(0.5), g.add("abs", a.im)), long)
        short = g.add("select", g.add("==", long, zero), zero, half)
        right = g.add("<=", zero, a.re)
        im = g.add("select", right, short, long)
        below = g.add("<", a.im, zero)
        return Complex(
            g.add("select", right, long, short), g.add("select", below, g.negate(im), im)
        )

    def exp(self, a: Value) -> Value:
        if not isinstance(a, Complex):
            return self.function("exp", a)
        g, length = self.graph, self.graph.add("exp", a.re)
        return Complex(g.times(length, g.add("cos", a.im)), g.times(length, g.add("sin", a.im)))

    def log(self, a: Value) -> Value:
        if not isinstance(a, Complex):
            return self.function("log", a)
        g = self.graph
        half = g.times(g.number(0.5), g.add("log", self.squared_length(a)))
        return Complex(half, g.add("atan2", a.im, a.re))

    def sin(self, a: Value) -> Value:
        return self._wave(a, "sin", "cos", 1)

    def cos(self, a: Value) -> Value:
        return self._wave(a, "cos", "sin", -1)

    def _wave(self, a: Value, name: str, other: str, sign: int) -> Value:
        """sin(x + iy) = sin x cosh y + i cos x sinh y, cos(x + iy) = cos x cosh y - i ..."""
        if not isinstance(a, Complex):
            return self.function(name, a)
        g = self.graph
        im = g.times(g.add(other, a.re), g.add("sinh", a.im))
        re = g.times(g.add(name, a.re), g.add("cosh", a.im))
        return Complex(re, im if sign > 0 else g.negate(im))

    def tan(self, a: Value) -> Value:
        """(sin x + i cos x tanh y) / (cos x - i sin x tanh y)"""
        if not isinstance(a, Complex):
            return self.over(self.sin(a), self.cos(a))
        g = self.graph
        sine, cosine, slope = g.add("sin", a.re), g.add("cos", a.re), g.add("tanh", a.im)
        return self.over(
            Complex(sine, g.times(cosine, slope)), Complex(cosine, g.negate(g.times(sine, slope)))
        )

    def sinh(self, a: Value) -> Value:
        return self._turned(a, "sinh", self.sin)

    def cosh(self, a: Value) -> Value:
        if not isinstance(a, Complex):
            return self.function("cosh", a)
        return self.cos(Complex(self.graph.negate(a.im), a.re))

    def tanh(self, a: Value) -> Value:
        return self._turned(a, "tanh", self.tan)

    def _turned(self, a: Value, name: str, of_turned: object) -> Value:
        """f(z) = -i g(iz)"""
        if not isinstance(a, Complex):
            return self.function(name, a)
        turned = of_turned(Complex(self.graph.negate(a.im), a.re))  # type: ignore[operator]
        return Complex(turned.im, self.graph.negate(turned.re))

    def arg(self, a: Value) -> int:
        z = self.complex(a)
        return self.graph.add("atan2", z.im, z.re)

    def mod(self, a: Value, b: Value) -> int:
        """a - b floor(a/b), of the sign of b."""
        g, a, b = self.graph, self.real(a), self.real(b)
        return g.minus(a, g.times(b, g.add("floor", g.over(a, b))))

    def select(self, chosen: Value, a: Value, b: Value) -> Value:
        g, test = self.graph, self.truth(chosen)
        if isinstance(a, Complex) or isinstance(b, Complex):
            a, b = self.complex(a), self.complex(b)
            return Complex(g.add("select", test, a.re, b.re), g.add("select", test, a.im, b.im))
        return g.add("select", test, self.real(a), self.real(b))


CONSTANTS: dict[str, complex] = {"pi": math.pi, "e": math.e, "i": 1j}
