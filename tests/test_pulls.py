"""The pieces of the three-body kernel, against MPFR: inverse roots, and the twin's pull."""

import ctypes

import drivers
import gmpy2
import numpy as np
import pytest
from gmpy2 import mpfr

RNG = np.random.default_rng(7)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("pulls") / "pulls.so"
    return ctypes.CDLL(drivers.compiled("pulls.cpp", path, "-march=x86-64-v3"))


def pointers(*arrays):
    return [ctypes.c_void_p(array.ctypes.data) for array in arrays]


@pytest.fixture(autouse=True)
def many_digits():
    with gmpy2.context(precision=1300):  # 1 + 2^-996 must differ from 1
        yield


NUMBERS = {
    "one octave pair": RNG.uniform(1, 4, 20_000),
    "every exponent": 2.0 ** RNG.uniform(-1020, 1020, 5_000),
    "powers of two": 2.0 ** np.arange(-1020, 1020),
    "under powers of two": np.nextafter(2.0 ** np.arange(-1020, 1020), 0),
}


@pytest.mark.parametrize("a", NUMBERS.values(), ids=NUMBERS.keys())
@pytest.mark.parametrize("precision", ["double", "single"])
def test_inverse_roots_are_within_one_and_a_half_units(library, a, precision):
    kind = {"double": np.float64, "single": np.float32}[precision]
    if precision == "single":
        a = a[(a > 1e-37) & (a < 1e38)]
    a = np.ascontiguousarray(a, kind)
    y = np.empty_like(a)
    getattr(library, f"inverse_root_{precision}")(*pointers(a, y), ctypes.c_int64(len(a)))
    worst = 0.0
    for value, root in zip(a.tolist(), y.tolist(), strict=True):
        truth = 1 / gmpy2.sqrt(mpfr(value))
        unit = mpfr(float(np.spacing(kind(float(truth)))))
        worst = max(worst, float(abs(mpfr(root) - truth) / unit))
    assert worst < 1.5


def pulls(library, unit, r, d):
    found = np.empty_like(r)
    library.pulls(ctypes.c_double(unit), *pointers(r, d, found), ctypes.c_int64(len(r)))
    return found


def relative_errors(unit, r, d, found):
    """Of cube, twin_cube and change."""
    worst = np.zeros(3)
    for r_i, d_i, pull in zip(r.tolist(), d.tolist(), found.tolist(), strict=True):
        r_i, d_i = [mpfr(v) for v in r_i], [mpfr(v) for v in d_i]
        twin = [a + mpfr(unit) * b for a, b in zip(r_i, d_i, strict=True)]
        cube = sum(v * v for v in r_i) ** mpfr("-1.5")
        twin_cube = sum(v * v for v in twin) ** mpfr("-1.5")
        truth = (cube, twin_cube, (twin_cube - cube) / mpfr(unit))
        worst = np.maximum(
            worst, [float(abs(mpfr(p) / t - 1)) for p, t in zip(pull, truth, strict=True)]
        )
    return worst


def along(x, count=500):
    """Random r, and d nearly along it, so that |r + d|^2 = |r|^2 (1 + x)."""
    r = RNG.normal(size=(count, 3)) * 10 ** RNG.uniform(-2, 2, (count, 1))
    return r, r * (np.sqrt(1 + x) - 1)


@pytest.mark.parametrize("unit", [1.0, 2.0**-10, 2.0**-47, 2.0**-996])
def test_a_small_difference_of_pulls_is_exact(library, unit):
    r = RNG.normal(size=(500, 3)) * 10
    d = RNG.normal(size=(500, 3)) * min(1.0, 1e-4 / unit)
    # Where d is across r, the change is 0 at first order and all that is left is rounding.
    aligned = np.abs((r * d).sum(1)) > 0.05 * np.linalg.norm(r, axis=1) * np.linalg.norm(d, axis=1)
    r, d = np.ascontiguousarray(r[aligned]), np.ascontiguousarray(d[aligned])
    errors = relative_errors(unit, r, d, pulls(library, unit, r, d))
    assert (errors < [1e-15, 1e-15, 2e-14]).all()


@pytest.mark.parametrize("x", [-0.9, -0.5, -0.13, 0.13, 0.5, 3, 100, 1e6])
def test_a_great_difference_of_pulls_is_exact(library, x):
    r, d = along(x)
    assert (relative_errors(1, r, d, pulls(library, 1, r, d)) < [1e-15, 2e-15, 1e-14]).all()


@pytest.mark.parametrize("x", [-1 / 8, 1 / 8])
def test_the_two_formulas_meet(library, x):
    """On both sides of |x| = 1/8 the error is far below what one step changes."""
    for beside in (1 - 1e-9, 1, 1 + 1e-9):
        r, d = along(x * beside)
        assert (relative_errors(1, r, d, pulls(library, 1, r, d)) < [1e-15, 1e-14, 5e-14]).all()
