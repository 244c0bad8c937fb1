"""Formulas where there is no compiler: the same calls as those of a compiled library, on whole
arrays of NumPy's."""

import time
from collections.abc import Mapping
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..maps.base import Parameter
from ..maps.formula.formula import Directions, Formula
from ..maps.formula.interpreter import Elementary, Interpreter
from ..window import Window

LOOK = 0.2  # seconds, or so, between two looks up


def interpreter(
    system: Formula | Directions, parameters: Mapping[str, Parameter], elementary: Elementary
) -> Interpreter:
    """That of a formula with its parameters, as the kernel's struct has them."""
    numbers = {name: float(value) for name, value in parameters.items()}  # type: ignore[arg-type]
    return Interpreter(system.program, numbers, elementary)


class _Work:
    """Steps that are taken while somebody polls."""

    points = steps = 0

    def poll(self, seconds: float) -> bool:
        """Works for so long, and a step more; whether the end has come."""
        end = time.monotonic() + max(seconds, LOOK)
        while time.monotonic() < end:
            if self._round():
                return True
        return False

    def _round(self) -> bool:
        """Takes a step; whether none is left."""
        raise NotImplementedError

    def release(self) -> None:
        """There is nothing to free."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class InterpretedRun(_Work):
    """A job under way; arguments as of runs.Run, points as arrays."""

    def __init__(
        self,
        program: Interpreter,
        points: tuple[NDArray[np.float64], NDArray[np.float64]],
        times: NDArray[np.int32],
        *,
        max_steps: int,
        fates: NDArray[np.int32] | None = None,
        fractions: NDArray[np.float64] | None = None,
        states: NDArray[np.float64] | None = None,
        resume: bool = False,
    ) -> None:
        self._program, self._max_steps = program, max_steps
        self._into = (times, fates, fractions, states)
        self._which = np.arange(times.size)
        if resume:
            assert states is not None
            self._state, self._taken = states.T.copy(), times.astype(np.int64)
        else:
            self._state, self._taken = program.start(*points), np.zeros(times.size, np.int64)

    def _round(self) -> bool:
        """Records the points that have ended, and steps the others."""
        spent = self._taken >= self._max_steps
        fates = self._program.fates(self._state)
        ended = spent | (fates > 0)
        if ended.any():
            self._record(ended, spent, fates)
            going = ~ended
            self._which, self._taken = self._which[going], self._taken[going]
            self._state = self._state[:, going]
        if not self._which.size:
            return True
        self._state = self._program.step(self._state)
        self._taken += 1
        self.steps += self._which.size
        return False

    def _record(
        self, ended: NDArray[np.bool_], spent: NDArray[np.bool_], found: NDArray[np.int32]
    ) -> None:
        times, fates, fractions, states = self._into
        which, spent = self._which[ended], spent[ended]
        times[which] = np.minimum(self._taken[ended], self._max_steps)
        self.points += which.size
        if fates is not None:
            fates[which] = np.where(spent, 0, found[ended])
        if states is not None:
            states[which] = self._state[:, ended].T
        if fractions is not None:
            told = self._program.fractions(self._state[:, ended])
            fractions[which] = np.where(spent, 0.0, told)


class InterpretedOrbits(_Work):
    """Orbits under way; arguments as of runs.OrbitRun."""

    def __init__(
        self,
        program: Interpreter,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        steps: int,
        *,
        points: NDArray[np.float64] | None = None,
        visits: NDArray[np.int64] | None = None,
        window: Window | None = None,
    ) -> None:
        self._program, self._left = program, steps
        self._at = (x, y)
        self._points, self._visits, self._window = points, visits, window
        self._taken = 0

    def _round(self) -> bool:
        x, y = self._at
        if self._left == 0:
            self.points = x.size
            return True
        if self._visits is not None:
            self._count(x, y)
        elif self._points is not None:
            self._points[:, self._taken] = np.stack([x, y], axis=-1)
        fields = self._program.program.fields
        state = np.zeros((len(fields), x.size))
        state[: min(2, len(fields))] = [x, y][: len(fields)]
        variables = self._program.program.variables
        state = self._program.step(state, locates=False)
        x[:] = state[0]
        if variables == 2:
            y[:] = state[1]
        self._taken, self._left = self._taken + 1, self._left - 1
        self.steps += x.size
        return False

    def _count(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        window, visits = self._window, self._visits
        assert window is not None and visits is not None
        rows, columns = window.shape
        left, _, bottom, _ = window.extent
        with np.errstate(invalid="ignore"):
            column = (x - left) * (columns / float(window.width))
            row = (y - bottom) * (rows / float(window.height))
            inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        np.add.at(visits, (row[inside].astype(np.intp), column[inside].astype(np.intp)), 1)


def follow(
    program: Interpreter,
    x: float,
    y: float,
    every: int,
    states: NDArray[np.float64],
    now: NDArray[np.float64],
    *,
    resume: bool,
) -> None:
    """As runs.follow()."""
    state = now[:, None].copy() if resume else program.start(np.array([x]), np.array([y]))
    for row in states:
        row[:] = state[:, 0]
        for _ in range(every):
            state = program.step(state)
    now[:] = state[:, 0]
