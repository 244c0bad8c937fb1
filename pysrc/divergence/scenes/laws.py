"""How a value changes with the frame of a film."""

import cmath
import difflib
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any, ClassVar

from .. import checks
from ..checks import Exact, decimal

Number = int | float | complex | Decimal


@dataclass(frozen=True)
class Law(ABC):
    """A value as a function of the frame; each law is written {key = arguments} in a scene."""

    key: ClassVar[str]
    depends_on_length: ClassVar[bool] = True
    """Whether the value at a frame is another one when the film gets more frames."""

    @abstractmethod
    def value(self, base: Number, frame: float, frames: int) -> Number:
        """The value at a frame, from 0 to frames - 1 or between two; `base` is the scene's own."""

    @abstractmethod
    def table(self) -> dict[str, object]:
        """The law as its scene says it."""


@dataclass(frozen=True)
class HalveEvery(Law):
    """{halve_every = n}: base / 2^(frame / n), exactly halved after n frames: a zoom."""

    key: ClassVar[str] = "halve_every"
    depends_on_length: ClassVar[bool] = False
    frames_per_octave: float

    def value(self, base: Number, frame: float, frames: int) -> Number:
        octaves, rest = divmod(frame, self.frames_per_octave)
        part: Any = 2.0 ** -(rest / self.frames_per_octave)
        if isinstance(base, Decimal):  # so deep that no float is as small
            with localcontext(prec=len(base.as_tuple().digits) + 20):
                return base * Decimal(part) / 2 ** int(octaves)
        return base * part * 2.0**-octaves

    def table(self) -> dict[str, object]:
        return {self.key: self.frames_per_octave}


@dataclass(frozen=True)
class Add(Law):
    """{add = d}: base + d frame."""

    key: ClassVar[str] = "add"
    depends_on_length: ClassVar[bool] = False
    per_frame: Number

    def value(self, base: Number, frame: float, frames: int) -> Number:
        return _sum(base, _scaled(self.per_frame, frame))

    def table(self) -> dict[str, object]:
        return {self.key: self.per_frame}


@dataclass(frozen=True)
class Line(Law):
    """{line = [a, b]}: evenly from a in the first frame to b in the last; {line = [a, b, c]} from a
    to c by way of b in the middle, and so on.

    With `back = true` from a to the last in the middle of the film and back, so that it can be
    looped. With `widths = [v, w]`, as many as there are numbers, each stretch goes as a width does
    that is multiplied by the same factor every frame: a centre on such a line, in a window whose
    width is geometric, zooms about a point that stays in its place.
    """

    key: ClassVar[str] = "line"
    points: tuple[Number, ...]
    back: bool = False
    widths: tuple[Exact, ...] = ()

    def value(self, base: Number, frame: float, frames: int) -> Number:
        if self.back:
            way = 1 - abs(1 - 2 * frame / frames)
        else:
            way = frame / (frames - 1) if frames > 1 else 0.0
        stretches = len(self.points) - 1
        stretch = min(int(way * stretches), stretches - 1)
        share = way * stretches - stretch
        start, end = self.points[stretch : stretch + 2]
        if not self.widths:
            return self.between(start, end, share)
        return _as_widths(start, end, share, *map(decimal, self.widths[stretch : stretch + 2]))

    def between(self, start: Number, end: Number, share: float) -> Number:
        """The value at a share, 0 to 1, of the way."""
        return _sum(_scaled(start, 1 - share), _scaled(end, share))

    def table(self) -> dict[str, object]:
        table: dict[str, object] = {self.key: self.points}
        back: dict[str, object] = {"back": True} if self.back else {}
        return table | back | ({"widths": self.widths} if self.widths else {})


@dataclass(frozen=True)
class Geometric(Line):
    """{geometric = [a, b]}: as a line, but multiplied by the same factor every frame."""

    key: ClassVar[str] = "geometric"

    def __post_init__(self) -> None:
        for start, end in zip(self.points, self.points[1:], strict=False):
            said = f"geometric cannot go from {start!r} to {end!r}"
            if start == 0 or end == 0:
                raise ValueError(f"{said}: 0 has no factor")
            real = not isinstance(start, complex) and not isinstance(end, complex)
            if real and (start < 0) != (end < 0):  # type: ignore[operator]
                raise ValueError(f"{said}: it would pass 0")

    def between(self, start: Number, end: Number, share: float) -> Number:
        if share == 1:
            return end
        start, end = (float(n) if isinstance(n, Decimal) else n for n in (start, end))
        return start * (end / start) ** share


