"""What one open page asks for and is told. Messages are JSON; pictures are bytes behind a line of
JSON. A message that makes no sense is answered by one line, and changes nothing."""

import asyncio
import base64
import json
import threading
from collections.abc import Callable, Coroutine, Mapping
from decimal import localcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import checks, palettes
from ..checks import Exact, decimal
from ..colormaps import check_colormap
from ..colour import Colouring
from ..errors import DivergenceError
from ..scenes.scene import Scene, names
from . import companions, measures
from .controls import colours, controls, deepens, plain
from .fields import Field
from .films import Films
from .histogram import histogram
from .keyframes import through
from .opened import checked, fitted, of_formula, python_lines, scene_in, stops_of
from .painter import GivenUpError, Painter, Picture, drawn
from .shelf import Shelf

MOST_ORBIT = 20_000  # points of an orbit that is shown
WRONG = (ValueError, DivergenceError, MemoryError, OSError)
Send = Callable[[str | bytes], Coroutine[None, None, None]]


class Session:
    """One page's view.

    Args:
        send: takes what the page is told.
        device: as of times().
        films: that the page can ask for; none by default.
        shelf: what it can keep by name; nothing by default.

    Attributes:
        scene: what it shows; None before it has opened one.
        painter: who draws it.
    """

    def __init__(
        self,
        send: Send,
        device: str = "auto",
        films: Films | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        self.scene: Scene | None = None
        self.painter = Painter(device)
        self._still: Scene | None = None  # the frame of the scene that is shown
        self._device, self._films, self._shelf = device, films, shelf
        self._send = send
        self._given_up = threading.Event()
        self._closed = threading.Event()
        self._drawing: asyncio.Task[None] | None = None
        self._errands: dict[str, asyncio.Task[None]] = {}
        self._does = {
            "open": self._open,
            "draw": self._draw,
            "probe": self._probe,
            "beside": self._beside,
            "measure": self._measure,
            "histogram": self._histogram,
            "preview": self._preview,
            "film": self._film,
            "films": self._tell_films,
            "pause": self._pause,
            "resume": self._pause,
            "places": self._tell_places,
            "keep place": self._keep_place,
            "forget place": self._keep_place,
            "palettes": self._tell_palettes,
            "read palette": self._read_palette,
            "keep palette": self._keep_palette,
            "palette of": self._palette_of,
        }

    async def receive(self, text: str) -> None:
        """Does what a message asks for, and answers."""
        about: object = None
        try:
            message = json.loads(text)
            if not isinstance(message, dict):
                raise ValueError("a message must be a JSON object")
            about = message.get("about")
            await self._does[checks.known("message", message.get("do"), self._does)](message)
        except WRONG as error:
            await self._refuse(error, about)
        except RecursionError:
            await self._tell({"is": "error", "text": "that is nested too deeply"})

    async def close(self) -> None:
        """Ends all that still runs for the page."""
        self._given_up.set()
        self._closed.set()
        if running := [task for task in (self._drawing, *self._errands.values()) if task]:
            await asyncio.wait(running)

    async def idle(self) -> None:
        """Waits until nothing runs for the page."""
        while running := [
            t for t in (self._drawing, *self._errands.values()) if t and not t.done()
        ]:
            await asyncio.wait(running)

    async def _tell(self, message: Mapping[str, object]) -> None:
        await self._send(json.dumps(message, allow_nan=False))

    async def _refuse(self, error: BaseException, about: object = None) -> None:
        said = str(error) or "not enough memory"
        await self._tell({"is": "error", "text": said, "about": about})

    async def _show_bytes(self, head: Mapping[str, object], rgb: NDArray[np.uint8]) -> None:
        rows, columns, _ = rgb.shape
        head = {**head, "rows": rows, "columns": columns}
        await self._send(json.dumps(head).encode() + b"\n" + rgb.tobytes())

    async def _open(self, message: Mapping[str, object]) -> None:
        """A named scene or place, a formula, a TOML text, or the scene inside a PNG."""
        if "formula" in message:
            scene = of_formula(_text(message, "formula"), _text(message, "plane", ""))
        elif "png" in message:
            scene = scene_in(base64.b64decode(_text(message, "png"), validate=True))
        elif "toml" in message:
            scene = Scene.loads(_text(message, "toml"), "explored", "this scene")
        elif "place" in message:
            scene = self._kept().place(_text(message, "place"))
        else:
            name = checks.known("scene", _text(message, "scene"), names())
            scene = Scene.load(name)
        await self._show(scene, message)

    async def _draw(self, message: Mapping[str, object]) -> None:
        """The scene that is open, with changes; or another table."""
        table, changes = message.get("table"), message.get("changes", {})
        if not isinstance(changes, Mapping):
            raise ValueError("changes must be an object of paths and values")
        scene = Scene.of(_table(table)) if table is not None else self._opened()
        await self._show(scene.with_values(changes), message)

    async def _show(self, scene: Scene, message: Mapping[str, object]) -> None:
        scene = checked(scene, message.get("shape", scene.window["shape"]))
        frame = checks.number("frame", message.get("frame", 0))
        at = scene.still(frame)
        self.scene, self._still = scene, at
        await self._tell(
            {
                "is": "scene",
                "serial": message.get("serial"),
                "table": plain(scene.table()),
                "window": plain(at.window),
                "frame": frame,
                "toml": scene.dumps(),
                "controls": controls(at.map) if at.map else [],
                "colours": colours(),
                "beside": companions.kinds(at),
                "deepens": deepens(at),
                "python": python_lines(at),
            }
        )
        self._given_up.set()
        self._given_up = threading.Event()
        serial = message.get("serial")
        self._drawing = asyncio.create_task(self._paint(at, serial, self._given_up, self._drawing))

    async def _paint(
        self,
        scene: Scene,
        serial: object,
        given_up: threading.Event,
        before: asyncio.Task[None] | None,
    ) -> None:
        """Draws a scene once what was drawn before has ended, if nothing else is wanted by then."""
        if before:
            await asyncio.wait([before])
        if given_up.is_set():
            return
        loop = asyncio.get_running_loop()

        def show(picture: Picture) -> None:
            head = {"is": "picture", "serial": serial, "share": picture.share}
            head |= {"stayed": picture.stayed, "complete": picture.complete}
            head["computed"] = self.painter.computed
            asyncio.run_coroutine_threadsafe(self._show_bytes(head, picture.rgb), loop).result()

        try:
            await asyncio.to_thread(drawn, self.painter, scene, given_up, show)
        except WRONG as error:
            await self._refuse(error)

    async def _errand(self, what: str, work: Callable[[], Any]) -> None:
        """Does something besides the picture, one of a kind at a time, and tells what comes of it:
        a message, or a picture with its head."""
        if (running := self._errands.get(what)) and not running.done():
            raise ValueError(f"{what} is still being computed")

        async def run() -> None:
            try:
                found = await asyncio.to_thread(work)
            except GivenUpError:
                return
            except WRONG as error:
                await self._refuse(error, what)
                return
            if isinstance(found, tuple):
                await self._show_bytes(*found)
            else:
                await self._tell(found)

        self._errands[what] = asyncio.create_task(run())

    async def _probe(self, message: Mapping[str, object]) -> None:
        """What is known of the point under the cursor; row 0 is the lowest."""
        field = self.painter.field
        if field is None:
            return
        rows, columns = field.window.shape
        row = checks.integer("row", message.get("row"), minimum=0, maximum=rows - 1)
        column = checks.integer("column", message.get("column"), minimum=0, maximum=columns - 1)
        found: dict[str, object] = {
            "is": "point",
            "x": _coordinate(field.window.center[0], field.window.width, column, columns),
            "y": _coordinate(field.window.center[1], field.window.height, row, rows),
        }
        if field.known[row, column]:
            time, fate = int(field.times[row, column]), int(field.fates[row, column])
            found |= {"time": time, "stopped": time < field.max_steps}
            found["fraction"] = float(field.fractions[row, column])
            ends = self._fate_names()
            found["fate"] = ends[fate - 1] if 0 < fate <= len(ends) else ""
        await self._tell(found)

    def _fate_names(self) -> tuple[str, ...]:
        system = self._still.frame(0).map if self._still else None
        return system.fate_names if system else ()

    async def _beside(self, message: Mapping[str, object]) -> None:
        """A companion of the point under the cursor; see companions.kinds()."""
        self._opened()
        scene = self._still
        assert scene is not None
        kind = checks.choice("kind", message.get("kind"), companions.kinds(scene))
        x = checks.number("x", message.get("x"))
        y = checks.number("y", message.get("y"))
        steps = checks.integer("steps", message.get("steps", 200), minimum=2, maximum=MOST_ORBIT)

        def work() -> object:
            said = {"is": kind, "x": x, "y": y}
            if kind == "julia":
                rgb = companions.julia(scene, x, y, self._device)
                return said, rgb
            if kind == "orbit":
                return said | {"points": companions.orbit(scene, x, y, steps)}
            made = companions.cobweb if kind == "cobweb" else companions.bodies
            return said | made(scene, x, y, steps)

        await self._errand(kind, work)

    async def _measure(self, message: Mapping[str, object]) -> None:
        """A number or a curve of the view; see measures."""
        self._opened()
        scene, field, names = self._still, self.painter.field, self._fate_names()
        assert scene is not None
        what = checks.choice("what", message.get("what"), ("dimension", "basins", "exponents"))
        along = _text(message, "along", "x")

        def work() -> object:
            if what == "exponents":
                found = measures.exponents(scene, along, self._device, self._closed)
            elif field is None:
                raise ValueError("a figure has no times to measure")
            elif what == "dimension":
                found = measures.dimension(field)
            else:
                found = measures.basins(field, names)
            return {"is": "measure", "what": what} | found

        await self._errand(what, work)

    async def _histogram(self, message: Mapping[str, object]) -> None:
        """Of the times of a picture that is complete; nothing of one that is not."""
        scene, field = self._still, self.painter.field
        if scene is None or field is None or not field.known.all():
            return

        def work() -> object:
            assert isinstance(field, Field)
            found = histogram(scene.frame(0).map, field, Colouring.of(scene.colour))
            return {"is": "histogram"} | found

        await self._errand("histogram", work)

    def _filmed(self, message: Mapping[str, object]) -> Scene:
        """The film through the views of a message; or the scene, if it is a film."""
        scene = self._opened()
        form = {
            f"film.{key}": _text(message, key) for key in ("format", "codec") if message.get(key)
        }
        if "views" in message:
            tables = message["views"]
            if not isinstance(tables, list):
                raise ValueError("views must be a list of tables")
            frames = checks.integer("frames", message.get("frames", 120), minimum=2)
            fps = checks.number("fps", message.get("fps", 30), positive=True)
            shape = scene.frame(0).window.shape
            views = [fitted(Scene.of(_table(table)).still(0), shape) for table in tables]
            scene = through(views, frames, fps)
        elif scene.frames == 1:
            raise ValueError(
                "mark a view, go on to another, and mark that: a film goes through them"
            )
        return scene.with_values(form) if form else scene

    async def _preview(self, message: Mapping[str, object]) -> None:
        """The table of a film, whose frames the page then draws, small."""
        await self._tell({"is": "preview", "table": plain(self._filmed(message).table())})

    async def _film(self, message: Mapping[str, object]) -> None:
        """Puts a film into the queue."""
        if self._films is None:
            raise ValueError("no films are made here")
        self._films.add(self._filmed(message))
        await self._tell_films(message)

    async def _tell_films(self, message: Mapping[str, object]) -> None:
        films = self._films.tables() if self._films else []
        await self._tell({"is": "films", "films": films})

    async def _pause(self, message: Mapping[str, object]) -> None:
        if self._films is not None:
            act = self._films.pause if message.get("do") == "pause" else self._films.resume
            await asyncio.to_thread(act, _text(message, "name"))
        await self._tell_films(message)

    def _kept(self) -> Shelf:
        if self._shelf is None:
            raise ValueError("nothing is kept here")
        return self._shelf

    async def _tell_places(self, message: Mapping[str, object]) -> None:
        places = list(self._shelf.places()) if self._shelf else []
        await self._tell({"is": "places", "places": places})

    async def _keep_place(self, message: Mapping[str, object]) -> None:
        name = _text(message, "name")
        if message.get("do") == "keep place":
            self._kept().keep_place(name, self._opened())
        else:
            self._kept().forget_place(name)
        await self._tell_places(message)

    async def _tell_palettes(self, message: Mapping[str, object]) -> None:
        found = {name: palettes.kept(name) for name in palettes.names()}
        await self._tell({"is": "palettes", "palettes": found})

    async def _read_palette(self, message: Mapping[str, object]) -> None:
        """Those in the text of a file, which the page has read."""
        suffix = f".{_text(message, 'file').rpartition('.')[2].lower()}"
        found = palettes.parsed(_text(message, "text"), suffix)
        for palette in found:
            check_colormap("palette", palette.text)
        await self._tell({"is": "found palettes", "palettes": [p._asdict() for p in found]})

    async def _keep_palette(self, message: Mapping[str, object]) -> None:
        text = _text(message, "text")
        check_colormap("palette", text)
        await asyncio.to_thread(palettes.keep, _text(message, "name"), text)
        await self._tell_palettes(message)

    async def _palette_of(self, message: Mapping[str, object]) -> None:
        """The colours of a colormap as stops that can be edited."""
        await self._tell({"is": "stops", "stops": stops_of(_text(message, "colormap"))})

    def _opened(self) -> Scene:
        if self.scene is None:
            raise ValueError("no scene is open yet")
        return self.scene


def _coordinate(center: Exact, size: Exact, place: int, count: int) -> str:
    """The coordinate of a row or column, to a thousandth of a pixel."""
    step = decimal(size) / count
    digits = max(0, 3 - step.adjusted())
    exact = decimal(center) + (place - count // 2) * step
    with localcontext(prec=digits + max(exact.adjusted(), 0) + 5):
        return format(round(exact, digits), "f")


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError("table must be an object")
    return value


def _text(message: Mapping[str, object], key: str, default: str | None = None) -> str:
    value = message.get(key, default)
    if not isinstance(value, str):
        raise ValueError(f"{key} must be a text")
    return value
