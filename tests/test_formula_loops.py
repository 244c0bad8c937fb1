"""Formulas of every kind beside plain loops over arrays, and beside mpmath."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import divergence as dv
import mpmath
import numpy as np
import pytest

# Each step below is written once, and runs on NumPy's arrays and on mpmath's numbers alike: `f` has
# the functions of one or of the other.
NUMPY = SimpleNamespace(
    sin=np.sin, cos=np.cos, exp=np.exp, tanh=np.tanh, floor=np.floor, atan2=np.arctan2,
    where=np.where, maximum=np.maximum, minimum=np.minimum, re=np.real, im=np.imag,
)  # fmt: skip
MP = SimpleNamespace(
    sin=mpmath.sin, cos=mpmath.cos, exp=mpmath.exp, tanh=mpmath.tanh, floor=mpmath.floor,
    atan2=mpmath.atan2, where=lambda c, a, b: a if c else b, maximum=max, minimum=min,
    re=mpmath.re, im=mpmath.im,
)  # fmt: skip


@dataclass
class Case:
    """A formula and the same in Python.

    Attributes:
        formula: from text.
        start: of a pixel's x and y, the state: a tuple of numbers.
        step: of functions, a state and the number of the step, the next state.
        stopped: of a state and the one before.
        window: of the pixels, whose times are compared.
        names: of the state's numbers in a path.
    """

    formula: dv.Formula
    start: Callable
    step: Callable
    stopped: Callable
    window: dv.Window
    names: tuple[str, ...]
    max_steps: int = 40

    @property
    def first(self):
        """The number of steps before time 0: a complex map's first belongs to its start."""
        return int(self.names == ("z",))


def window(x, y, width):
    return dv.Window((x, y), width, (60, 60))


def runge_kutta(velocity, dt):
    def step(f, s, n):
        def moved(h, k):
            return tuple(a + h * b for a, b in zip(s, k, strict=True))

        t = n * dt
        k1 = velocity(f, s, t)
        k2 = velocity(f, moved(dt / 2, k1), t + dt / 2)
        k3 = velocity(f, moved(dt / 2, k2), t + dt / 2)
        k4 = velocity(f, moved(dt, k3), t + dt)
        each = zip(s, k1, k2, k3, k4, strict=True)
        return tuple(a + dt / 6 * (p + 2 * q + 2 * r + u) for a, p, q, r, u in each)

    return step


