"""Formulas beside the maps that are written by hand in C++, and beside Numba and pynamicalsys."""

import divergence as dv
import numba
import numpy as np
from measure import Measurement, seconds

TITLE = "Formulas: from text, beside headers written by hand; one thread"
HENON = dv.Formula("x' = 1 - a*x^2 + y; y' = b*x", a=1.4, b=0.3)
CLIFFORD = "x' = sin(a*y) + c*cos(a*x); y' = sin(b*x) + d*cos(b*y)"
NEWTON = "z - (z^3 - 1)/(3*z^2); arrive: abs(z - previous) < 1e-7"
ONE = {"device": "cpu", "threads": 1}
PAIRS = {
    "Mandelbrot": (
        dv.Formula("z^2 + c"),
        dv.Mandelbrot(),
        dv.Window((-0.6, 0), 3.2, (400, 400)),
        1000,
    ),
    "Julia": (
        dv.Formula("z^2 + a", a=-0.744 + 0.148j),
        dv.Julia(),
        dv.Window((0, 0), 2.8, (800, 800)),
        200,
    ),
    "Henon basin": (HENON, dv.Henon(), dv.Window((0, 0), 10, (1000, 1000)), 70),
    "Newton x^3-1": (dv.Formula(NEWTON), dv.Newton("x^3-1"), dv.Window((0, 0), 10, (600, 600)), 50),
}
STANDARD = dv.Formula("p' = p + k*sin(x); x' = x + p'", plane="x,p", k=1.5)


@numba.njit
def numba_standard(x, p, k, steps):  # noqa: ANN001, ANN201
    """The largest exponent of the standard map, one point after the other."""
    found = np.empty(x.size)
    for i in range(x.size):
        a, b, total = x[i], p[i], 0.0
        u = v = np.sqrt(0.5)
        for _ in range(steps):
            v += k * np.cos(a) * u
            u += v
            b += k * np.sin(a)
            a += b
            length = np.sqrt(u * u + v * v)
            u /= length
            v /= length
            total += np.log(length)
        found[i] = total / steps
    return found


@numba.njit
def numba_density(a, b, count, steps, visits):  # noqa: ANN001, ANN201
    """Visits of Henon orbits to the pixels of a picture of +-1.5."""
    rows, columns = visits.shape
    for i in range(count):
        x, y = 1e-3 * i / count, 0.0
        for _ in range(steps):
            x, y = 1 - a * (x * x) + y, b * x
            column, row = int((x + 1.5) / 3 * columns), int((y + 1.5) / 3 * rows)
            if 0 <= column < columns and 0 <= row < rows:
                visits[row, column] += 1


def pair(name: str) -> list[Measurement]:
    """A formula and its map in turns, so that what disturbs one disturbs the other."""
    formula, known, window, max_steps = PAIRS[name]
    x, y = window.points()
    best = {system: float("inf") for system in (formula, known)}
    for _ in range(5):
        for system in best:
            one = seconds(lambda s=system: dv.times_at(s, x, y, max_steps, **ONE), 3)
            best[system] = min(best[system], one)
    note = f"{best[known] / best[formula]:.0%} of the header's speed"
    return [
        Measurement(
            f"{name}, header", x.size / best[known] / 1e6, "million pixels/s", compare=False
        ),
        Measurement(
            f"{name}, formula", x.size / best[formula] / 1e6, "million pixels/s", note, False
        ),
    ]


def clifford() -> list[Measurement]:
    values = {"a": 2.0, "b": 2.0, "c": 1.0, "d": -1.0}
    starts, window = dv.around((0, 0), 1024), dv.Window((0, 0), 5, (400, 400))
    best = {
        system: float("inf") for system in (dv.Formula(CLIFFORD, **values), dv.Clifford(**values))
    }
    for _ in range(5):
        for system in best:
            one = seconds(lambda s=system: dv.density(s, starts, 2000, window, **ONE), 1)
            best[system] = min(best[system], one)
    formula, known = best.values()
    points = 1024 * 2000 / 1e6
    note = f"{known / formula:.0%} of the header's speed"
    return [
        Measurement("Clifford density, header", points / known, "million points/s", compare=False),
        Measurement("Clifford density, formula", points / formula, "million points/s", note, False),
    ]


def beside_others() -> list[Measurement]:
    """The standard map's exponents, and Henon's density."""
    steps, window = 500, dv.Window((3.14159, 0), 6.28, (60, 60))
    x, p = (axis.ravel() for axis in window.points())
    ours = seconds(lambda: dv.lyapunov(STANDARD, window, steps, **ONE))
    numba_standard(x, p, 1.5, 2)
    theirs = seconds(lambda: numba_standard(x, p, 1.5, steps))
    work = x.size * steps / 1e6
    rows = [
        Measurement(
            "standard map's exponents, formula", work / ours, "million steps/s", compare=False
        ),
        Measurement("the same, Numba", work / theirs, "million steps/s", "", False),
    ]
    try:
        from pynamicalsys import DiscreteDynamicalSystem

        system = DiscreteDynamicalSystem(model="standard map")
        some = 50
        system.lyapunov([0.1, 0.1], 2, parameters=1.5)  # compiles
        spent = seconds(
            lambda: [
                system.lyapunov([x[i] / 6.2832, p[i] / 6.2832], steps, parameters=1.5)
                for i in range(some)
            ],
            1,
        )
        speed = some * steps / spent / 1e6
        rows.append(Measurement("the same, pynamicalsys", speed, "million steps/s", "", False))
    except ImportError:
        pass
    count, steps = 256, 4000
    picture, visits = dv.Window((0, 0), 3, (500, 500)), np.zeros((500, 500), np.int64)
    starts = np.stack([1e-3 * np.arange(count) / count, np.zeros(count)], axis=-1)
    ours = seconds(lambda: dv.density(HENON, starts, steps, picture, **ONE))
    numba_density(1.4, 0.3, 1, 1, visits)
    theirs = seconds(lambda: numba_density(1.4, 0.3, count, steps, visits))
    work = count * steps / 1e6
    rows += [
        Measurement("Henon density, formula", work / ours, "million points/s", compare=False),
        Measurement("the same, Numba", work / theirs, "million points/s", "", False),
    ]
    return rows


def run() -> list[Measurement]:
    rows = [row for name in PAIRS for row in pair(name)]
    return rows + clifford() + beside_others()
