"""Roots of polynomials, each once and with its multiplicity, at any scale that float64 has."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.complex128]
Term = tuple[complex, complex]  # coefficient and exponent

ROUNDING = 2.0**-53
TURBID = 2.0**-20  # the share of rounding in f where the blur of a multiple root begins
APART = 40  # octaves between the sizes of roots that are found by themselves


class Root(NamedTuple):
    """A root of f.

    Attributes:
        value: where it is.
        multiplicity: how many factors of f vanish there; 1 where exponents are no natural numbers.
        blur: a point as near to a multiple root knows only some digits of f from its terms, which
            cancel: fewer than 20 bits or so. 0 for a simple root.
    """

    value: complex
    multiplicity: int
    blur: float


def find_roots(terms: Sequence[Term], most: int) -> tuple[Root, ...]:
    """The distinct roots of a sum of terms, in order of their argument from 0 to 2 pi.

    Roots so close that float64 cannot tell the sum from one that has a multiple root are one.

    With natural exponents they are eigenvalues of a companion matrix, for each scale of its own;
    otherwise where Newton's method leads from a lattice of starting points on the principal branch,
    which finds every root that has a basin of some size.

    Args:
        terms: in order of the exponents' real parts, no coefficient 0.
        most: how many to return at most.
    """
    natural = all(e.imag == 0 and e.real >= 0 and e.real.is_integer() for _, e in terms)
    with np.errstate(all="ignore"):
        found = _natural(terms) if natural else _of_any_exponents(terms)
    found = [root._replace(value=_snapped(root.value)) for root in found]
    found.sort(key=lambda root: (np.angle(root.value) % (2 * np.pi), abs(root.value)))
    return tuple(found[:most])


def _snapped(root: complex) -> complex:
    """A root on an axis of the plane, from which rounding took it, is put back."""
    least = 1e-14 * abs(root)
    return complex(*(0.0 if abs(part) <= least else part for part in (root.real, root.imag)))


def _natural(terms: Sequence[Term]) -> list[Root]:
    coefficients = np.zeros(int(terms[-1][1].real) + 1, complex)  # by rising exponents
    for c, e in terms:
        coefficients[int(e.real)] = c
    known = np.flatnonzero(coefficients)
    sizes = np.log2(np.maximum(abs(coefficients.real), abs(coefficients.imag)))
    zeros = int(known[0])
    found = [Root(0j, zeros, 0.0)] if zeros else []
    for first, last, octave in _scales(known, sizes):
        # In y, with x = 2^octave y, the roots first ... last - 1 by size are of size about 1.
        exponents = octave * np.arange(len(sizes))
        exponents -= int(np.ceil((exponents + sizes)[known].max()))
        scaled = np.ldexp(coefficients.real, exponents) + 1j * np.ldexp(
            coefficients.imag, exponents
        )
        roots = np.roots(scaled[::-1]).astype(np.complex128)
        roots = roots[np.argsort(abs(roots), kind="stable")][first:last]
        found += [_at_octave(root, octave) for root in _clusters(scaled, roots)]
    return found


def _scales(known: NDArray[np.intp], sizes: NDArray[np.float64]) -> list[tuple[int, int, int]]:
    """The sizes of roots by Newton's polygon: the first and the last of them, and their octave."""
    hull: list[int] = []
    for k in known.tolist():
        while len(hull) > 1 and _slope(sizes, hull[-2], hull[-1]) <= _slope(sizes, hull[-1], k):
            hull.pop()
        hull.append(k)
    scales: list[tuple[int, int, int]] = []
    for first, last in zip(hull, hull[1:], strict=False):
        octave = -_slope(sizes, first, last)
        if scales and octave - scales[-1][2] < APART:
            first = scales.pop()[0]
            octave = -_slope(sizes, first, last)
        scales.append((first, last, round(octave)))
    return scales


def _slope(sizes: NDArray[np.float64], first: int, last: int) -> float:
    return float((sizes[last] - sizes[first]) / (last - first))


def _at_octave(root: Root, octave: int) -> Root:
    value = complex(np.ldexp(root.value.real, octave), np.ldexp(root.value.imag, octave))
    return Root(value, root.multiplicity, float(np.ldexp(root.blur, octave)))


