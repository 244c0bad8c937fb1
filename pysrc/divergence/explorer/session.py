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

from .. import checks
from ..checks import Exact, decimal
from ..colour import Colouring
from ..errors import DivergenceError
from ..scenes.formula_scene import formula_scene
from ..scenes.scene import Scene, names
from . import companions, measures
from .controls import colours, controls, deepens, plain
from .desk import Desk
from .fields import Field
from .films import Films
from .histogram import histogram
from .messages import Message, table_in, text
from .opened import checked, python_lines, scene_in
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
        self._device, self._send = device, send
        self._desk = Desk(self._tell, self._opened, films, shelf)
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
        } | self._desk.does

    async def receive(self, data: str) -> None:
        """Does what a message asks for, and answers."""
        about: object = None
        try:
            message = json.loads(data)
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

    async def _open(self, message: Message) -> None:
        """A named scene or place, a formula, a TOML text, or the scene inside a PNG."""
        if "formula" in message:
            scene = formula_scene(text(message, "formula"), text(message, "plane", ""))
        elif "png" in message:
            scene = scene_in(base64.b64decode(text(message, "png"), validate=True))
        elif "toml" in message:
            scene = Scene.loads(text(message, "toml"), "explored", "this scene")
        elif "place" in message:
            scene = self._desk.place(text(message, "place"))
        else:
            name = checks.known("scene", text(message, "scene"), names())
            scene = Scene.load(name)
        await self._show(scene, message, _frame(message))

    async def _draw(self, message: Message) -> None:
        """The scene that is open, with changes; or another table."""
        table, changes = message.get("table"), message.get("changes", {})
        if not isinstance(changes, Mapping):
            raise ValueError("changes must be an object of paths and values")
        scene = Scene.of(table_in(table)) if table is not None else self._opened()
        changed = scene.with_values(changes)
        frame = _frame(message)
        if any(path.startswith("window.") for path in changes):
            shown = changed.still(frame).window
            if any(shown[key] != changed.window[key] for key in ("center", "width", "height")):
                # The film moves its window by itself: the hand goes on from this frame alone.
                changed, frame = scene.still(frame).with_values(changes), 0
        await self._show(changed, message, frame)

    async def _show(self, scene: Scene, message: Message, frame: float) -> None:
        scene = checked(scene, message.get("shape", scene.window["shape"]))
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

    async def _probe(self, message: Message) -> None:
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

    async def _beside(self, message: Message) -> None:
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

    async def _measure(self, message: Message) -> None:
        """A number or a curve of the view; see measures."""
        self._opened()
        scene, field, names = self._still, self.painter.field, self._fate_names()
        assert scene is not None
        what = checks.choice("what", message.get("what"), ("dimension", "basins", "exponents"))
        along = text(message, "along", "x")

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

    async def _histogram(self, message: Message) -> None:
        """Of the times of a picture that is complete; nothing of one that is not."""
        scene, field = self._still, self.painter.field
        if scene is None or field is None or not field.known.all():
            return

        def work() -> object:
            assert isinstance(field, Field)
            found = histogram(scene.frame(0).map, field, Colouring.of(scene.colour))
            return {"is": "histogram"} | found

        await self._errand("histogram", work)

    def _opened(self) -> Scene:
        if self.scene is None:
            raise ValueError("no scene is open yet")
        return self.scene


def _frame(message: Message) -> float:
    return checks.number("frame", message.get("frame", 0))


def _coordinate(center: Exact, size: Exact, place: int, count: int) -> str:
    """The coordinate of a row or column, to a thousandth of a pixel."""
    step = decimal(size) / count
    digits = max(0, 3 - step.adjusted())
    exact = decimal(center) + (place - count // 2) * step
    with localcontext(prec=digits + max(exact.adjusted(), 0) + 5):
        return format(round(exact, digits), "f")
