"""exp, log, sin, cos and atan2 of the kernels: against MPFR, and the same bits in any pack."""

import ctypes
from functools import cache
from pathlib import Path

import drivers
import gmpy2
import numpy as np
import pytest

VARIANTS = {
    "scalar": ["-march=x86-64-v3", "-DPACK_BYTES=8"],
    "sse2": ["-march=x86-64"],
    "avx2": ["-march=x86-64-v3"],
    "avx512": ["-march=x86-64-v4"],
}
RUNNABLE = [
    name for name in VARIANTS if name != "avx512" or "avx512dq" in Path("/proc/cpuinfo").read_text()
]
RNG = np.random.default_rng(2024)
N = 4000


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    """tests/elementary.cpp, compiled for each instruction set that this machine has."""
    folder = tmp_path_factory.mktemp("elementary")
    paths = {name: folder / f"{name}.so" for name in RUNNABLE}
    compilers = [
        drivers.start_compiling("elementary.cpp", path, *VARIANTS[name])
        for name, path in paths.items()
    ]
    assert [compiler.wait() for compiler in compilers] == [0] * len(compilers)
    return {name: ctypes.CDLL(str(path)) for name, path in paths.items()}


@pytest.fixture
def evaluate(libraries):
    """The function of that name over an array: what all the variants agree on, bit for bit."""

    def all_variants(name, *arrays):
        count = len(arrays[0])
        padded = np.zeros((len(arrays), -(-count // 8) * 8))
        padded[:, :count] = arrays
        results = {}
        for variant, library in libraries.items():
            results[variant] = np.empty_like(padded[0])
            arguments = (ctypes.c_void_p(a.ctypes.data) for a in (*padded, results[variant]))
            getattr(library, f"map_{name}")(*arguments, ctypes.c_int64(len(padded[0])))
        first = results["scalar"]
        for variant, result in results.items():
            same = (result == first) & (np.signbit(result) == np.signbit(first))
            assert (same | (np.isnan(result) & np.isnan(first))).all(), variant
        return first[:count]

    return all_variants


@cache
def mpfr(name):
    function = getattr(gmpy2, name)
    return lambda *arguments: function(*map(gmpy2.mpfr, arguments))


def worst_error(name, *arrays):
    """In units in the last place, over values that are finite; the last array has the results."""
    worst = 0.0
    with gmpy2.context(precision=160):
        for *arguments, value in zip(*(array.tolist() for array in arrays), strict=True):
            truth = mpfr(name)(*arguments)
            unit = gmpy2.mpfr(float(np.spacing(abs(float(truth)))))
            worst = max(worst, float(abs(truth - gmpy2.mpfr(value)) / unit))
    return worst


# Of all doubles the one that comes closest to a whole number of quarter turns.
CLOSEST_TO_A_TURN = 6381956970095103.0 * 2.0**797

ARGUMENTS = {
    "exp, reduced": ("exp", RNG.uniform(-0.35, 0.35, N)),
    "exp, its range": ("exp", RNG.uniform(-708, 709.78, N)),
    "exp, to subnormal": ("exp", RNG.uniform(-745, -708, N)),
    "exp, tiny": ("exp", RNG.choice([-1, 1], N) * 2.0 ** RNG.uniform(-1070, -40, N)),
    "exp, at half a log 2": ("exp", (np.arange(-500, 500) + 0.5) * np.log(2)),
    "log, near 1": ("log", RNG.uniform(0.99, 1.01, N)),
    "log, one octave": ("log", RNG.uniform(0.5, 2, N)),
    "log, beside 1": ("log", 1 + np.arange(-200, 200) * 2.0**-53),
    "log, at the root of 1/2": ("log", np.sqrt(0.5) + np.arange(-100, 100) * 2.0**-53),
    "log, all numbers": ("log", RNG.integers(1, 0x7FF << 52, N).view(np.float64)),
    "log, of subnormal": ("log", RNG.integers(1, 1 << 52, N).view(np.float64)),
    **{
        f"{name}, {where}": (name, x)
        for name in ("sin", "cos")
        for where, x in {
            "one turn": RNG.uniform(-7, 7, N),
            "tiny": 2.0 ** RNG.uniform(-1070, -20, N),
            "thousands": RNG.uniform(-1e5, 1e5, N),
            "to the near limit": RNG.uniform(0, 2.0**30, N),
            "at the near limit": 2.0**30 + np.arange(-200, 200) * 2.0**-22,
            "beyond": RNG.choice([-1, 1], N) * 2.0 ** RNG.uniform(30, 1024, N),
            "whole quarter turns": np.arange(1, N) * (np.pi / 2),
            "eighths of a turn": np.arange(1, N) * (np.pi / 4),
            "great whole turns": np.arange(1, 400) * 1e6 * np.pi,
            "closest to a turn": np.array([CLOSEST_TO_A_TURN, -CLOSEST_TO_A_TURN]),
        }.items()
    },
}


@pytest.mark.parametrize("name, x", ARGUMENTS.values(), ids=ARGUMENTS.keys())
def test_within_one_unit_in_the_last_place(evaluate, name, x):
    assert worst_error(name, x, evaluate(name, x)) < 0.85


SMALL = RNG.choice([-1, 1], N) * 2.0 ** RNG.uniform(-1070, 0, N)
WIDE = RNG.uniform(-30, 30, N)
HYPERBOLIC = {
    "expm1": [SMALL, WIDE, RNG.uniform(-0.4, 0.4, N), RNG.uniform(30, 709, N)],
    "log1p": [SMALL[abs(SMALL) < 1], 2.0 ** RNG.uniform(-60, 1000, N)],
    "sinh": [SMALL, WIDE, RNG.uniform(-710, 710, N)],
    "cosh": [SMALL, WIDE, RNG.uniform(-710, 710, N)],
    "tanh": [SMALL, WIDE, RNG.uniform(-1, 1, N)],
}


@pytest.mark.parametrize("name", HYPERBOLIC)
def test_hyperbolic_functions_within_four_units_in_the_last_place(evaluate, name):
    for x in HYPERBOLIC[name]:
        assert worst_error(name, x, evaluate(name, x)) < 4


TURNS = RNG.uniform(-np.pi, np.pi, N)
POINTS = {  # y, x
    "circle": (np.sin(TURNS), np.cos(TURNS)),
    "square": RNG.uniform(-1, 1, (2, N)),
    "all numbers": RNG.choice([-1, 1], (2, N)) * 2.0 ** RNG.uniform(-1000, 1000, (2, N)),
    "nearly endless": RNG.choice([-1, 1], (2, N)) * 2.0 ** RNG.uniform(1021, 1024, (2, N)),
    "subnormal": RNG.choice([-1, 1], (2, N)) * 2.0 ** RNG.uniform(-1060, -1022, (2, N)),
}


@pytest.mark.parametrize("where", POINTS)
def test_the_angle_of_a_point_within_one_unit_in_the_last_place(evaluate, where):
    y, x = POINTS[where]
    assert worst_error("atan2", y, x, evaluate("atan2", y, x)) < 0.85


def test_the_angle_of_special_points_is_what_ieee_754_says(evaluate):
    values = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 5e-324]
    y, x = np.array([(y, x) for y in values for x in values]).T
    got, expected = evaluate("atan2", y, x), np.arctan2(y, x)
    np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(
        np.signbit(got) | np.isnan(got), np.signbit(expected) | np.isnan(got)
    )


INF, NAN = np.inf, np.nan
SPECIAL = {
    "exp": [
        (0.0, 1),
        (-0.0, 1),
        (INF, INF),
        (-INF, 0),
        (NAN, NAN),
        (709.7827128933841, INF),
        (-745.14, 0),
    ],
    "log": [(0.0, -INF), (-0.0, -INF), (INF, INF), (-INF, NAN), (NAN, NAN), (-1, NAN), (1, 0)],
    "sin": [(0.0, 0.0), (-0.0, -0.0), (INF, NAN), (-INF, NAN), (NAN, NAN), (5e-324, 5e-324)],
    "cos": [(0.0, 1), (-0.0, 1), (INF, NAN), (-INF, NAN), (NAN, NAN), (5e-324, 1)],
    "expm1": [(0.0, 0.0), (INF, INF), (-INF, -1), (NAN, NAN), (5e-324, 5e-324), (710, INF)],
    "log1p": [(0.0, 0.0), (-1, -INF), (-2, NAN), (INF, INF), (NAN, NAN), (5e-324, 5e-324)],
    "sinh": [(0.0, 0.0), (-0.0, -0.0), (INF, INF), (-INF, -INF), (NAN, NAN), (800, INF)],
    "cosh": [(0.0, 1), (INF, INF), (-INF, INF), (NAN, NAN), (-800, INF)],
    "tanh": [(0.0, 0.0), (-0.0, -0.0), (INF, 1), (-INF, -1), (NAN, NAN), (-800, -1)],
}


@pytest.mark.parametrize("name", SPECIAL)
def test_special_values(evaluate, name):
    x, expected = np.array(SPECIAL[name]).T
    got = evaluate(name, x)
    np.testing.assert_array_equal(got, expected)
    zero = expected == 0
    np.testing.assert_array_equal(np.signbit(got[zero]), np.signbit(expected[zero]))


@pytest.mark.parametrize("name", ["sqrt", "floor", "round"])
def test_what_is_exactly_rounded(evaluate, name):
    x = np.concatenate([RNG.uniform(0, 9, N), np.arange(99) / 2, [0.0, INF, 2.0**40 + 0.5]])
    if name != "sqrt":
        x = np.concatenate([x, -x])
    if name == "round":
        x = x[np.isfinite(x)]
    expected = {"sqrt": np.sqrt, "floor": np.floor, "round": np.rint}[name](x)
    np.testing.assert_array_equal(evaluate(name, x), expected)


def test_an_argument_beyond_does_not_disturb_its_neighbours(evaluate):
    x = RNG.uniform(-10, 10, 64)
    mixed = x.copy()
    mixed[::3] = 1e300
    np.testing.assert_array_equal(
        np.delete(evaluate("sin", mixed), np.s_[::3]), np.delete(evaluate("sin", x), np.s_[::3])
    )
