"""Fractal curves drawn by a turtle, and the chaos game: rows F1 and F2 of docs/systems.md."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw

from .. import checks

MAX_SYMBOLS = 50_000_000


@dataclass(frozen=True)
class LSystem:
    """A curve as rewriting: every symbol of the axiom is replaced by its rule, again and again.

    A turtle then reads the result: a letter of `draws` draws a segment of length 1, a lower-case
    ``f`` moves as far without drawing, ``+`` turns left by the angle, ``-`` right.
    ``[`` notes where the turtle is and how it is turned, and ``]`` takes it back there, without
    drawing: so branches are made. Other symbols only take part in the rewriting.
    (A. Lindenmayer 1968; P. Prusinkiewicz and A. Lindenmayer, The Algorithmic Beauty of Plants.)

    Attributes:
        rules: what replaces each symbol; a symbol without a rule stays.
        angle: of a turn, in degrees.
        axiom: what stands there at depth 0.
        draws: the letters that draw.
    """

    rules: Mapping[str, str]
    angle: float
    axiom: str = "F"
    draws: str = "F"

    def __post_init__(self) -> None:
        object.__setattr__(self, "angle", checks.number("angle", self.angle))  # it is frozen
        if not isinstance(self.rules, Mapping):
            raise ValueError(f"rules must be a table of symbols and texts, not {self.rules!r}")
        rules = [(f"the rule of {symbol!r}", rule) for symbol, rule in self.rules.items()]
        for name, text in [("axiom", self.axiom), ("draws", self.draws), *rules]:
            if not isinstance(text, str) or not text.isascii():
                raise ValueError(f"{name} must be a text of ASCII characters, not {text!r}")
        for symbol in self.rules:
            if not isinstance(symbol, str) or len(symbol) != 1 or not symbol.isascii():
                raise ValueError(f"a rule must be of one ASCII character, not of {symbol!r}")
        for name, text in [("axiom", self.axiom), *rules]:
            open_branches = 0
            for symbol in text:
                open_branches += (symbol == "[") - (symbol == "]")
                if open_branches < 0:
                    break
            if open_branches != 0:
                raise ValueError(f"{name} must close the branches that it opens, unlike {text!r}")
        if set("[]") & set(self.rules):
            raise ValueError("[ and ] have no rules: they are branches")

    def expand(self, depth: int) -> str:
        """The symbols after `depth` rewritings. ValueError: more than 50 million of them."""
        depth = checks.integer("depth", depth, minimum=0)
        text = self.axiom
        work = 0
        lengths = {symbol: len(rule) for symbol, rule in self.rules.items()}
        for _ in range(depth):
            counts = {symbol: text.count(symbol) for symbol in lengths}
            kept = len(text) - sum(counts.values())
            if kept + sum(counts[s] * n for s, n in lengths.items()) > MAX_SYMBOLS:
                raise ValueError(f"depth {depth} makes more than {MAX_SYMBOLS:,} symbols")
            before, text = text, "".join(map(self.rules.get, text, text))
            work += len(text)
            if text == before:
                break  # as it stays
            if work > 4 * MAX_SYMBOLS:
                raise ValueError(f"depth {depth} rewrites more than {4 * MAX_SYMBOLS:,} symbols")
        return text


CURVES = {
    "cantor": LSystem({"F": "FfF", "f": "fff"}, 0),
    "koch": LSystem({"F": "F+F--F+F"}, 60),
    "koch-snowflake": LSystem({"F": "F+F--F+F"}, 60, "F--F--F"),
    "quadric-koch": LSystem({"F": "F+F-F-FF+F+F-F"}, 90),
    # Peano's curve as segments that touch and cross, and without crossings.
    "peano": LSystem({"F": "F+F-F-F-F+F+F+F-F"}, 90),
    "peano-meander": LSystem({"X": "XFYFX+F+YFXFY-F-XFYFX", "Y": "YFXFY-F-XFYFX+F+YFXFY"}, 90, "X"),
    "arrowhead": LSystem({"A": "B-A-B", "B": "A+B+A"}, 60, "A", "AB"),
    # Turns of 60, -60 and -60 degrees; and the arrowhead's own nine segments, never mirrored.
    "endocytosis": LSystem({"F": "+F-F-F+"}, 60),
    "arrowhead-snowflake": LSystem({"F": "F+F+F-F-F-F-F+F+F"}, 60),
}
"""The named curves."""


def curve(system: str | LSystem, depth: int) -> NDArray[np.float64]:
    """The corners of a curve, from (0, 0), its first segment to the right.

    Args:
        system: a name in CURVES, or an L-system.
        depth: how often its rules are applied.

    Returns:
        (n, 2) float64, x and y; a row of NaN where the pen is lifted, as Matplotlib breaks lines.

    Raises:
        ValueError: an unknown name, or a depth that makes too many symbols.
    """
    if not isinstance(system, LSystem):
        system = CURVES[checks.choice("curve", system, CURVES)]
    symbols = np.frombuffer(system.expand(depth).encode(), np.uint8)
    draws = np.isin(symbols, np.frombuffer(system.draws.encode(), np.uint8))
    moves = draws | (symbols == ord("f"))
    turns = np.cumsum((symbols == ord("+")).astype(np.int64) - (symbols == ord("-")))
    returns, branches = _branches(symbols)
    # A turtle that comes back is turned as it was: what it turned in the branch is taken back.
    _take_back(turns, returns, branches)
    angles = turns * math.radians(system.angle)
    at = np.stack([np.where(moves, np.cos(angles), 0), np.where(moves, np.sin(angles), 0)], axis=1)
    np.cumsum(at, axis=0, out=at)
    _take_back(at, returns, branches)

    # The corners between two jumps belong to no line; one that ends a line is followed by a break.
    stops = moves.copy()
    stops[returns] = True
    drawn = draws[stops]
    path = np.concatenate([np.zeros((1, 2)), at[stops]])
    before, after = np.append(False, drawn), np.append(drawn, False)
    kept = before | after
    ends = np.cumsum(kept)[before & ~after]
    return np.insert(path[kept], ends[:-1], np.nan, axis=0)


def _branches(symbols: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each ] stands, in their order, and the [ that it goes back to."""
    brackets = np.flatnonzero((symbols == ord("[")) | (symbols == ord("]")))
    returns, branches, noted = [], [], []
    for place, symbol in zip(brackets.tolist(), symbols[brackets].tolist(), strict=True):
        if symbol == ord("["):
            noted.append(place)
        else:
            returns.append(place)
            branches.append(noted.pop())
    return np.array(returns, np.intp), np.array(branches, np.intp)


