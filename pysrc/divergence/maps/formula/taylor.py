"""Steps of a flow by Taylor series on whole arrays of points, with the bits of cuda/series.h."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .program import EARLY

if TYPE_CHECKING:
    from .interpreter import Interpreter

Array = NDArray[np.float64]
TERMS, MOST_SERIES, HALVINGS = 21, 10_000, 30


def order_for(tolerance: float) -> int:
    exponent = math.frexp(tolerance)[1] - 1
    return min(1 + math.ceil(-0.34657359 * exponent), TERMS - 1)


def _convolution(k: int, first: int, last: int, a: Array, b: Array) -> Any:
    """The sum of a_j b_(k-j), term after term."""
    if last < first:
        return 0.0
    products = a[first : last + 1] * b[k - last : k - first + 1][::-1]
    return np.cumsum(products, axis=0)[-1] + 0.0


def _weighted(k: int, last: int, a: Array, b: Array) -> Any:
    if last < 1:
        return 0.0
    weights = np.arange(1.0, last + 1)[:, None]
    products = weights * a[1 : last + 1] * b[k - last : k][::-1]
    return np.cumsum(products, axis=0)[-1] + 0.0


def _exponential(k: int, c: Array, a: Array, top: Array) -> Array:
    return np.asarray((_weighted(k, k - 1, a, c) + k * a[k] * top) / k)


def _logarithm(k: int, c: Array, a: Array, base: Array) -> Array:
    return np.asarray((a[k] - _weighted(k, k - 1, c, a) / k) / base)


def _atan2(k: int, c: Array, y: Array, x: Array, d: Array) -> Array:
    across = _weighted(k, k, y, x) - _weighted(k, k, x, y)
    return np.asarray((across - _weighted(k, k - 1, c, d)) / (k * d[0]))


RULES: dict[str, Callable[..., Any]] = {
    "atan2": _atan2,
    "difference": lambda k, c, a, b: a[k] - b[k],
    "exp": lambda k, c, a: _exponential(k, c, a, c[0]),
    "expm1": lambda k, c, a: _exponential(k, c, a, c[0] + 1.0),
    "inverse": lambda k, c, b: -_convolution(k, 1, k, b, c) / b[0],
    "log": lambda k, c, a: _logarithm(k, c, a, a[0]),
    "log1p": lambda k, c, a: _logarithm(k, c, a, a[0] + 1.0),
    "negative": lambda k, c, a: -a[k],
    "primitive": lambda k, c, a, p: _weighted(k, k, a, p) / k,
    "product": lambda k, c, a, b: _convolution(k, 0, k, a, b),
    "quotient": lambda k, c, a, b: (a[k] - _convolution(k, 1, k, b, c)) / b[0],
    "root": lambda k, c, a: (a[k] - _convolution(k, 1, k - 1, c, c)) / (c[0] + c[0]),
    "same": lambda k, c, a: a[k],
    "scaled": lambda k, c, factor, a: factor[0] * a[k],
    "select": lambda k, c, chosen, a, b: np.where(chosen[0] != 0, a[k], b[k]),
    "shared": lambda k, c, a, divisor: a[k] / divisor[0],
    "still": lambda k, c: 0.0,
    "sum": lambda k, c, a, b: a[k] + b[k],
    "tanh": lambda k, c, a, q: a[k] - _weighted(k, k, a, q) / k,
    "turned": lambda k, c, a, p: -(_weighted(k, k, a, p) / k),
}
"""By the rules of expansion.py, coefficient k of c from those of what it is computed from."""


class Expansion:
    """The series of states' variables."""

    def __init__(self, interpreter: Interpreter, state: Array) -> None:
        program = interpreter.program
        flow, graph = program.flow, program.graph
        assert flow is not None
        (tolerance,) = interpreter.values([flow.tolerance], {})
        self.order = order_for(float(tolerance))
        self.fields, self.groups = program.fields, flow.groups
        self._tolerance = tolerance
        terms = flow.terms(graph)
        nodes = {*flow.rates.values(), *flow.margins}
        for term in terms:
            nodes |= {term.node, *term.args}
        listed = sorted(nodes)
        given = dict(zip(program.fields, state, strict=True))
        values = dict(zip(listed, interpreter.values(listed, given), strict=True))
        series = {node: self._constant(value, state.shape[1]) for node, value in values.items()}
        self.of = {name: self._constant(given[name], state.shape[1]) for name in flow.rates}
        for name, of in self.of.items():
            series[graph.input(name)] = of
        for k in range(1, self.order + 1):
            for name, rate in flow.rates.items():
                self.of[name][k] = series[rate][k - 1] / k
            for node, rule, args in terms:
                series[node][k] = RULES[rule](k, series[node], *(series[arg] for arg in args))
        self.margins = [series[node] for node in flow.margins]

    def _constant(self, value: Any, points: int) -> Array:
        made = np.zeros((self.order + 1, points))
        made[0] = value
        return made

    def size(self) -> Array:
        """The longest step that the tolerance allows each state; see step_size() of series.h."""
        result: Array | None = None
        for group in self.groups:
            one = self._size(group)
            result = one if result is None else np.where(one < result, one, result)
        assert result is not None
        return result

    def _size(self, group: list[str]) -> Array:
        def total(k: int) -> Any:
            found: Any = 0.0
            for name in group:
                found = found + np.abs(self.of[name][k])
            return found

        start = self._tolerance * (total(0) + total(1))

        def step(k: int) -> Array:
            last = total(k)
            share = start / last
            root = np.where(share == 0, 2.0**-10, np.nan)
            root = np.where(share > 0, _rough_root(share, k), root)
            return np.where(last == 0, np.inf, root)

        one, other = step(self.order), step(self.order - 1)
        return np.where(one < other, one, np.where(other == other, other, one))

    def at(self, h: Array, state: Array) -> Array:
        """The states a part h of the step later."""
        new = state.copy()
        for name, of in self.of.items():
            total = of[self.order]
            for k in range(self.order - 1, -1, -1):
                total = total * h + of[k]
            new[self.fields.index(name)] = total
        return new

    def may_stop(self, h: Array) -> NDArray[np.bool_]:
        """Whether a stop could come until h."""
        found = np.zeros(h.shape, np.bool_)
        for margin in self.margins:
            way = np.zeros(h.shape)
            for k in range(self.order, 0, -1):
                way = (way + np.abs(margin[k])) * h
            found |= ~(way < np.abs(margin[0]))
        return found

    def leap(self, now: Array, h: Array) -> Array:
        """How far from `now` no stop can come."""
        least = h
        for margin in self.margins:
            speed, total = np.zeros(h.shape), margin[self.order]
            for k in range(self.order, 0, -1):
                speed = speed * h + k * np.abs(margin[k])
                total = total * now + margin[k - 1]
            safe = np.abs(total) / speed
            least = np.where(safe < least, safe, least)
        return least


