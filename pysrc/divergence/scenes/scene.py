"""Scenes: which map, which parameters, which window, how many steps, and how these change with
the frame. TOML text <-> objects."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from PIL import Image

from .. import checks, figures
from ..colour import Colouring
from ..deep.compute import ARITHMETICS, chosen
from ..frame import Frame
from ..maps.base import ALL
from ..window import Window
from . import laws, map_tables
from .overlay import Overlay
from .render_options import RenderOptions
from .toml import dumps

FOLDER = Path(__file__).resolve().parent / "named"


@dataclass(frozen=True)
class Scene:
    """A named picture or film. Made by load(), loads() or with_values(), which check everything.

    Attributes:
        name: the file's, such as "newton-quintic".
        title: one line.
        look_for: what there is to see, one line.
        map: the map's name and every parameter, as in TOML, but for numbers that are complex. A
            "{n}" in a text parameter stands for the number `n` of `values`.
        window: center, width, shape (rows, columns) and, where pixels are not square, height.
        max_steps: the step limit.
        arithmetic: "auto", "float64" or "deep": see deep.compute.chosen().
        frames: 1 is a still picture.
        fps: frames a second, a number or a fraction such as "30000/1001".
        changes: laws by what they change, such as "map.masses.0", "max_steps", "window.width".
        values: numbers to use in text parameters.
        colour: the attributes of a Colouring that are not its defaults.
        film: the attributes of a RenderOptions that are not its defaults.
        overlay: the attributes of an Overlay over a picture of times; empty for none.
        figure: the kind of a Figure and its attributes; empty for a picture of times.
    """

    name: str
    title: str
    map: Mapping[str, Any]
    window: Mapping[str, Any]
    max_steps: int
    look_for: str = ""
    arithmetic: str = "auto"
    frames: int = 1
    fps: float | str = 30.0
    changes: Mapping[str, laws.Law] = field(default_factory=dict)
    values: Mapping[str, laws.Number] = field(default_factory=dict)
    colour: Mapping[str, Any] = field(default_factory=dict)
    film: Mapping[str, Any] = field(default_factory=dict)
    overlay: Mapping[str, Any] = field(default_factory=dict)
    figure: Mapping[str, Any] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """What the scene is listed under: its figure's group, or the family of its map."""
        if self.figure:
            return figures.ALL[self.figure["kind"]].group
        family = ALL[self.map["name"]].family
        return family.replace("_", " ").capitalize()

    @staticmethod
    def load(name_or_path: str | Path) -> "Scene":
        """The scene of a file, or a scene of this project by its name. A file is a TOML text, a
        picture that was drawn, which carries its scene, or a film's folder.

        Raises:
            ValueError: one line with the file, the line or key, and what is wrong there.
        """
        path = Path(name_or_path)
        is_file = path.suffix in SUFFIXES or path.is_dir() or len(path.parts) > 1
        if str(path) in names() or not is_file:
            path = FOLDER / f"{checks.known('scene', str(path), names())}.toml"
        if path.is_dir():
            path /= "scene.toml"
        try:
            content = path.read_bytes()
            if content.startswith((PNG, *TIFF)):
                return Scene.loads(_carried_text(path), path.stem, str(path))
            text = content.decode("utf-8")
        except OSError as error:
            raise ValueError(f"{path}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise ValueError(f"{path}: not UTF-8 text") from None
        return Scene.loads(text, path.stem, str(path))

    @staticmethod
    def loads(text: str, name: str, source: str) -> "Scene":
        """The scene of a TOML text; source is what errors call it."""
        try:
            return _scene({"name": name} | tomllib.loads(text.removeprefix("\ufeff")))
        except ValueError as error:  # tomllib's own say the line
            raise ValueError(f"{source}: {error}") from None
        except RecursionError:
            raise ValueError(f"{source}: too many brackets inside each other") from None

    @staticmethod
    def of(table: Mapping[str, object]) -> "Scene":
        """The scene of nested tables, as table() gives them. ValueError: what is wrong there."""
        return _scene(_table("a scene", table))

    def dumps(self) -> str:
        """TOML text, complete with defaults, from which exactly this scene is loaded again."""
        return dumps(self.table())

    def table(self) -> dict[str, Any]:
        """The scene as nested tables, as TOML has them."""
        table = {key: getattr(self, key) for key in KEYS}
        changes: dict[str, Any] = {}
        table["changes"] = changes
        for path, law in self.changes.items():
            *parents, last = path.split(".")
            inner = changes
            for parent in parents:
                inner = inner.setdefault(parent, {})
            inner[last] = law.table()
        return table

    def with_values(self, values: Mapping[str, object]) -> "Scene":
        """This scene with some values changed, such as {"frames": 10, "map.masses.0": 5.9,
        "changes.window.width.halve_every": 15}; a new "map.name" brings its own defaults."""
        table = self.table()
        for path, value in values.items():
            if path.count(".") > DEEPEST:
                raise ValueError(f"no key {path[:40]!r}...: too many dots")
            if path == "map.name":
                table["map"] = {"name": value}
            else:

                def given(_: object, value: object = value) -> object:
                    return value

                table = _replaced(table, path.split("."), path, given, new=True)
        return _scene(table)

    def resized(self, shape: int | tuple[int, int]) -> "Scene":
        """The same area at another shape (rows, columns), or with so many pixels the long way."""
        if isinstance(shape, int):
            rows, columns = self.window["shape"]
            scale = shape / max(rows, columns)
            shape = (max(1, round(rows * scale)), max(1, round(columns * scale)))
        return self.with_values({"window.shape": shape})

    def frame(self, i: float) -> Frame:
        """Frame i, 0 to frames - 1; a fraction lies between two frames."""
        table = self._table_at(i)
        window = checks.inside("window", lambda: Window(**table["window"]))
        max_steps = checks.integer("max_steps", table["max_steps"], minimum=1)
        system = map_tables.build(table["map"], table["values"]) if table["map"] else None
        if system is None:
            checks.inside("window", window.check_float64)
            return Frame(system, window, max_steps)
        arithmetic = checks.inside("window", chosen, system, window, table["arithmetic"])
        return Frame(system, window, max_steps, arithmetic)

    def figure_at(self, i: float) -> figures.Figure:
        """The figure of frame i, for a scene that has one."""
        return checks.inside("figure", figures.build, self._table_at(i)["figure"])

    def overlay_at(self, i: float) -> Overlay | None:
        """What is drawn over the picture of frame i, if anything."""
        table = self._table_at(i)["overlay"]
        return checks.inside("overlay", Overlay.of, table, self.frame(i).map) if table else None

    def still(self, i: float) -> "Scene":
        """The picture that frame i is, as a scene of its own."""
        return _scene(self._table_at(i) | {"frames": 1, "changes": {}})

    def _table_at(self, i: float) -> dict[str, Any]:
        if not 0 <= i <= self.frames - 1:
            raise ValueError(f"frame must be from 0 to {self.frames - 1}, not {i!r}")
        table = self.table()
        for path, law in self.changes.items():

            def changed(base: object, path: str = path, law: laws.Law = law) -> laws.Number:
                base = laws.number(path, base) if base is not None else 0
                return law.value(base, i, self.frames)

            table = _replaced(table, path.split("."), path, changed)
        table["max_steps"] = round(table["max_steps"])
        return table


PLAIN_KEYS = ("name", "title", "look_for", "max_steps", "arithmetic", "frames", "fps")
TABLES = ("changes", "map", "values", "window", "colour", "film", "overlay", "figure")
KEYS = (*PLAIN_KEYS, *TABLES)
DEEPEST = 20  # dots in the path of a value; no scene has so many
CHANGEABLE = ("max_steps", "map", "window", "values", "overlay", "figure")


SUFFIXES = (".toml", ".png", ".tif", ".tiff")
PNG, TIFF = b"\x89PNG\r\n\x1a\n", (b"II*\0", b"MM\0*")  # as their files begin
DESCRIPTION = 270  # the TIFF tag ImageDescription


def _carried_text(path: Path) -> str:
    """The text of a scene in a picture."""
    try:
        with Image.open(path) as image:
            text = image.info.get("Scene") or getattr(image, "tag_v2", {}).get(DESCRIPTION)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"{path}: {error}") from None
    if not text:
        raise ValueError(f"{path}: this picture carries no scene")
    return str(text)


