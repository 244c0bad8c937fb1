"""Root finding and planar maps stepped in as many bits as it takes: plainly, pixel by pixel.

python tests/reference/exact_planes.py     # computes the truth of test_deep_planes.py
"""

import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import gmpy2
import numpy as np
from gmpy2 import mpc, mpfr, mpq

RECORDED = Path(__file__).with_name("exact_planes.json")
FAR = {"emin": -(2**40), "emax": 2**40}
SHAPE = (30, 40)
LIMIT = 9000


class Case(NamedTuple):
    """A map, as plainly as it can be written.

    Attributes:
        system: how the package makes it, given the width of the window.
        start: the state of a pixel, given its x and y and the width.
        step, stopped: of a state, before which it is tested.
        center: of the windows, given a number of digits.
        widths: of the windows.
        pixels: how many to sample of each.
    """

    system: str
    start: object
    step: object
    stopped: object
    center: object
    widths: tuple[str, ...]
    pixels: int


DEPTHS = ("1e-20", "1e-150", "1e-400")


def root_finding(system, parts, tolerance, center, pixels):
    """A method z' = z - over/under that stops after a step shorter than the tolerance."""

    def step(state):
        over, under = parts(state[0])
        if under == 0:
            return state[0], mpfr(1)
        moved = over / under
        return state[0] - moved, gmpy2.norm(moved)

    return Case(
        system,
        lambda x, y, _: step((mpc(x, y), None)),
        step,
        lambda state: state[1] < mpfr(tolerance) ** 2,
        center,
        DEPTHS,
        pixels,
    )


def cubic(z):
    square = z * z
    return square * z - 1, 3 * square


def quintic(z):
    square = z * z
    fourth = square * square
    return fourth * z - z - 1, 5 * fourth - 1


def complex_quartic(z):
    square, a, b = z * z, mpc("0.3+1.7j"), mpfr("0.1")
    return b * square * square + a * z + 2, 4 * b * square * z + a


def halley_of_cubic(z):
    f, slope = cubic(z)
    return 2 * f * slope, 2 * slope * slope - f * 6 * z


def preimage(parts, steps, start):
    """Where Newton's method goes to a pole after so many steps, near a start."""

    def center(digits):
        def slope_after(z):
            for _ in range(steps):
                value, slope = parts(z)
                z = z - value / slope
            return parts(z)[1]

        return root(slope_after, digits, start)

    return center


def root(of, digits, start):
    """Where a function is 0, to so many digits, by the secant method."""
    z, before = mpc(start), mpc(start) + mpfr("1e-6")
    while gmpy2.norm(z - before) > mpfr(10) ** -(digits + 20):
        f, f_before = of(z), of(before)
        z, before = z - f * (z - before) / (f - f_before), z
    return tuple(f"{part:.{digits}f}" for part in (z.real, z.imag))


def henon(point):
    x, y = point
    return 1 - mpfr("1.4") * x * x + y, mpfr("0.3") * x


def henon_reversed(point):
    u = point[1] / mpfr("0.3")
    return u, mpfr("1.4") * u * u + point[0] - 1


def clifford(point):
    (x, y), (a, b, c, d) = point, map(mpfr, ("2", "1", "-0.5", "-1.01"))
    return gmpy2.sin(a * y) + c * gmpy2.cos(a * x), gmpy2.sin(b * x) + d * gmpy2.cos(b * y)


def saddle(digits):
    """Of the Henon map, on the boundary of its basin."""
    a, b = mpfr("1.4"), mpfr("0.3")
    x = ((b - 1) - gmpy2.sqrt((b - 1) ** 2 + 4 * a)) / (2 * a)
    return f"{x:.{digits}f}", f"{b * x:.{digits}f}"


def escaping(system, step, radius):
    def has_escaped(point):
        return point[0] * point[0] + point[1] * point[1] > radius**2

    return Case(system, lambda x, y, _: (x, y), step, has_escaped, saddle, DEPTHS, 100)