def _clusters(coefficients: Points, roots: Points) -> list[Root]:
    """The roots with those that rounding has torn apart put together, and polished."""
    falling = coefficients[::-1]
    sizes = abs(falling)
    slack = 64 * len(coefficients)  # eigenvalues are roots of a polynomial that is so much off

    def is_nothing(x: Points) -> NDArray[np.bool_]:
        return abs(np.polyval(falling, x)) <= slack * ROUNDING * np.polyval(sizes, abs(x))

    found = []
    for group in _together(roots, is_nothing):
        m = len(group)
        simple = np.polyder(falling, m - 1)  # has a simple root where f has one of multiplicity m
        start = root = complex(group.mean())
        for _ in range(4):
            move = np.polyval(simple, root) / np.polyval(np.polyder(simple), root)
            root = complex(root - move) if np.isfinite(move) else root
        if m > 1 and abs(root - start) > abs(group - start).max():
            root = start
        found.append(Root(root, m, _blur(falling, root, m) if m > 1 else 0.0))
    return found


def _blur(falling: Points, root: complex, m: int) -> float:
    """Where rounding is a share TURBID of f, which is about f^(m)(root) / m! (x - root)^m."""
    lead = abs(np.polyval(np.polyder(falling, m), root))
    for k in range(2, m + 1):
        lead /= k
    noise = ROUNDING * np.polyval(abs(falling), abs(root))
    return float((noise / TURBID / lead) ** (1 / m))


def _together(roots: Points, is_nothing: Callable[[Points], NDArray[np.bool_]]) -> list[Points]:
    """The roots in groups: two are one where f is nothing but rounding all the way between them."""
    ways = np.array([0.13, 0.29, 0.5, 0.71, 0.87])
    group = np.arange(len(roots))
    for i, root in enumerate(roots):
        near = np.flatnonzero(abs(roots[:i] - root) <= 0.9 * abs(root))
        between = root + ways * (roots[near] - root)[:, None]
        for j in near[is_nothing(between).all(axis=1)]:
            group[group == group[j]] = group[i]
    return [roots[group == g] for g in np.unique(group)]


def _of_any_exponents(terms: Sequence[Term]) -> list[Root]:
    octave = _octave(terms)
    sizes = [np.log2(max(abs(c.real), abs(c.imag))) + e.real * octave for c, e in terms]
    level = int(np.ceil(max(sizes)))
    turn = np.log(2.0) * octave
    scaled = [
        (
            complex(*np.ldexp([c.real, c.imag], round(e.real * octave) - level))
            * 2 ** (e.real * octave - round(e.real * octave))
            * np.exp(1j * e.imag * turn),
            e,
        )
        for c, e in terms
    ]

    def value(x: Points, less: int = 0) -> Points:
        parts = [(c * e**less) * x ** (e - less) for c, e in scaled if less == 0 or e != 0]
        return sum(parts, np.zeros_like(x))

    def size(x: Points) -> NDArray[np.float64]:
        return sum((abs(c * x**e) for c, e in scaled), np.zeros(x.shape))

    found = _lattice(scaled)
    for _ in range(60):
        move = value(found) / value(found, 1)
        found = np.where(np.isfinite(move), found - move, found)
    found = found[np.isfinite(found)]
    found = found[abs(value(found)) <= 1e-12 * size(found)]
    distinct: list[complex] = []
    for root in found.tolist():
        if all(abs(root - other) > 1e-6 * (1 + abs(root)) for other in distinct):
            distinct.append(root)
    roots = np.array(distinct, np.complex128)
    groups = _together(roots, lambda x: abs(value(x)) <= 64 * ROUNDING * size(x))
    return [_at_octave(Root(complex(group.mean()), 1, 0.0), octave) for group in groups]


def _octave(terms: Sequence[Term]) -> int:
    """Of the size of the largest roots, where it is extraordinary."""
    *rest, (leading, highest) = terms
    octaves = [
        (np.log2(abs(c)) - np.log2(abs(leading))) / (highest - e).real
        for c, e in rest
        if (highest - e).real > 0
    ]
    octave = round(max(octaves, default=0.0))
    return octave if abs(octave) > APART else 0


def _lattice(terms: Sequence[Term]) -> Points:
    """Starting points over a disc beyond which the term of the highest power outweighs the rest."""
    *rest, (leading, highest) = terms
    radius = max(
        (
            (len(rest) * abs(c / leading)) ** (1 / (highest - e).real)
            for c, e in rest
            if (highest - e).real > 0
        ),
        default=1.0,
    )
    side = np.linspace(-1.2, 1.2, 41) * min(radius, 1e6)
    x, y = np.meshgrid(side, side + side[1] / 7)  # off the branch cut
    return (x + 1j * y).ravel()
