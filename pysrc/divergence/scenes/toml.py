"""Writes TOML: what tomllib reads, exactly. The standard library has no writer."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal


def dumps(table: Mapping[str, object]) -> str:
    """A table as TOML text: plain values first, then a section for each table.

    Floats are written so that the same bits are read again; a complex number becomes a text such
    as "-0.744+0.148i", a Decimal a text, a tuple an array. Empty tables and None are left out.
    """
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    sections = {key: value for key, value in table.items() if isinstance(value, Mapping) and value}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for name, section in sections.items():
        lines += ["", f"[{_key(name)}]"]
        lines += _pairs(section)
    return "\n".join(lines) + "\n"


def _pairs(section: Mapping[str, object], above: str = "") -> list[str]:
    """A line each; tables of nothing but tables become dotted keys."""
    lines = []
    for key, value in section.items():
        if isinstance(value, Mapping) and all(isinstance(v, Mapping) for v in value.values()):
            lines += _pairs(value, f"{above}{_key(key)}.")
        elif value is not None:
            lines.append(f"{above}{_key(key)} = {_value(value)}")
    return lines


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _text(key)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, complex):
        return _text(f"{value.real!r}{value.imag:+}i")
    if isinstance(value, str | Decimal):
        return _text(str(value))
    if isinstance(value, Mapping):
        pairs = (f"{_key(key)} = {_value(inner)}" for key, inner in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    raise TypeError(f"TOML knows no {type(value).__name__}")


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