def twins(system, step, center, pixels):
    """A point and its twin, a millionth of the width to the right; until they are 1/4 apart."""

    def are_apart(pair):
        (x, y), (u, v) = pair
        return (x - u) ** 2 + (y - v) ** 2 > mpfr("0.25") ** 2

    return Case(
        f"dv.PlanarTwins({system}, 1e-6 * float(width), 0.25)",
        lambda x, y, width: ((x, y), (x + mpfr(repr(1e-6 * float(width))), y)),
        lambda pair: (step(pair[0]), step(pair[1])),
        are_apart,
        center,
        DEPTHS[:2],
        pixels,
    )


def julia(system, a, center, widths):
    def step(z):
        return z * z + a

    return Case(
        system,
        lambda x, y, _: step(mpc(x, y)),
        step,
        lambda z: gmpy2.norm(z) > 4,
        lambda _: center,
        widths,
        100,
    )


CASES = {
    "julia, folded at its critical point": julia(
        "dv.Julia(a=1j)", mpc(0, 1), ("0", "0"), ("1e-20", "1e-150")
    ),
    "julia, where orbits begin at the radius": julia(
        "dv.Julia(a=-2)", mpc(-2), ("2", "0"), ("1e-30",)
    ),
    "newton, at a pole": root_finding(
        'dv.Newton("x^3-1")', cubic, "1e-7", lambda _: ("0", "0"), 200
    ),
    "newton, at a point that goes to a pole": root_finding(
        'dv.Newton("x^5-x-1")', quintic, "1e-7", preimage(quintic, 3, 0.376351 + 0.727564j), 200
    ),
    "newton, of complex coefficients": root_finding(
        'dv.Newton("0.1x^4+(0.3+1.7i)x+2")',
        complex_quartic,
        "1e-7",
        preimage(complex_quartic, 2, 1.17 - 1.34j),
        100,
    ),
    "halley, at a pole": root_finding(
        'dv.Halley("x^3-1")', halley_of_cubic, "1e-9", lambda digits: pole_of_halley(digits), 100
    ),
    "henon": escaping("dv.Henon()", henon, 10),
    "henon reversed": escaping("dv.ReversedHenon()", henon_reversed, 10_000),
    "henon's twins": twins("dv.Henon()", henon, saddle, 100),
    "clifford's twins": twins("dv.Clifford()", clifford, lambda _: ("0.3", "0.4"), 10),
}


def pole_of_halley(digits):
    return f"{-gmpy2.root(mpfr('0.5'), 3):.{digits}f}", "0"


def pixel(center, width, row, column):
    offsets = column - SHAPE[1] // 2, row - SHAPE[0] // 2
    return [
        mpfr(mpq(Fraction(middle) + offset * Fraction(width) / SHAPE[1]))
        for middle, offset in zip(center, offsets, strict=True)
    ]


def times(case, center, width, rng):
    """The times of some pixels but the middle one, whose own digits would decide."""
    found = {}
    while len(found) < case.pixels:
        row, column = (int(rng.integers(size)) for size in SHAPE)
        if (row, column) == (SHAPE[0] // 2, SHAPE[1] // 2):
            continue
        state, time = case.start(*pixel(center, width, row, column), width), 0
        while time < LIMIT and not case.stopped(state):
            state, time = case.step(state), time + 1
        found[f"{row},{column}"] = time
    return found


def main():
    """Adds what is missing in the recorded file: some minutes."""
    table = json.loads(RECORDED.read_text()) if RECORDED.exists() else []
    known = {(entry["case"], entry["width"]) for entry in table}
    rng = np.random.default_rng(14)
    for name, case in CASES.items():
        for width in case.widths:
            if (name, width) in known:
                continue
            digits = 40 - int(width.partition("e")[2])
            with gmpy2.context(precision=8 * digits + 200, **FAR):
                center = case.center(digits)
                entry = {"case": name, "center": center, "width": width}
                table.append(entry | {"times": times(case, center, width, rng)})
            print(name, width, sorted(set(table[-1]["times"].values()))[:8], file=sys.stderr)
            RECORDED.write_text(json.dumps(table) + "\n")


if __name__ == "__main__":
    main()
