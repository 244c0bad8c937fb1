"""A map as a scene's table, {"name": ..., parameter: ...}, and as an object."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from types import NoneType
from typing import get_args, get_type_hints

from .. import checks
from ..maps.base import ALL, Map
from ..maps.formula import Formula
from .laws import Number


def complete(table: Mapping[str, object]) -> dict[str, object]:
    """A map's table with the defaults filled in and its complex numbers read.

    Raises:
        ValueError: an unknown map or parameter, or a parameter without a default is missing.
    """
    if "name" not in table:
        raise ValueError(f"name is missing, one of {', '.join(ALL)}")
    map_type = ALL[checks.known("map", table["name"], ALL)]
    if issubclass(map_type, Formula):
        return map_type.completed(table)
    hints = get_type_hints(map_type)
    result: dict[str, object] = {"name": map_type.name}
    parameters = [f for f in fields(map_type) if f.init]
    for key in table:
        checks.known("key", key, ["name", *(f.name for f in parameters)])
    for parameter in parameters:
        key, hint = parameter.name, hints[parameter.name]
        if key in table:
            value = table[key]
        elif parameter.default is not MISSING:
            value = _plain(parameter.default)
        else:
            raise ValueError(f"{key} is missing")
        if isinstance(value, Mapping):
            value = checks.inside(key, complete, value)
        elif isinstance(value, str) and _accepts(hint, complex) and not _accepts(hint, str):
            value = checks.complex_number(key, value)
        result[key] = value
    return result


def _accepts(hint: object, kind: type) -> bool:
    return hint is kind or kind in get_args(hint)


def table_of(system: Map) -> dict[str, object]:
    """The table of which a map is built."""
    if isinstance(system, Formula):
        known = {"text": system.text, "plane": system.plane, "method": system.method}
        return Formula.completed(known | dict(system.values))
    values = {f.name: _plain(getattr(system, f.name)) for f in fields(system) if f.init}
    return {"name": system.name} | values


def _plain(value: object) -> object:
    """A parameter as a scene would say it."""
    if isinstance(value, Map):
        return table_of(value)
    return value if isinstance(value, int | float | complex | tuple | NoneType) else str(value)


def build(table: Mapping[str, object], values: Mapping[str, Number]) -> Map:
    """The map of a complete table; `values` are the numbers that its texts name in braces.

    Raises:
        ValueError: what the map says of its parameters.
    """
    map_type = ALL[str(table["name"])]
    hints = get_type_hints(map_type)
    arguments = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            value = build(value, values)
        elif isinstance(value, str):
            value = checks.inside(f"map.{key}", _filled_in, value, values)
        elif isinstance(value, float) and hints.get(key) is int:
            value = round(value)
        arguments[key] = value
    del arguments["name"]
    return checks.inside("map", lambda: map_type(**arguments))


def _filled_in(text: str, values: Mapping[str, Number]) -> str:
    """A text with numbers in the place of their names in braces."""

    def number(match: re.Match[str]) -> str:
        value = values[checks.known("value", match[1], values)]
        if isinstance(value, complex):
            return f"({value.real!r}{value.imag:+}j)"
        if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
            value = int(value)
        return f"({value!r})" if value < 0 else repr(value)

    return re.sub(r"\{(\w+)\}", number, text)
