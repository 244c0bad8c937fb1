"""Palettes of one's own: colours as a line of text, and as the files of other programs have them.

A palette is written as colours with commas between them, evenly spread or each after its place from
0 to 1: "black, #e08020, white" or "0 black, 0.2 #e08020, 1 white". In between they are mixed evenly
in sRGB. One that is kept has a name, which does wherever the name of a colormap does.
"""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from . import checks, files

SUFFIXES = (".map", ".gpl", ".ugr", ".json")
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,59}")
MOST_STOPS = 1024
MOST_BYTES = 1 << 20  # of a file
ULTRA_FRACTAL_LENGTH = 400  # places of its gradients, which go round

Stops = tuple[tuple[float, str], ...]
"""Places, rising from 0 to 1, and the colour of each."""


class Named(NamedTuple):
    """A palette as a file has it.

    Attributes:
        name: what the file calls it, "" if it does not.
        text: as above.
    """

    name: str
    text: str


def is_text(value: str) -> bool:
    """Whether a colormap's name is no name but colours."""
    return "," in value


def stops(text: str) -> Stops:
    """The places and colours of a palette that is written as text; colours are not checked.

    Raises:
        ValueError: too few or too many colours, or places that do not rise from 0 to 1.
    """
    parts = [part.split() for part in text.split(",")]
    if not 2 <= len(parts) <= MOST_STOPS:
        raise ValueError(f"a palette has from 2 to {MOST_STOPS} colours, not {len(parts)}")
    if all(len(part) == 1 for part in parts):
        return tuple((i / (len(parts) - 1), colour) for i, (colour,) in enumerate(parts))
    for part in parts:
        if len(part) != 2:
            said = " ".join(part) or "nothing"
            raise ValueError(f"a palette is colours, or each with its place before it, not {said}")
    found = tuple((checks.number("place", place), colour) for place, colour in parts)
    places = [place for place, _ in found]
    if places != sorted(places) or places[0] != 0 or places[-1] != 1:
        raise ValueError(f"the places of a palette's colours rise from 0 to 1, unlike {places}")
    return found


def written(places: Sequence[float], colours: Sequence[str]) -> str:
    """The text of colours at places, which are left out where they are evenly spread."""
    if len(places) > 1:
        even = [i / (len(places) - 1) for i in range(len(places))]
        if all(abs(place - e) < 1e-6 for place, e in zip(places, even, strict=True)):
            return ", ".join(colours)
    pairs = zip(places, colours, strict=True)
    return ", ".join(f"{round(place, 6):g} {colour}" for place, colour in pairs)


def read(path: str | Path) -> list[Named]:
    """The palettes of a file, of which a .ugr may have many: see parsed().

    Raises:
        ValueError: there is no such file, or no palette in it.
    """
    path = Path(path)
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    return checks.inside(str(path), parsed, text, path.suffix.lower())


def of_file(name: str) -> str:
    """The text of the first palette of a file, or of FILE#NAME. ValueError: as of read()."""
    path, _, wanted = name.partition("#")
    found = read(path)
    if not wanted:
        return found[0].text
    titles = [palette.name for palette in found]
    return found[titles.index(checks.known(f"palette in {path}", wanted, titles))].text


def parsed(text: str, suffix: str) -> list[Named]:
    """The palettes in the text of a file.

    Args:
        text: the file's.
        suffix: ".map" (Fractint: red, green and blue of 0 to 255, a line a colour), ".gpl" (GIMP),
            ".ugr" (Ultra Fractal: gradients with colours at some of 400 places, which go round),
            or ".json": a list of colours, as texts, as three numbers, or each after its place; or a
            table with such a list as "colours" or "colors"; or ParaView's, with "RGBPoints".

    Raises:
        ValueError: no palette is there.
    """
    readers = {".map": _of_lines, ".gpl": _of_gimp, ".ugr": _of_ultra_fractal, ".json": _of_json}
    checks.choice("a palette's suffix", suffix, SUFFIXES)
    if len(text) > MOST_BYTES:
        raise ValueError(f"a palette's file has at most {MOST_BYTES:,} bytes")
    found = readers[suffix](text)
    for palette in found:
        stops(palette.text)
    if not found:
        raise ValueError("no palette is in it")
    return found


def _hex(red: float, green: float, blue: float) -> str:
    values = [
        checks.integer("a part of a colour", v, minimum=0, maximum=255) for v in (red, green, blue)
    ]
    return "#{:02x}{:02x}{:02x}".format(*values)


def _evenly(name: str, colours: Sequence[str]) -> list[Named]:
    return [Named(name, ", ".join(colours))] if colours else []


def _of_lines(text: str, name: str = "") -> list[Named]:
    found = re.findall(r"^\s*(\d+)\s+(\d+)\s+(\d+)", text, re.MULTILINE)
    return _evenly(name, [_hex(*map(int, parts)) for parts in found])