@dataclass(frozen=True)
class Circle(Law):
    """{circle = [center, radius]}: center + radius e^(2 pi i frame / frames), complex.

    `turns` (1) is how often it goes round in the whole film; below 0 it goes clockwise.
    """

    key: ClassVar[str] = "circle"
    center: Number
    radius: Number
    turns: float = 1

    def value(self, base: Number, frame: float, frames: int) -> Number:
        center, radius = complex(self.center), complex(self.radius)
        return center + radius * cmath.rect(1, math.tau * self.turns * frame / frames)

    def table(self) -> dict[str, object]:
        turns: dict[str, object] = {} if self.turns == 1 else {"turns": self.turns}
        return {self.key: (self.center, self.radius)} | turns


def _as_widths(start: Number, end: Number, share: float, first: Decimal, last: Decimal) -> Number:
    """From start to end as a width goes from first to last; what is missing to the narrower end is
    known to as many digits as the width there."""
    if share in (0, 1):
        return end if share else start
    factor = float(last / first)
    if factor == 1:
        return _sum(_scaled(start, 1 - share), _scaled(end, share))
    grown = math.expm1(share * math.log(factor))
    if factor > 1:
        return _sum(start, _scaled(_sum(end, _scaled(start, -1)), grown / (factor - 1)))
    left = factor * math.expm1((share - 1) * math.log(factor)) / (1 - factor)
    return _sum(end, _scaled(_sum(start, _scaled(end, -1)), left))


def _sum(one: Number, other: Number) -> Number:
    """The sum. That of a decimal and a real number has all of the decimal's digits."""
    decimals = [n for n in (one, other) if isinstance(n, Decimal)]
    if not decimals or isinstance(one, complex) or isinstance(other, complex):
        return complex(one) + complex(other) if decimals else one + other  # type: ignore[operator]
    terms = Decimal(str(one)), Decimal(str(other))
    first = max(term.adjusted() for term in terms)
    last = min(int(term.as_tuple().exponent) for term in terms)
    with localcontext(prec=first - last + 2):  # the place before the first may be carried to
        return terms[0] + terms[1]


def _scaled(value: Number, factor: float) -> Number:
    """A number times a factor, in as many digits as it has."""
    if isinstance(value, Decimal):
        with localcontext(prec=len(value.as_tuple().digits) + 20):
            return value * Decimal(factor)
    return value * factor


LAWS: dict[str, Any] = {law.key: law for law in (HalveEvery, Add, Line, Geometric, Circle)}


def is_law(table: object) -> bool:
    """Whether a table of a scene is a law, be it misspelled; a table of laws is none."""
    return isinstance(table, Mapping) and any(
        difflib.get_close_matches(key, LAWS) and not isinstance(value, Mapping)
        for key, value in table.items()
    )


def parse(table: Mapping[str, object]) -> Law:
    """The law that a table such as {line = [0, 1], back = true} says.

    Raises:
        ValueError: it says none, more than one, or a law with other arguments.
    """
    options = {"back": (Line, Geometric), "turns": (Circle,), "widths": (Line,)}
    keys = [checks.known("law", key, [*LAWS, *options]) for key in table]
    named = [key for key in keys if key in LAWS]
    if len(named) != 1:
        raise ValueError(f"one law is needed, of {', '.join(LAWS)}, not {len(named)}")
    key = named[0]
    given = {option: table[option] for option in options if option in table}
    for option in given:
        if LAWS[key] not in options[option]:
            raise ValueError(f"{key} knows no {option!r}")
    if not isinstance(given.get("back", False), bool):
        raise ValueError(f"back must be true or false, not {given['back']!r}")
    if "turns" in given:
        given["turns"] = checks.number("turns", given["turns"])
    if key == "halve_every":
        return HalveEvery(checks.number(key, table[key], positive=True))
    if key == "add":
        return Add(number(key, table[key]))
    points = table[key]
    many = issubclass(LAWS[key], Line)
    if not isinstance(points, list | tuple) or not (len(points) == 2 or many and len(points) > 2):
        raise ValueError(f"{key} must be two numbers{' or more' * many}, not {points!r}")
    read = tuple(number(key, point) for point in points)
    if not many:
        return LAWS[key](*read, **given)
    if "widths" in given:
        widths = checks.exact_numbers("widths", given["widths"], len(read))
        given["widths"] = tuple(checks.exact("widths", w, positive=True) for w in widths)
    return LAWS[key](read, **given)


def number(name: str, value: object) -> Number:
    """An int, a float or a complex, as the scene means it: a text is a number with all its digits,
    or a complex number."""
    if isinstance(value, str):
        with suppress(ValueError):
            return checks.exact(name, value)
    if isinstance(value, str | complex):
        return checks.complex_number(name, value)
    if not isinstance(value, Decimal):
        checks.number(name, value)
    return value  # type: ignore[return-value]
