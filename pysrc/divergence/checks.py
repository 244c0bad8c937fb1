"""Checks of values that a person typed; each raises a ValueError of one line: what, where, why."""

import cmath
import difflib
import math
import os
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

Exact = float | Decimal
"""A decimal number kept as it was written: a float, which means its shortest decimal, where that is
the number; else a Decimal."""


Rate = float | str | Fraction
"""Frames a second: see rate()."""


def number(
    name: str, value: object, *, positive: bool = False, minimum: float | None = None
) -> float:
    """The value as a finite float; positive excludes 0, minimum includes itself."""
    if isinstance(value, bool | complex):
        raise ValueError(f"{name} must be a real number, not {value!r}")
    try:
        result = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number, not {value!r}") from None
    if not math.isfinite(result):
        raise ValueError(f"{name} must be finite, not {value!r}")
    if positive and result <= 0:
        raise ValueError(f"{name} must be positive, not {value!r}")
    if minimum is not None and result < minimum:
        raise ValueError(f"{name} must be at least {minimum:g}, not {value!r}")
    return result


def rate(name: str, value: object) -> Fraction:
    """Frames a second: a positive number, or a text such as "24" or "30000/1001". A number that is
    meant for a fraction of up to 1001, as 29.97002997 is, becomes that."""
    try:
        result = Fraction(str(value) if isinstance(value, float) else value)  # type: ignore
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        raise ValueError(
            f'{name} must be a number or a text such as "30000/1001", not {value!r}'
        ) from None
    if result <= 0 or isinstance(value, bool):
        raise ValueError(f"{name} must be positive, not {value!r}")
    near = result.limit_denominator(1001)
    return near if abs(near - result) < result / 10**7 else result.limit_denominator(10**6)


def exact(name: str, value: object, *, positive: bool = False) -> Exact:
    """A number, or a text such as "-0.74797000000000000001" or "1e-400", with all its digits."""
    if not isinstance(value, str | Decimal):
        return number(name, value, positive=positive)
    try:
        digits = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        raise ValueError(f"{name} must be a number, not {value!r}") from None
    if not digits.is_finite():
        raise ValueError(f"{name} must be finite, not {str(value)!r}")
    if positive and digits <= 0:
        raise ValueError(f"{name} must be positive, not {str(value)!r}")
    nearest = float(digits)
    return nearest if Decimal(repr(nearest)) == digits else digits


def decimal(value: Exact) -> Decimal:
    """An exact number as a Decimal with all its digits."""
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def integer(name: str, value: object, *, minimum: int, maximum: int = 2**31 - 1) -> int:
    """The value as an int between minimum and maximum, both included."""
    try:
        result = int(value)  # type: ignore[call-overload]
        exact = result == value
    except (TypeError, ValueError, OverflowError):
        exact = False
    if not exact or isinstance(value, bool):
        raise ValueError(f"{name} must be a whole number, not {value!r}")
    if not minimum <= result <= maximum:
        raise ValueError(f"{name} must be from {minimum} to {maximum}, not {value!r}")
    return result


def numbers(name: str, values: object, count: int) -> tuple[float, ...]:
    """The values as a tuple of `count` finite floats."""
    return _counted(name, values, count, number)


def exact_numbers(name: str, values: object, count: int) -> tuple[Exact, ...]:
    """The values as a tuple of `count` numbers with all their digits; see exact()."""
    return _counted(name, values, count, exact)


def _counted(
    name: str, values: object, count: int, read: Callable[[str, object], Result]
) -> tuple[Result, ...]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise ValueError(f"{name} must be {count} numbers, not {values!r}")
    result = tuple(read(name, value) for value in values)
    if len(result) != count:
        raise ValueError(f"{name} must be {count} numbers, not {len(result)} of them")
    return result


def choice(name: str, value: object, allowed: Iterable[str]) -> str:
    """The value, if it is one of the allowed words."""
    words = list(allowed)
    if value not in words:
        raise ValueError(f"{name} must be one of {', '.join(words)}, not {value!r}")
    return str(value)


def complex_number(name: str, value: object) -> complex:
    """The value, a number or a text such as "-0.744+0.148i" (or j), as a finite complex."""
    if isinstance(value, bool):
        raise ValueError(f"{name} must be a number, not {value!r}")
    try:
        text = value.replace(" ", "").replace("i", "j") if isinstance(value, str) else value
        result = complex(text)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} must be a number such as 0.5 or -0.744+0.148i, not {value!r}"
        ) from None
    if not cmath.isfinite(result):
        raise ValueError(f"{name} must be finite, not {value!r}")
    return result


def known(what: str, word: object, allowed: Iterable[str]) -> str:
    """The word, if it is one of the allowed ones; else the error names the nearest of them."""
    words = list(allowed)
    if word in words:
        return str(word)
    near = difflib.get_close_matches(str(word), words, n=1)
    some = [*words[:12], "..."] if len(words) > 12 else words
    advice = f"did you mean {near[0]!r}?" if near else f"allowed: {', '.join(some) or 'none'}"
    raise ValueError(f"no {what} {word!r}; {advice}")


def inside(where: str, work: Callable[..., Result], *arguments: object) -> Result:
    """What work(*arguments) returns; its ValueErrors say first where they happened."""
    try:
        return work(*arguments)
    except ValueError as error:
        raise ValueError(f"{where}: {error}" if where else str(error)) from None


def memory(what: str, size: int) -> None:
    """Refuses what takes more bytes than this process may ever have."""
    room = memory_of_machine()
    if size > room:
        raise ValueError(
            f"{what} take {size / 2**30:,.4g} GiB of memory, and this machine has "
            f"{room / 2**30:,.4g}"
        )


def memory_of_machine() -> int:
    """Bytes of memory: those of the machine, or of the container where they are fewer."""
    room = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            room = min(room, int(Path("/sys/fs/cgroup", limit).read_text()))
        except (OSError, ValueError):
            continue
    return room