def _of_gimp(text: str) -> list[Named]:
    name = re.search(r"^Name:[ \t]*(.*?)[ \t]*$", text, re.MULTILINE)
    return _of_lines(text, name[1] if name else "")


def _of_ultra_fractal(text: str) -> list[Named]:
    text = re.sub(r";.*", "", text)
    found = []
    for entry, body in re.findall(r"^\s*([^\s{}]+)\s*\{([^}]*)\}", text, re.MULTILINE):
        gradient = body.partition("opacity:")[0]
        title = re.search(r'title="([^"]*)"', gradient)
        pairs = re.findall(r"index=(-?\d+)\s+color=(\d+)", gradient)
        if not pairs:
            continue
        colours = {int(i) % ULTRA_FRACTAL_LENGTH: _of_bgr(int(c)) for i, c in pairs}
        found.append(Named(title[1] if title else entry, _round(colours)))
    return found


def _of_bgr(number: int) -> str:
    number = checks.integer("a colour", number, minimum=0, maximum=0xFFFFFF)
    return _hex(number & 255, number >> 8 & 255, number >> 16)


def _round(colours: dict[int, str]) -> str:
    """The text of colours on a circle, which begins and ends with the colour of place 0."""
    places, length = sorted(colours), ULTRA_FRACTAL_LENGTH
    if places[0] != 0:
        first, last = places[0], places[-1]
        share = (length - last) / (length - last + first)
        ends = [_parts(colours[last]), _parts(colours[first])]
        mixed = (round(a + share * (b - a)) for a, b in zip(*ends, strict=True))
        colours = colours | {0: _hex(*mixed)}
        places = [0, *places]
    shares = [place / length for place in places] + [1.0]
    return written(shares, [colours[place] for place in places] + [colours[0]])


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _of_json(text: str) -> list[Named]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"no JSON: {error}") from None
    tables = value if isinstance(value, list) and value and isinstance(value[0], dict) else [value]
    return [_of_table(table) for table in tables]


def _of_table(value: Any) -> Named:
    name, colours = "", value
    if isinstance(value, dict):
        lower = {str(key).lower(): inner for key, inner in value.items()}
        name = str(lower.get("name", ""))
        colours = next((lower[k] for k in ("colours", "colors", "rgbpoints") if k in lower), None)
        if "rgbpoints" in lower and isinstance(colours, list) and len(colours) % 4 == 0:
            colours = [[colours[i], colours[i + 1 : i + 4]] for i in range(0, len(colours), 4)]
    if isinstance(colours, str):
        return Named(name, colours)
    if not isinstance(colours, list) or len(colours) < 2:
        raise ValueError("a palette in JSON is a list of colours, or a table with one")
    if all(isinstance(one, list) and len(one) == 2 for one in colours):
        places = [checks.number("place", one[0]) for one in colours]
        span = places[-1] - places[0] or 1.0
        places = [(place - places[0]) / span for place in places]
        return Named(name, written(places, [_colour(one[1]) for one in colours]))
    return _evenly(name, [_colour(one) for one in colours])[0]


def _colour(value: object) -> str:
    """A colour of JSON: a text, or three numbers to 1 where one has a fraction, else to 255."""
    if isinstance(value, str):
        if "," in value or len(value.split()) != 1:
            raise ValueError(f"a colour is a word such as #e08020, not {value!r}")
        return value
    numbers = checks.numbers("a colour", value, 3)
    assert isinstance(value, list)
    if max(numbers) <= 1 and (any(isinstance(v, float) for v in value) or max(numbers) == 0):
        return _hex(*(round(255 * v) for v in numbers))
    return _hex(*numbers)


def folder() -> Path:
    """Where palettes are kept: divergence/palettes in $XDG_CONFIG_HOME, which is ~/.config."""
    above = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(above) / "divergence" / "palettes"


def names() -> list[str]:
    """Of the palettes that are kept, sorted."""
    return sorted(p.stem for p in folder().glob("*.json") if NAME.fullmatch(p.stem))


def kept(name: str) -> str | None:
    """The text of a palette that is kept; None if there is none of this name, which is no path."""
    path = folder() / f"{name}.json"
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    return read(path)[0].text


def keep(name: str, text: str) -> None:
    """Keeps a palette by a name, in the place of what had it.

    Raises:
        ValueError: the name is none, or the text no palette. OSError: it cannot be written.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"a palette's name is letters, digits, '-', '_' and '.', not {name!r}")
    stops(text)
    folder().mkdir(parents=True, exist_ok=True)
    content = json.dumps({"name": name, "colours": text}, indent=2) + "\n"
    files.write(folder() / f"{name}.json", content.encode())