def leapfrog(force, dt):
    def step(f, s, n):
        q, p = s[: len(s) // 2], s[len(s) // 2 :]
        p = tuple(a + dt / 2 * b for a, b in zip(p, force(f, q), strict=True))
        q = tuple(a + dt * b for a, b in zip(q, p, strict=True))
        p = tuple(a + dt / 2 * b for a, b in zip(p, force(f, q), strict=True))
        return (*q, *p)

    return step


def mod(f, a, b):
    return a - b * f.floor(a / b)


def twins(step, count):
    """Two orbits side by side."""

    def both(f, s, n):
        return (*step(f, s[:count], n), *step(f, s[count:], n))

    return both


def apart(s, count):
    return sum((s[count + i] - s[i]) ** 2 for i in range(count)) ** 0.5


def pendulum(f, s, t):
    return s[1], -f.sin(s[0]) - 0.2 * s[1] + 1.2 * f.cos(0.66 * t)


def lorenz(f, s, t):
    x, y, z = s
    return 10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z


def folded(f, s, n):
    """Burning Ship, which takes the parts' lengths."""
    w = abs(f.re(s[0])) + 1j * abs(f.im(s[0]))
    return w * w + s[1], s[1]


def magnet(f, s, n):
    z, c = s
    return ((z * z + c - 1) / (2 * z + c - 2)) ** 2, c


CASES = {
    "complex polynomial, let and parameter": Case(
        dv.Formula("let w = z^2; w*z + k*w + c; k = 0.5 + 0.2*i"),
        lambda x, y: (0 * x, x + 1j * y),
        lambda f, s, n: (s[0] ** 3 + (0.5 + 0.2j) * s[0] ** 2 + s[1], s[1]),
        lambda s, before: ~(abs(s[0]) <= 2),
        window(0, 0, 3),
        ("z",),
    ),
    "complex quotient that arrives": Case(
        dv.Formula(
            "((z^2 + c - 1)/(2*z + c - 2))^2;arrive: abs(z - previous) < 1e-6; escape: abs(z) > 100"
        ),
        lambda x, y: (0 * x, x + 1j * y),
        magnet,
        lambda s, before: ~(abs(s[0]) <= 100) | (abs(s[0] - before[0]) < 1e-6),
        window(1.2, 0, 5),
        ("z",),
    ),
    "complex exponential and sine": Case(
        dv.Formula("c*exp(z) + sin(z)/2; escape: abs(z) > 20"),
        lambda x, y: (0 * x, x + 1j * y),
        lambda f, s, n: (s[1] * f.exp(s[0]) + f.sin(s[0]) / 2, s[1]),
        lambda s, before: ~(abs(s[0]) <= 20),
        window(0, 0, 4),
        ("z",),
        25,
    ),
    "folds of a complex number": Case(
        dv.Formula("let w = abs(re(z)) + i*abs(im(z)); w^2 + c"),
        lambda x, y: (0 * x, x + 1j * y),
        folded,
        lambda s, before: ~(abs(s[0]) <= 2),
        window(-0.5, -0.5, 3),
        ("z",),
    ),
    "real map with if": Case(
        dv.Formula(
            "x' = if(x < 0, 1 + a*x, 1 - a*x) + y; y' = 0.5*x; a = 1.8; escape: x^2 + y^2 > 100"
        ),
        lambda x, y: (x, y),
        lambda f, s, n: (f.where(s[0] < 0, 1 + 1.8 * s[0], 1 - 1.8 * s[0]) + s[1], 0.5 * s[0]),
        lambda s, before: ~(s[0] ** 2 + s[1] ** 2 <= 100),
        window(0, 0, 6),
        ("x", "y"),
    ),
    "real map with mod, near two places": Case(
        dv.Formula(
            "p' = p + 0.9*sin(x); x' = mod(x + p', 2*pi);"
            "near left: (x - 1)^2 + p^2 < 0.05; near right: (x - 5)^2 + p^2 < 0.05",
            plane="x,p",
        ),
        lambda x, y: (y, x),
        lambda f, s, n: (
            s[0] + 0.9 * f.sin(s[1]),
            mod(f, s[1] + s[0] + 0.9 * f.sin(s[1]), 2 * math.pi),
        ),
        lambda s, before: (
            ((s[1] - 1) ** 2 + s[0] ** 2 < 0.05) | ((s[1] - 5) ** 2 + s[0] ** 2 < 0.05)
        ),
        window(3, 0, 5.5),
        ("p", "x"),
        25,
    ),
    "a plane of parameters and n": Case(
        dv.Formula(
            "x' = if(mod(n, 3) < 2, a, b)*x*(1 - x); x(0) = 0.4; escape: x^2 > 4", plane="a,b"
        ),
        lambda x, y: (0 * x + 0.4, x, y),
        lambda f, s, n: (f.where(n % 3 < 2, s[1], s[2]) * s[0] * (1 - s[0]), s[1], s[2]),
        lambda s, before: ~(s[0] ** 2 <= 4),
        window(4, 4, 3),
        ("x",),
    ),
    "bounds, angles and tanh": Case(
        dv.Formula(
            "x' = max(tanh(2*y), x/2) + 0.1; y' = min(atan2(x, y), 1.5) - 0.3*x;"
            "arrive: moved < 1e-4"
        ),
        lambda x, y: (x, y),
        lambda f, s, n: (
            f.maximum(f.tanh(2 * s[1]), s[0] / 2) + 0.1,
            f.minimum(f.atan2(s[0], s[1]), 1.5) - 0.3 * s[0],
        ),
        lambda s, before: (s[0] - before[0]) ** 2 + (s[1] - before[1]) ** 2 < 1e-8,
        window(0, 0, 6),
        ("x", "y"),
    ),
    "twins of a map": Case(
        dv.Formula("x' = 1 - 1.4*x^2 + y; y' = 0.3*x; separate: twin > 0.5", shift=1e-3),
        lambda x, y: (x, y, x + 1e-3, y),
        twins(lambda f, s, n: (1 - 1.4 * s[0] ** 2 + s[1], 0.3 * s[0]), 2),
        lambda s, before: ~(apart(s, 2) <= 0.5),
        window(0, 0, 2),
        ("x", "y"),
    ),
    "flow by Euler": Case(
        dv.Formula(
            "dx/dt = y; dy/dt = x - x^3 - 0.3*y; near: (x - 1)^2 + y^2 < 0.04",
            method="euler",
            dt=0.1,
        ),
        lambda x, y: (x, y),
        lambda f, s, n: (
            s[0] + 0.1 * s[1],
            s[1] + 0.1 * (s[0] - s[0] ** 3 - 0.3 * s[1]),
        ),
        lambda s, before: (s[0] - 1) ** 2 + s[1] ** 2 < 0.04,
        window(0, 0, 4),
        ("x", "y"),
        150,
    ),
    "driven flow's twins by Runge and Kutta": Case(
        dv.Formula("x'' = -sin(x) - 0.2*x' + 1.2*cos(0.66*t)", dt=0.1),
        lambda x, y: (x, y, x + 1e-3, y),
        twins(runge_kutta(pendulum, 0.1), 2),
        lambda s, before: ~(apart(s, 2) <= 0.5),
        window(0, 0, 6),
        ("x", "x'"),
        300,
    ),
    "flow of three variables by Runge and Kutta": Case(
        dv.Formula(
            "dx/dt = 10*(y - x); dy/dt = x*(28 - z) - y; dz/dt = x*y - 8/3*z; z(0) = 20;"
            "escape: z > 40",
            dt=0.01,
        ),
        lambda x, y: (x, y, 0 * x + 20),
        runge_kutta(lorenz, 0.01),
        lambda s, before: ~(s[2] <= 40),
        window(0, 0, 20),
        ("x", "y", "z"),
        100,
    ),
    "Hamiltonian flow by leapfrog": Case(
        dv.Formula(
            "x'' = -x - 2*x*y; y'' = -y - x^2 + y^2; escape: x^2 + y^2 > 4",
            plane="x,y",
            method="leapfrog",
            dt=0.1,
        ),
        lambda x, y: (x, y, 0 * x, 0 * x),
        leapfrog(lambda f, q: (-q[0] - 2 * q[0] * q[1], -q[1] - q[0] ** 2 + q[1] ** 2), 0.1),
        lambda s, before: ~(s[0] ** 2 + s[1] ** 2 <= 4),
        window(0, 0, 2.5),
        ("x", "y", "x'", "y'"),
        150,
    ),
}


@pytest.fixture(autouse=True)
def interpreted(monkeypatch):
    """Compiled formulas have the same bits: see test_formula.py."""
    monkeypatch.setenv("DIVERGENCE_INTERPRET", "1")


@pytest.mark.parametrize("name", CASES)
def test_times_are_those_of_a_plain_loop(name):
    case = CASES[name]
    found = dv.times(case.formula, case.window, case.max_steps)
    expected = np.full(found.shape, case.max_steps)
    state = case.start(*case.window.points())
    before = tuple(np.full_like(each, np.nan) for each in state)
    with np.errstate(all="ignore"):
        for n in range(case.max_steps + case.first):
            if n >= case.first:
                stops = case.stopped(state, before) & (expected == case.max_steps)
                expected[stops] = n - case.first
            before, state = state, case.step(NUMPY, state, n)
    assert len(np.unique(expected)) > 8
    assert (found == expected).mean() > 0.995  # chaos enlarges the last bit


def number(row, name):
    return row[name] if name in row.dtype.names else complex(row[f"{name}.re"], row[f"{name}.im"])


@pytest.mark.parametrize("name", CASES)
def test_states_are_those_of_long_arithmetic(name):
    case, x, y = CASES[name], 0.34, -0.27
    rows = dv.path(case.formula, (x, y), 8)
    with mpmath.workdps(40):
        state = case.start(mpmath.mpf(x), mpmath.mpf(y))
        for n in range(len(rows) + case.first):
            if n >= case.first:
                found = [number(rows[n - case.first], name) for name in case.names]
                wanted = state[: len(case.names)]
                for one, other in zip(found, wanted, strict=True):
                    assert abs(one - other) < 1e-11 * (1 + abs(other))
            state = case.step(MP, state, n)