def names() -> list[str]:
    """The scenes of this project, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def groups() -> dict[str, list[Scene]]:
    """Every scene of this project under the family of its map, in words."""
    found: dict[str, list[Scene]] = {}
    for scene in map(Scene.load, names()):
        found.setdefault(scene.group, []).append(scene)
    return dict(sorted(found.items()))


def _scene(table: Mapping[str, object]) -> Scene:
    """The scene that a table says, every part of it checked."""
    for key in table:
        checks.known("key", key, KEYS)
    figure = _table("figure", table.get("figure", {}))
    for key in ("name",) if figure else ("name", "map", "max_steps"):
        if key not in table:
            raise ValueError(f"{key} is missing")
    map_table = _table("map", table.get("map", {}))
    needs_map = map_table or not figure
    values = _table("values", table.get("values", {}))
    overlay = _table("overlay", table.get("overlay", {}))
    window = {f.name: f.default for f in fields(Window)} | _table("window", table.get("window", {}))
    for key in window:
        checks.inside("window", checks.known, "key", key, [f.name for f in fields(Window)])
    window = checks.inside("window", _exact_texts, window)
    changes = _laws(_table("changes", table.get("changes", {})))
    for path in changes:
        checks.inside(f"changes.{path}", checks.known, "value", path.split(".")[0], CHANGEABLE)
        if path.startswith("window.shape"):
            raise ValueError(f"changes.{path}: every frame of a film has the same shape")
    scene = Scene(
        name=_file_name(table["name"]),
        title=_line("title", table.get("title", table["name"])),
        look_for=_line("look_for", table.get("look_for", "")),
        map=checks.inside("map", map_tables.complete, map_table) if needs_map else {},
        window=window,
        max_steps=checks.integer("max_steps", table.get("max_steps", 1), minimum=1),
        arithmetic=checks.choice("arithmetic", table.get("arithmetic", "auto"), ARITHMETICS),
        frames=checks.integer("frames", table.get("frames", 1), minimum=1),
        fps=_fps(table.get("fps", 30.0)),
        changes=changes,
        values={key: laws.number(f"values.{key}", value) for key, value in values.items()},
        colour=_table("colour", table.get("colour", {})),
        film=_table("film", table.get("film", {})),
        overlay=checks.inside("overlay", Overlay.complete, overlay) if overlay else {},
        figure=checks.inside("figure", figures.complete, figure) if figure else {},
    )
    checks.inside("colour", Colouring.of, scene.colour)
    checks.inside("film", RenderOptions.of, scene.film)
    for i in sorted({0, scene.frames // 2, scene.frames - 1}):
        frame = checks.inside(f"frame {i}" if i else "", scene.frame, i)
        checks.inside(f"frame {i}" if i else "", scene.overlay_at, i)
        if scene.figure:
            drawn = checks.inside(f"frame {i}" if i else "", scene.figure_at, i)
            checks.inside("figure", drawn.check, frame.map)
    return scene


def _fps(value: object) -> float | str:
    rate = checks.rate("fps", value)
    return value if isinstance(value, str) and "/" in value else float(rate)


def _line(key: str, value: object) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError(f"{key} must be one line of text, not {value!r}")
    return value


def _file_name(value: object) -> str:
    name = _line("name", value)
    if name != Path(name).name or name in ("", ".", "..") or "\0" in name:
        raise ValueError(f"name must do for a file, unlike {name!r}")
    return name


def _table(key: str, value: object) -> dict[str, Any]:
    """A table with tuples in the place of lists."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{key} must be a table, not {value!r}")
    return _tuples(value)


