"""Polynomials: what their text means, what is said of a text that means none, their roots."""

import numpy as np
import pytest
from divergence.maps.polynomial import MAX_TERMS, Polynomial

Z = np.array([1.3 - 0.4j, -0.2 + 2.1j, 0.01 + 0.02j])

MEANINGS = {
    "x^5-x-1": Z**5 - Z - 1,
    "z^(7.11+0.0023j) - z - 1": Z ** (7.11 + 0.0023j) - Z - 1,
    "(1+2j)*x^3 - 2": (1 + 2j) * Z**3 - 2,
    "-x^2 + 2i": -(Z**2) + 2j,
    "2x(x-1)(x+3)/4": 2 * Z * (Z - 1) * (Z + 3) / 4,
    "(x^2-1)^3": (Z**2 - 1) ** 3,
    "1e-3x**2.5 + .5": 1e-3 * Z**2.5 + 0.5,
    "x^-1 + x^(-0.5)": 1 / Z + Z**-0.5,
    "3(2^0.5)x - i^2": 3 * 2**0.5 * Z + 1,
    "x-(2-(3+x^2))": Z + 1 + Z**2,
    "+x * -i": -1j * Z,
    "1/x": 1 / Z,
    "2x^5/(4x^2) - x/x": Z**3 / 2 - 1,
    "(1/x)^2 + x": Z**-2 + Z,
    # As people paste them: minus signs and dashes, superscripts, dots and crosses, fraction bars.
    "x³−1": Z**3 - 1,
    "z¹³ – z — 1": Z**13 - Z - 1,
    "2·x⁵ × 3 ÷ 4 − x⁻¹": 1.5 * Z**5 - 1 / Z,
    "𝑥⁽²⁺ⁱ⁾ ∕ 2 + ½x⁰": Z ** (2 + 1j) / 2 + 0.5,
}


@pytest.mark.parametrize("text", MEANINGS)
def test_a_text_means_what_it_says(text):
    np.testing.assert_allclose(Polynomial.parse(text)(Z), MEANINGS[text], rtol=1e-13)


def test_terms_are_collected_and_in_order():
    assert Polynomial.parse("x^5 - x + 2x - 1 - x^2 + x^2").terms == ((-1, 0), (1, 1), (1, 5))


@pytest.mark.parametrize("text", MEANINGS)
def test_the_derivative_is_the_limit_of_differences(text):
    f, h = Polynomial.parse(text), 1e-6
    differences = (f(Z + h) - f(Z - h)) / (2 * h)
    np.testing.assert_allclose(f.derivative(Z), differences, rtol=1e-3)


MEANINGLESS = {  # a tilde stands before the place where the caret must be
    "": 'a number, x, i or "("',
    "x^5--~": 'a number, x, i or "("',
    "x^5-~y": 'a number, x, i or "("',
    "x^2 - ~z": "x, not a second variable",
    "z^~z": "an exponent without x",
    "(x-1~": '")"',
    "x-1~)": "+, -, *, / or ^",
    "x^5 ~5": "+, -, *, / or ^",
    "x/~0": "a number other than 0 or a power of x to divide by",
    "1/~(x-1)": "a number other than 0 or a power of x to divide by",
    "~7": "a power of x somewhere",
    "(x+1)^~2.5": "a whole exponent up to 64, after a sum",
    "0^-~1+x": "a power that is a number",
    "~__import__('os')": 'a number, x, i or "("',
}


@pytest.mark.parametrize("marked", MEANINGLESS)
def test_what_cannot_be_read_is_shown_with_the_place_and_what_was_expected(marked):
    text, place = marked.replace("~", ""), max(marked.find("~"), 0)
    with pytest.raises(ValueError) as error:
        Polynomial.parse(text)
    first, shown, caret = str(error.value).split("\n")
    assert first.endswith(f"expected {MEANINGLESS[marked]}:")
    assert shown.strip() == text
    assert caret == " " * (4 + place) + "^"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x^65", "exponents of at most 64"),
        ("x^(1+70i)", "exponents of at most 64"),
        ("1e999x", "finite"),
        ("+".join(f"x^{n}" for n in range(MAX_TERMS + 1)), "at most 16 terms"),
        ("(" * 200 + "x", "at most 150 characters"),
        (5, "must be the text of a polynomial"),
    ],
)
def test_what_is_too_much_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        Polynomial.parse(text)


def test_roots_of_a_product_of_factors():
    roots = Polynomial.parse("x(x-1)(x-2)(x+3)(x-(1+i))").roots()
    np.testing.assert_allclose(roots, [0, 1, 2, 1 + 1j, -3], atol=1e-12)


@pytest.mark.parametrize("text", ["x^13-x-1", "(1+2j)x^7-x^2+i", "x^7.11-x-1", "x^(5+0.28i)-x-1"])
def test_roots_are_roots(text):
    f = Polynomial.parse(text)
    roots = np.array(f.roots())
    assert len(roots) == int(f.terms[-1][1].real)
    assert abs(f(roots)).max() < 1e-11


def test_fractional_powers_have_roots_on_the_principal_branch_only():
    """x^(3/2) = 1 at 1, and on the other sheet at exp(+-4 pi i / 3)."""
    np.testing.assert_allclose(Polynomial.parse("x^1.5-1").roots(), [1], atol=1e-14)


def test_a_double_root_is_one_root():
    np.testing.assert_allclose(Polynomial.parse("(x-1)^2(x+2)").roots(), [1, -2], atol=1e-6)


@pytest.mark.parametrize(
    ("text", "multiplicities"),
    [
        ("(x-1)^3", {1: 3}),
        ("(x-0.1)^3", {0.1: 3}),
        ("(x-1)^15", {1: 15}),
        ("x^3(x-1)^4(x-2)^3", {0: 3, 1: 4, 2: 3}),
        ("(x^2+1)^5", {1j: 5, -1j: 5}),
        ("(x-1)(x-2)(x-3)(x-4)(x-5)(x-6)(x-7)(x-8)(x-9)", dict.fromkeys(range(1, 10), 1)),
        ("(x-1)(x-1.0001)", {1: 1, 1.0001: 1}),
    ],
)
def test_a_multiple_root_is_one_root_and_near_roots_are_two(text, multiplicities):
    roots = Polynomial.parse(text).distinct_roots()
    expected = sorted(multiplicities, key=lambda root: (np.angle(root) % (2 * np.pi), abs(root)))
    np.testing.assert_allclose([root.value for root in roots], expected, atol=1e-8)
    assert [root.multiplicity for root in roots] == [multiplicities[root] for root in expected]


@pytest.mark.parametrize(
    ("text", "roots"),
    [
        ("1e-320x^2-1", [1e160, -1e160]),
        ("x^2-1e-320", [1e-160, -1e-160]),
        ("x^2-1e200x+1", [1e-200, 1e200]),
        ("1e308x^3-1e-308", 1e-308 ** (2 / 3) * np.exp(2j * np.pi * np.arange(3) / 3)),
        ("1e155x^3-1e155", np.exp(2j * np.pi * np.arange(3) / 3)),
        ("1e300x^2.5-1e-200", 1e-200 * np.exp(0.8j * np.pi * np.arange(-1, 2))[[1, 2, 0]]),
    ],
)
def test_roots_are_found_at_every_scale(text, roots):
    found = np.array(Polynomial.parse(text).roots())
    assert len(found) == len(roots)
    assert (abs(found - roots) <= 1e-5 * abs(np.array(roots))).all()  # 1e-320 has few digits
