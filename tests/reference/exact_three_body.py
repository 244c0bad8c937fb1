"""Three bodies, stepped by explicit Euler in as many bits as one likes: plainly, pixel by pixel.

python tests/reference/exact_three_body.py     # computes the truth that test_deep.py compares with
"""

import json
import sys
from fractions import Fraction
from pathlib import Path

import gmpy2
from gmpy2 import mpfr, mpq

RECORDED = Path(__file__).with_name("exact_three_body.json")


def exact_time(system, center, width, shape, row, column, limit, bits):
    """The time of one pixel of a window; every number is the decimal that it is written as."""
    with gmpy2.context(precision=bits):
        return _time(system, center, width, shape, row, column, limit)


def _time(system, center, width, shape, row, column, limit):
    assert system.plane == "xy" and system.integrator == "euler"
    decimal = lambda value: Fraction(str(value))  # noqa: E731
    pixel = decimal(width) / shape[1]
    first = [
        decimal(center[0]) + (column - shape[1] // 2) * pixel,
        decimal(center[1]) + (row - shape[0] // 2) * pixel,
        decimal(system.positions[0][2]),
    ]
    others = [[decimal(value) for value in body] for body in system.positions[1:]]
    velocities = [[decimal(value) for value in body] for body in system.velocities]
    masses = [decimal(mass) for mass in system.masses]
    dt, gravity, shift = decimal(system.dt), decimal(system.gravity), decimal(system.shift)
    rounded = lambda value: mpfr(mpq(value))  # noqa: E731

    def start(moved):
        bodies = [[value + moved for value in first], *others]
        return [[rounded(value) for value in body] for body in bodies], [
            [rounded(value * dt) for value in body] for body in velocities
        ]

    strength = [rounded(gravity * dt * dt * mass) for mass in masses]

    def added(first, second):
        return [[a + b for a, b in zip(*pair)] for pair in zip(first, second)]  # noqa: B905

    def step(bodies, moves):
        pulls = [[mpfr(0)] * 3 for _ in range(3)]
        for i, j in ((0, 1), (0, 2), (1, 2)):
            apart = [b - a for a, b in zip(bodies[i], bodies[j], strict=True)]
            square = apart[0] * apart[0] + apart[1] * apart[1] + apart[2] * apart[2]
            cube = 1 / (square * gmpy2.sqrt(square))
            for k in range(3):
                pulls[i][k] += strength[j] * cube * apart[k]
                pulls[j][k] -= strength[i] * cube * apart[k]
        return (
            [
                [x + u for x, u in zip(*pair, strict=True)]
                for pair in zip(bodies, moves, strict=True)
            ],
            [
                [u + a for u, a in zip(*pair, strict=True)]
                for pair in zip(moves, pulls, strict=True)
            ],
        )

    one, twin = start(Fraction(0)), start(shift)
    critical = rounded(decimal(system.critical_distance) ** 2)
    for time in range(limit):
        if sum((a - b) ** 2 for a, b in zip(one[0][0], twin[0][0], strict=True)) > critical:
            return time
        one, twin = step(*one), step(*twin)
    return limit


def main():
    """Adds the times that are missing in the recorded file: minutes each."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "pysrc"))
    import divergence as dv

    table = json.loads(RECORDED.read_text())
    for window in table:
        system = dv.ThreeBody(shift=float(window["shift"]))
        for pixel, time in window["times"].items():
            if time is None:
                row, column = map(int, pixel.split(","))
                window["times"][pixel] = exact_time(
                    system,
                    window["center"],
                    window["width"],
                    window["shape"],
                    row,
                    column,
                    window["limit"],
                    window["bits"],
                )
                RECORDED.write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main()