def _exact_texts(window: Mapping[str, object]) -> dict[str, Any]:
    """A window's table with numbers in the place of texts that say them."""

    def read(key: str, value: object) -> object:
        if isinstance(value, tuple):
            return tuple(read(key, part) for part in value)
        return checks.exact(key, value) if isinstance(value, str) else value

    return {key: read(key, value) for key, value in window.items()}


def _tuples(value: object) -> Any:
    if isinstance(value, Mapping):
        return {key: _tuples(inner) for key, inner in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value


def _laws(table: Mapping[str, object], above: str = "") -> dict[str, laws.Law]:
    found = {}
    for key, value in table.items():
        path = f"{above}{key}"
        if laws.is_law(value):
            found[path] = checks.inside(f"changes.{path}", laws.parse, value)
        elif isinstance(value, Mapping) and value:
            found |= _laws(value, f"{path}.")
        else:
            raise ValueError(f"changes.{path} must be a table such as {{line = [0, 1]}}")
    return found


def _replaced(
    tree: Any, path: list[str], whole: str, change: Callable[[Any], object], *, new: bool = False
) -> Any:
    """A copy of nested tables and tuples with change(value) in the place of the value at a path.

    `new` allows a key that was not in its table before; change gets None then.
    """
    if not path:
        return change(tree)
    head, *rest = path
    if isinstance(tree, Mapping):
        if not (new or head in tree):
            checks.inside(whole, checks.known, "key", head, list(tree))
        inner = tree.get(head, {} if rest else None)
        return {**tree, head: _replaced(inner, rest, whole, change, new=new)}
    if not isinstance(tree, tuple):
        raise ValueError(f"{whole}: {tree!r} has no part {head!r}")
    places = [str(place) for place in range(len(tree))]
    at = int(checks.inside(whole, checks.known, "place", head, places))
    return (
        *tree[:at],
        _replaced(tree[at], rest, whole, change, new=new),
        *tree[at + 1 :],
    )
