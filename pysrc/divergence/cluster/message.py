"""What travels between a client and its workers: a table in JSON and arrays, compressed.

Nothing in it is run or unpickled: maps are named, and made of their fields.
"""

import io
import json
import zlib
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..film.plan import Layer
from ..kernel.points import Patch
from ..maps.base import ALL, Map
from ..window import Window

LEVEL = 1  # of compression: times of chaos have little to compress
DAMAGED = (zlib.error, ValueError, KeyError, TypeError, EOFError)  # what unpack() says of others

Table = dict[str, Any]
Arrays = Mapping[str, NDArray[Any]]


def pack(table: Table, arrays: Arrays | None = None) -> bytes:
    """A table of what JSON has, complex numbers, decimals, maps and windows; and arrays by name."""
    arrays = arrays or {}
    packed = io.BytesIO()
    packed.write(json.dumps({"table": plain(table), "arrays": list(arrays)}).encode() + b"\n")
    for array in arrays.values():
        np.lib.format.write_array(packed, np.ascontiguousarray(array), allow_pickle=False)
    return zlib.compress(packed.getbuffer(), LEVEL)


def unpack(message: bytes) -> tuple[Table, dict[str, NDArray[Any]]]:
    """What was packed, with tuples in the place of lists. One of DAMAGED: it is no such message."""
    packed = io.BytesIO(zlib.decompress(message))
    head = json.loads(packed.readline())
    arrays = {name: np.lib.format.read_array(packed, allow_pickle=False) for name in head["arrays"]}
    return value(head["table"]), arrays


def plain(thing: Any) -> Any:
    """A value in terms of JSON; what JSON lacks is a table with one key that begins with "$"."""
    if isinstance(thing, complex):
        return {"$complex": [thing.real, thing.imag]}
    if isinstance(thing, Decimal):
        return {"$decimal": str(thing)}
    if isinstance(thing, Map):
        known = {f.name: plain(getattr(thing, f.name)) for f in fields(thing) if f.init}
        return {"$map": [thing.name, known]}
    if isinstance(thing, Window):
        return {"$window": [plain(getattr(thing, f.name)) for f in fields(thing)]}
    if isinstance(thing, Mapping):
        return {str(key): plain(inner) for key, inner in thing.items()}
    if isinstance(thing, list | tuple):
        return [plain(inner) for inner in thing]
    return thing


def value(plain_thing: Any) -> Any:
    """What plain() was given."""
    if isinstance(plain_thing, list):
        return tuple(map(value, plain_thing))
    if not isinstance(plain_thing, dict):
        return plain_thing
    table = {key: value(inner) for key, inner in plain_thing.items()}
    match table:
        case {"$complex": parts}:
            return complex(*parts)
        case {"$decimal": text}:
            return Decimal(text)
        case {"$window": arguments}:
            return Window(*arguments)
        case {"$map": (name, arguments)}:
            if name == "formula":
                arguments["values"] = dict(arguments["values"])
            return ALL[name](**arguments)
    return table


def layer_table(layer: Layer) -> Table:
    """A layer as a table, with its key to compare."""
    patch = layer.patch
    ranges = [patch.rows, patch.columns, *(patch.hole or ())]
    return {
        "name": layer.name,
        "map": layer.map,
        "window": patch.window,
        "ranges": [(lines.start, lines.stop) for lines in ranges],
        "max_steps": layer.max_steps,
        "octaves": layer.octaves,
        "arithmetic": layer.arithmetic,
        "key": layer.key_text,
    }


def layer_of(table: Table) -> Layer:
    """The layer of a table. ValueError: it would be another here."""
    rows, columns, *hole = (range(*ends) for ends in table["ranges"])
    patch = Patch(table["window"], rows, columns, (hole[0], hole[1]) if hole else None)
    layer = Layer(
        table["name"],
        table["map"],
        patch,
        table["max_steps"],
        table["octaves"],
        table["arithmetic"],
    )
    if layer.key_text != table["key"]:
        theirs, mine = json.loads(table["key"]), layer.key
        other = [name for name in theirs if json.dumps(theirs[name]) != json.dumps(mine.get(name))]
        raise ValueError(
            f"{layer.map.name}: other {' and '.join(other) or 'keys'} than the client's"
        )
    return layer
