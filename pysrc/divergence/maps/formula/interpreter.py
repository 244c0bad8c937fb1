"""A program on whole arrays of points: slower than a compiled header, with the same bits.

NumPy's + - * / and square root are correctly rounded, as the kernels' are. Its exp, sin and the
like are not the kernels': the caller brings those.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .graph import Graph
from .program import EARLY, Program
from .taylor import flow

Array = NDArray[np.float64]
Elementary = Callable[..., Array]
"""elementary(name, *arrays): one of the kernels' functions."""

OPERATIONS: dict[str, Callable[..., NDArray[Any]]] = {
    "!=": np.not_equal,
    "*": np.multiply,
    "+": np.add,
    "-": np.subtract,
    "/": np.divide,
    "<": np.less,
    "<=": np.less_equal,
    "==": np.equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "abs": np.abs,
    "and": np.logical_and,
    "floor": np.floor,
    "max": lambda a, b: np.asarray(np.where(a < b, b, a)),
    "min": lambda a, b: np.asarray(np.where(b < a, b, a)),
    "negate": np.negative,
    "not": np.logical_not,
    "or": np.logical_or,
    "select": np.where,
    "sqrt": np.sqrt,
}
FAR, MOST_STEPS = 2.0**80, 60  # as escape_fraction() of cuda/escape.h has them


class Interpreter:
    """A program with its parameters.

    Args:
        program: of the formula.
        parameters: the real numbers of its parameters, by their names.
        elementary: the functions that are not in OPERATIONS.
    """

    def __init__(
        self, program: Program, parameters: Mapping[str, float], elementary: Elementary
    ) -> None:
        self.program = program
        self._known = {name: np.float64(value) for name, value in parameters.items()}
        self._elementary = elementary

    def start(self, x: Array, y: Array) -> Array:
        """States (fields, points) of starting points."""
        p = self.program
        given = {"pixel.re": x, "pixel.im": y}
        nodes = [p.start[name] for name in p.fields]
        state = np.array(
            [np.broadcast_to(each, x.shape) for each in self.values(nodes, given)], np.float64
        ).reshape(len(nodes), x.size)
        return self.step(state) if p.steps_at_start else state

    def step(self, state: Array, *, locates: bool = True) -> Array:
        """The states after a step; one of Taylor series ends where a stop comes if it `locates`."""
        p = self.program
        if p.flow is not None:
            state = flow(self, state, locates=locates)
        values = self.values(list(p.step.values()), dict(zip(p.fields, state, strict=True)))
        new = state.copy()
        for name, value in zip(p.step, values, strict=True):
            new[p.fields.index(name)] = value
        return new

    def fates(self, state: Array) -> NDArray[np.int32]:
        """By points the number of the first stop that holds, from 1; 0 where none does."""
        p = self.program
        tests = [stop.test for stop in p.stops]
        values = self.values(tests, dict(zip(p.fields, state, strict=True)))
        found = np.zeros(state.shape[1], np.int32)
        for number, (stop, value) in enumerate(zip(p.stops, values, strict=True), 1):
            holds = np.broadcast_to(value != stop.unless, found.shape)
            found[(found == 0) & holds] = number
        return found

    def fractions(self, state: Array) -> Array:
        """By stopped points the fraction of a step, as escape_fraction() has it."""
        p = self.program
        if p.flow is not None:
            return -state[p.fields.index(EARLY)]
        result = np.zeros(state.shape[1])
        if not p.degree:
            return result
        (radius,) = self.values([p.radius], {})
        (scale,) = self.values([p.scale], dict(zip(p.fields, state, strict=True)))
        scale = np.broadcast_to(scale, result.shape)
        with np.errstate(all="ignore"):
            steps = self._farther(state, scale)
            length = self._log_square(scale, state[:2])
            ratio = length / self._log_product(scale, radius * radius)
            found = steps + 1 - self._log(ratio) / self._log(np.array([float(p.degree)]))
        return np.where((ratio > 0) & (length > 0) & np.isfinite(found), found, 0.0)

    def _farther(self, state: Array, scale: Array) -> Array:
        """Steps the states, in place, to where they are far or would be no numbers; how often."""
        steps = np.zeros(state.shape[1])
        going = np.full(state.shape[1], True)
        for _ in range(MOST_STEPS):
            going &= scale * self._squared_length(state) < FAR
            which = np.flatnonzero(going)
            next_ones = self.step(state[:, which])
            numbers = np.isfinite(next_ones[:2]).all(axis=0)
            going[which[~numbers]] = False
            which = which[numbers]
            if not which.size:
                break
            state[:, which] = next_ones[:, numbers]
            steps[which] += 1
        return steps

    def _log(self, values: Array) -> Array:
        return self._elementary("log", values)

    def _log_product(self, a: Array, b: Array) -> Array:
        return np.where(a * b < np.inf, self._log(a * b), self._log(a) + self._log(b))

    def _log_square(self, scale: Array, z: Array) -> Array:
        """As log_square() of cuda/escape.h has it."""
        square = self._squared_length(z)
        far = self._log(self._squared_length(z * 2.0**-600)) + float.fromhex("0x1.9fe3682cd3be4p+9")
        far = np.where(np.isfinite(z).all(axis=0), far, float.fromhex("0x1.62e42fefa39efp+10"))
        return np.where(square < np.inf, self._log_product(scale, square), self._log(scale) + far)

    def _squared_length(self, state: Array) -> Array:
        return state[0] * state[0] + state[1] * state[1]

    def values(self, nodes: Sequence[int], given: Mapping[str, Array]) -> list[Array]:
        """What nodes come to where the inputs are `given`, or are parameters."""
        graph = self.program.graph
        found: dict[int, Any] = {}
        with np.errstate(all="ignore"):
            for node, last in _in_order(graph, tuple(nodes)):
                name, args, value = graph[node]
                if name == "number":
                    found[node] = np.float64(value)
                elif name == "input":
                    found[node] = given[str(value)] if value in given else self._known[str(value)]
                elif name in OPERATIONS:
                    found[node] = OPERATIONS[name](*(found[arg] for arg in args))
                else:
                    found[node] = self._elementary(name, *(found[arg] for arg in args))
                for arg in last:
                    del found[arg]
        return [found[node] for node in nodes]


@lru_cache(maxsize=64)
def _in_order(graph: Graph, nodes: tuple[int, ...]) -> list[tuple[int, list[int]]]:
    """The nodes to compute, each with those that nothing needs after it."""
    order = graph.needed(nodes)
    last: dict[int, int] = {}
    for node in order:
        for arg in graph[node].args:
            last[arg] = node
    free: dict[int, list[int]] = {}
    for arg, node in last.items():
        if arg not in nodes:
            free.setdefault(node, []).append(arg)
    return [(node, free.get(node, [])) for node in order]