def _take_back(sums: NDArray[Any], returns: NDArray[np.intp], branches: NDArray[np.intp]) -> None:
    """Of a running sum, what each branch added is left out from where it ends."""
    if not returns.size:
        return
    # A branch adds what its sum grows by, less what the branches within it added and took back.
    added = np.zeros_like(sums)
    inner = np.zeros_like(sums[0])
    ended: list[tuple[int, object]] = []  # branches that are not within one that has ended
    for place, branch in zip(returns.tolist(), branches.tolist(), strict=True):
        inner = np.zeros_like(sums[0])
        while ended and ended[-1][0] > branch:
            inner = inner + ended.pop()[1]
        whole = sums[place] - sums[branch]
        added[place] = whole - inner
        ended.append((branch, whole))
    sums -= np.cumsum(added, axis=0)


def chaos_game(
    corners: ArrayLike, points: int, *, divisor: float = 2.0, seed: int = 0
) -> NDArray[np.float64]:
    """The chaos game: again and again, p' = (p + v) / divisor with a v chosen at random.

    A jump divides the distance to the corner v / (divisor - 1) by the divisor. With the divisor 2
    the corners are the v themselves, and three of them draw the Sierpinski triangle; 3 with four
    draws a Cantor dust. (M. Barnsley, Fractals Everywhere, 1988.)

    Args:
        corners: (n, 2), the v.
        points: how many to return, after as many jumps that are not as shrink a distance 10^19
            times, but no more than 4096.
        divisor: more than 1; or 1, a random walk from 0 that has no corners.
        seed: of the random choices; the same seed gives the same points.

    Returns:
        (points, 2) float64, in no order: 1 024 games are played side by side.
    """
    corners = np.asarray(corners, np.float64)
    if corners.ndim != 2 or corners.shape[1] != 2 or not np.isfinite(corners).all():
        raise ValueError("corners must be an (n, 2) array of finite numbers")
    points = checks.integer("points", points, minimum=1)
    divisor = checks.number("divisor", divisor, minimum=1)
    random = np.random.default_rng(checks.integer("seed", seed, minimum=0))
    games = min(points, 1024)
    settle = 0 if divisor == 1 else min(4096, math.ceil(64 / math.log2(divisor)))
    at = corners[random.integers(len(corners), size=games)]
    at = at / (divisor - 1) if settle else np.zeros_like(at)
    rounds = -(-points // games)
    visited = np.empty((rounds, games, 2))
    for jump in range(-settle, rounds):
        at = (at + corners[random.integers(len(corners), size=games)]) / divisor
        if jump >= 0:
            visited[jump] = at
    return visited.reshape(-1, 2)[:points]


def curve_mask(points: ArrayLike, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """The pixels that a curve crosses, for its box dimension.

    Args:
        points: (n, 2), with rows of NaN between pieces, as from curve().
        shape: (rows, columns) of the mask, which the curve fills in its longer direction.

    Returns:
        (rows, columns) bool; row 0 is the lowest.
    """
    points = np.asarray(points, np.float64)
    low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    rows, columns = shape
    room = np.array([columns, rows])
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.nanmin(np.where(high > low, room / (high - low), np.nan))
    pixels = np.floor((points - low) * scale + (room - (high - low) * scale) / 2)
    pixels = np.minimum(pixels, room - 1)  # the last point lies on the edge of the last pixel
    image = Image.new("1", (columns, rows))
    pen = ImageDraw.Draw(image)
    breaks = np.flatnonzero(np.isnan(pixels[:, 0]))
    for piece in np.split(pixels, breaks):
        piece = piece[~np.isnan(piece[:, 0])]
        if len(piece):
            pen.line([tuple(corner) for corner in piece.tolist()], fill=1)
    return np.array(image)
