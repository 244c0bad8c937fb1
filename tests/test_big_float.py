"""Numbers of many digits, against exact fractions and MPFR."""

import ctypes
import random
from fractions import Fraction

import drivers
import gmpy2
import pytest
from gmpy2 import mpfr, mpq

DIGITS = (1, 2, 3, 5, 24)  # of 64 bits


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("big") / "big_float.so"
    return ctypes.CDLL(drivers.compiled("big_float.cpp", path))


def calculate(library, digits, operation, a, b="0"):
    result = ctypes.create_string_buffer(1000)
    library.calculate(digits, ord(operation), a.encode(), b.encode(), result)
    words = result.value.decode().split()
    if len(words) == 1:
        return int(words[0])
    return mpq(int(words[0], 16)) * mpq(2) ** int(words[1])


def numbers(digits, count=60):
    """Decimal texts; of some pairs nearly all digits are the same."""
    rng = random.Random(digits)
    places = int(digits * 19.3) + 3
    for _ in range(count):
        text = f"{rng.choice(['', '-'])}{rng.randint(1, 9)}.{rng.randrange(10**places)}"
        other = f"{rng.choice(['', '-'])}{rng.randint(1, 9)}.{rng.randrange(10**places)}"
        close = text[:-3] + "123"
        power = f"e{rng.choice([0, 0, 1, -1, 20, -20, 300])}"
        yield text + power, rng.choice([other + power, other, close + power])


def units(digits, found, exact):
    """How many units in the last place, at most, a result is from the exact one."""
    return abs(found - exact) / abs(exact) * mpq(2) ** (64 * digits) if exact else abs(found)


@pytest.mark.parametrize("digits", DIGITS)
def test_operations_are_right_to_a_few_units_in_the_last_place(library, digits):
    for a, b in numbers(digits):
        x, y = calculate(library, digits, "=", a), calculate(library, digits, "=", b)
        assert units(digits, x, mpq(Fraction(a))) <= 1.01
        exact = {"+": x + y, "-": x - y, "*": x * y, "/": x / y}
        for operation, value in exact.items():
            # The operation reads the same texts, so works on the same x and y.
            assert units(digits, calculate(library, digits, operation, a, b), value) < 4
        assert calculate(library, digits, "<", a, b) == (x < y)


@pytest.mark.parametrize("digits", DIGITS)
def test_inverse_roots_are_right_to_a_few_units(library, digits):
    with gmpy2.context(precision=64 * digits + 100):
        for a, _ in numbers(digits):
            a = a.lstrip("-")
            exact = mpq(1 / gmpy2.sqrt(mpfr(calculate(library, digits, "=", a))))
            assert units(digits, calculate(library, digits, "r", a), exact) < 4


def test_a_number_becomes_the_nearest_double(library):
    for text in ["0.1", "-1e-300", "9007199254740993", "9007199254740995", "1e22", "2.5e-5", "0"]:
        bits = ctypes.c_int64(calculate(library, 5, "d", text))
        assert ctypes.c_double.from_buffer(bits).value == float(text)


def test_whole_numbers_are_exact_however_they_are_written(library):
    for text in ["1", "1.0", "10e-1", "0.001e3", "1000000e-6"]:
        assert calculate(library, 5, "=", text) == 1
