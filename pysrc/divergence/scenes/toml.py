"""A scene's tables as TOML text."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import tomli_w


def dumps(table: Mapping[str, object]) -> str:
    """A table as TOML text, from which tomllib reads the same bits of every number.

    A complex number becomes a text such as "-0.744+0.148i", and so do a Decimal and a Fraction; a
    tuple becomes an array. Empty tables and None are left out.
    """
    return tomli_w.dumps(_plain(table))


def _plain(value: object) -> Any:
    """What TOML has a word for."""
    if isinstance(value, Mapping):
        inner = {key: _plain(v) for key, v in value.items() if v is not None}
        return {key: v for key, v in inner.items() if v != {}}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, complex):
        return f"{value.real!r}{value.imag:+}i"
    return str(value) if isinstance(value, Decimal | Fraction) else value