def _rough_root(a: Array, n: int) -> Array:
    one = float(np.float64(1).view(np.int64))
    logarithm = np.asarray(a, np.float64).view(np.int64).astype(np.float64) - one
    bits = logarithm / n + one
    return np.where(np.isfinite(bits), bits, 0.0).astype(np.int64).view(np.float64)


def flow(interpreter: Interpreter, state: Array, *, locates: bool) -> Array:
    """States a step of dt later, as flow() of cuda/series.h takes them there."""
    early = interpreter.program.fields.index(EARLY)
    state = state.copy()
    going = np.flatnonzero(state[early] > -1)
    taken = 0
    with np.errstate(all="ignore"):
        while going.size:
            now = state[:, going]
            series = Expansion(interpreter, now)
            left, size = now[early] + 1.0, series.size()
            lands = ~(size < left)
            lost = ~(size > 0) | ~(now[early] - size < now[early]) | (taken == MOST_SERIES)
            h = np.where(lost, np.nan, np.where(lands, left, size))
            found = np.zeros(going.size, np.bool_)
            if locates:
                near = ~lost & series.may_stop(h)
                if near.any():
                    found = near & (interpreter.fates(now) == 0)
                if found.any():
                    moment, found = _first_stop(interpreter, series, now, h, found)
                    h = np.where(found, moment, h)
            then = series.at(h, now)
            then[early] = np.where((lands | lost) & ~found, -1.0, now[early] - h)
            state[:, going] = then
            going = going[~found & (then[early] > -1)]
            taken += 1
    state[early] = state[early] + 1.0
    return state


def _first_stop(
    interpreter: Interpreter,
    series: Expansion,
    state: Array,
    h: Array,
    searching: NDArray[np.bool_],
) -> tuple[Array, NDArray[np.bool_]]:
    """As first_stop() of cuda/series.h has it."""

    def beyond(t: Array) -> NDArray[np.bool_]:
        return np.asarray(interpreter.fates(series.at(t, state)) > 0)

    shortest = h * (1.0 / 1024)
    inside, now = np.zeros(h.shape), np.zeros(h.shape)
    found = np.zeros(h.shape, np.bool_)
    while searching.any():
        stops = searching & beyond(now)
        found = found | stops
        searching = searching & ~stops & (now < h)
        leap = series.leap(now, h)
        leap = np.where(leap > shortest, leap, shortest)
        inside = np.where(searching, now, inside)
        further = now + leap
        now = np.where(searching, np.where(further < h, further, h), now)
    for _ in range(HALVINGS):
        middle = 0.5 * (inside + now)
        stops = beyond(middle)
        now, inside = np.where(stops, middle, now), np.where(stops, inside, middle)
    return now, found
