"""Formulas beside the maps that are written by hand in C++, and beside Numba and pynamicalsys.

All of it in one thread, by the seconds of a core that it takes, which other work does not count to.
"""

import time
from collections.abc import Callable

import divergence as dv
import numba
import numpy as np
from measure import Measurement
from pynamicalsys import DiscreteDynamicalSystem

TITLE = "Formulas: from text, beside headers written by hand; seconds of one core"
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
def numba_basin(x, y, a, b, max_steps, times):  # noqa: ANN001, ANN201
    """Henon's times, one pixel after the other."""
    for i in range(x.size):
        u, v, n = x[i], y[i], 0
        while n < max_steps and u * u + v * v <= 100.0:
            u, v = 1 - a * (u * u) + v, b * u
            n += 1
        times[i] = n


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


def core_seconds(work: Callable[[], object], rounds: int = 5) -> float:
    """Of one call, the least of some rounds of a fifth of a second or more."""
    best = float("inf")
    for _ in range(rounds):
        calls, began, spent = 0, time.process_time(), 0.0
        while spent < 0.2:
            work()
            calls, spent = calls + 1, time.process_time() - began
        best = min(best, spent / calls)
    return best


def pair(
    name: str, points: float, unit: str, works: list[Callable[[], object]]
) -> list[Measurement]:
    """A header and its formula in turns, so that what disturbs one disturbs the other."""
    best = [float("inf")] * 2
    for _ in range(5):
        for i, work in enumerate(works):
            best[i] = min(best[i], core_seconds(work, 1))
    header, formula = best
    note = f"{header / formula:.0%} of the header's speed"
    return [
        Measurement(f"{name}, header", points / header / 1e6, unit, compare=False),
        Measurement(f"{name}, formula", points / formula / 1e6, unit, note, False),
    ]


def basins(name: str) -> list[Measurement]:
    formula, known, window, max_steps = PAIRS[name]
    x, y = window.points()
    works = [lambda s=s: dv.times_at(s, x, y, max_steps, **ONE) for s in (known, formula)]
    return pair(name, x.size, "million pixels/s", works)


def clifford() -> list[Measurement]:
    values = {"a": 2.0, "b": 2.0, "c": 1.0, "d": -1.0}
    starts, window = dv.around((0, 0), 1024), dv.Window((0, 0), 5, (400, 400))
    both = (dv.Clifford(**values), dv.Formula(CLIFFORD, **values))
    works = [lambda s=s: dv.density(s, starts, 2000, window, **ONE) for s in both]
    return pair("Clifford density", 1024 * 2000, "million points/s", works)


def beside(
    name: str, unit: str, works: dict[str, tuple[float, Callable[[], object]]]
) -> list[Measurement]:
    """A formula, Numba and pynamicalsys: how much each does, and the work."""
    rates = {who: much / core_seconds(work, 3) / 1e6 for who, (much, work) in works.items()}
    first = next(iter(rates.values()))
    return [
        Measurement(
            f"{name}, {who}", rate, unit, f"the formula is {first / rate:.3g} times as fast", False
        )
        for who, rate in rates.items()
    ]


def henon_basin() -> list[Measurement]:
    """pynamicalsys tells when an orbit leaves a square, an orbit a call."""
    window, max_steps, some = dv.Window((0, 0), 10, (1000, 1000)), 70, 2000
    grid = window.points()
    x, y = (axis.ravel() for axis in grid)
    times = np.empty(x.size, np.int32)
    numba_basin(x, y, 1.4, 0.3, max_steps, times)
    assert np.array_equal(times, dv.times_at(HENON, x, y, max_steps))
    system, square = DiscreteDynamicalSystem(model="henon map"), [[-10, 10], [-10, 10]]
    which = range(0, x.size, x.size // some)

    def other() -> None:
        for i in which:
            start = [x[i], y[i]]
            system.escape_analysis(
                start, max_steps, square, parameters=[1.4, 0.3], escape="exiting"
            )

    other()  # compiles
    return beside(
        "Henon basin",
        "million pixels/s",
        {
            "formula": (x.size, lambda: dv.times_at(HENON, *grid, max_steps, **ONE)),
            "Numba": (x.size, lambda: numba_basin(x, y, 1.4, 0.3, max_steps, times)),
            "pynamicalsys, an orbit a call": (len(which), other),
        },
    )


def standard_exponents() -> list[Measurement]:
    steps, window, some = 500, dv.Window((3.14159, 0), 6.28, (60, 60)), 50
    x, p = (axis.ravel() for axis in window.points())
    system = DiscreteDynamicalSystem(model="standard map")

    def other() -> None:
        for i in range(some):
            system.lyapunov([x[i] / 6.2832, p[i] / 6.2832], steps, parameters=1.5)

    numba_standard(x, p, 1.5, 2)
    other()
    return beside(
        "standard map's exponents",
        "million steps/s",
        {
            "formula": (x.size * steps, lambda: dv.lyapunov(STANDARD, window, steps, **ONE)),
            "Numba": (x.size * steps, lambda: numba_standard(x, p, 1.5, steps)),
            "pynamicalsys, an orbit a call": (some * steps, other),
        },
    )


def henon_density() -> list[Measurement]:
    """pynamicalsys gives the trajectories, which NumPy then counts."""
    count, steps = 256, 4000
    picture, visits = dv.Window((0, 0), 3, (500, 500)), np.zeros((500, 500), np.int64)
    starts = np.stack([1e-3 * np.arange(count) / count, np.zeros(count)], axis=-1)
    system, extent = DiscreteDynamicalSystem(model="henon map"), [[-1.5, 1.5], [-1.5, 1.5]]

    def other() -> None:
        points = system.trajectory(starts, steps, parameters=[1.4, 0.3])
        np.histogram2d(points[:, 1], points[:, 0], bins=500, range=extent)

    numba_density(1.4, 0.3, 1, 1, visits)
    other()
    points = count * steps
    return beside(
        "Henon density",
        "million points/s",
        {
            "formula": (points, lambda: dv.density(HENON, starts, steps, picture, **ONE)),
            "Numba": (points, lambda: numba_density(1.4, 0.3, count, steps, visits)),
            "pynamicalsys and NumPy": (points, other),
        },
    )


def run() -> list[Measurement]:
    rows = [row for name in PAIRS for row in basins(name)]
    return [*rows, *clifford(), *henon_basin(), *standard_exponents(), *henon_density()]
