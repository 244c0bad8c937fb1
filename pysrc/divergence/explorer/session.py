"""What one open page asks for and is told. Messages are JSON; pictures are bytes behind a line of
JSON. A message that makes no sense is answered by one line, and changes nothing."""

import asyncio
import base64
import json
import threading
from collections.abc import Callable, Coroutine, Mapping
from decimal import localcontext

from .. import checks
from ..analysis.orbits import path
from ..analysis.trajectories import trajectory
from ..checks import Exact, decimal
from ..errors import DivergenceError
from ..kernel.runs import numbers
from ..maps.three_body import ThreeBody
from ..scenes.scene import Scene, names
from .controls import colours, controls, plain
from .films import Films, between
from .opened import checked, fitted, of_formula, python_lines, scene_in, started_at
from .painter import Painter, Picture, drawn

MOST_ORBIT = 20_000  # points of an orbit that is shown
Send = Callable[[str | bytes], Coroutine[None, None, None]]


class Session:
    """One page's view.

    Attributes:
        scene: what it shows; None before it has opened one.
    """

    def __init__(self, send: Send, device: str = "auto", films: Films | None = None) -> None:
        self.scene: Scene | None = None
        self._films = films
        self._send = send
        self._painter = Painter(device)
        self._given_up = threading.Event()
        self._drawing: asyncio.Task[None] | None = None
        self._does = {
            "open": self._open,
            "draw": self._draw,
            "probe": self._probe,
            "orbit": self._orbit,
            "film": self._film,
            "films": self._tell_films,
            "pause": self._pause,
            "resume": self._pause,
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
        except (ValueError, DivergenceError, MemoryError) as error:
            said = str(error) or "not enough memory"
            await self._tell({"is": "error", "text": said, "about": about})
        except RecursionError:
            await self._tell({"is": "error", "text": "that is nested too deeply"})

    async def close(self) -> None:
        """Ends all that still runs for the page."""
        self._given_up.set()
        if self._drawing:
            await asyncio.wait([self._drawing])

    async def _tell(self, message: Mapping[str, object]) -> None:
        await self._send(json.dumps(message))

    async def _open(self, message: Mapping[str, object]) -> None:
        """A named scene, a TOML text, or the scene inside a PNG."""
        if "formula" in message:
            scene = of_formula(_text(message, "formula"), _text(message, "plane", ""))
        elif "png" in message:
            scene = scene_in(base64.b64decode(_text(message, "png"), validate=True))
        elif "toml" in message:
            scene = Scene.loads(_text(message, "toml"), "explored", "this scene")
        else:
            name = checks.known("scene", _text(message, "scene"), names())
            scene = Scene.load(name)
        await self._show(scene, message)

    async def _draw(self, message: Mapping[str, object]) -> None:
        """The scene that is open, with changes; or another table."""
        table, changes = message.get("table"), message.get("changes", {})
        if not isinstance(changes, Mapping):
            raise ValueError("changes must be an object of paths and values")
        if table is not None:
            scene = Scene.of(_table(table))
        elif self.scene is not None:
            scene = self.scene
        else:
            raise ValueError("no scene is open yet")
        await self._show(scene.with_values(changes), message)

    async def _show(self, scene: Scene, message: Mapping[str, object]) -> None:
        scene = checked(scene, message.get("shape", scene.window["shape"]))
        at = scene.still(checks.number("frame", message.get("frame", 0)))
        self.scene = scene
        await self._tell(
            {
                "is": "scene",
                "serial": message.get("serial"),
                "table": plain(scene.table()),
                "toml": scene.dumps(),
                "controls": controls(at.map) if at.map else [],
                "colours": colours(),
                "python": python_lines(at),
            }
        )
        self._given_up.set()
        if self._drawing:
            await asyncio.wait([self._drawing])
        self._given_up = threading.Event()
        self._drawing = asyncio.create_task(self._paint(at, message.get("serial")))

    async def _paint(self, scene: Scene, serial: object) -> None:
        loop, given_up = asyncio.get_running_loop(), self._given_up

        def show(picture: Picture) -> None:
            rows, columns, _ = picture.rgb.shape
            head = {"is": "picture", "serial": serial, "rows": rows, "columns": columns}
            head |= {"share": picture.share, "complete": picture.complete}
            head |= {"computed": self._painter.computed}
            data = json.dumps(head).encode() + b"\n" + picture.rgb.tobytes()
            asyncio.run_coroutine_threadsafe(self._send(data), loop).result()

        try:
            await asyncio.to_thread(drawn, self._painter, scene, given_up, show)
        except (ValueError, DivergenceError, MemoryError) as error:
            await self._tell({"is": "error", "text": str(error) or "not enough memory"})

    async def _probe(self, message: Mapping[str, object]) -> None:
        """What is known of the point under the cursor; row 0 is the lowest."""
        field = self._painter.field
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
        system = self.scene.frame(0).map if self.scene else None
        return system.fate_names if system else ()

    async def _orbit(self, message: Mapping[str, object]) -> None:
        """The orbit of the point under the cursor: x and y of every step; of three bodies, the
        positions of all of them in space."""
        if self.scene is None or not self.scene.map:
            return
        system = self.scene.frame(0).map
        assert system is not None
        x = checks.number("x", message.get("x"))
        y = checks.number("y", message.get("y"))
        steps = checks.integer("steps", message.get("steps", 200), minimum=1, maximum=MOST_ORBIT)
        if isinstance(system, ThreeBody):
            every = max(1, self.scene.max_steps // steps)
            bodies = await asyncio.to_thread(
                trajectory, started_at(system, x, y), steps * every, every
            )
            points = bodies.positions.reshape(len(bodies.positions), -1)
        else:
            points = numbers(await asyncio.to_thread(path, system, (x, y), steps))
        await self._tell({"is": "orbit", "x": x, "y": y, "points": points.tolist()})

    async def _film(self, message: Mapping[str, object]) -> None:
        """Begins a film from a view to the one that is shown; or of the scene, if it is a film."""
        if self.scene is None or self._films is None:
            raise ValueError("no scene is open yet")
        scene = self.scene
        if "from" in message:
            frames = checks.integer("frames", message.get("frames", 120), minimum=2)
            fps = checks.number("fps", message.get("fps", 30), positive=True)
            shape = scene.frame(0).window.shape
            first = fitted(Scene.of(_table(message["from"])).still(0), shape)
            scene = between(first, scene.still(0), frames, fps)
        elif scene.frames == 1:
            raise ValueError("mark where the film begins, and go on to where it ends")
        self._films.add(scene)
        await self._tell_films(message)

    async def _tell_films(self, message: Mapping[str, object]) -> None:
        films = self._films.tables() if self._films else []
        await self._tell({"is": "films", "films": films})

    async def _pause(self, message: Mapping[str, object]) -> None:
        if self._films is not None:
            act = self._films.pause if message.get("do") == "pause" else self._films.resume
            await asyncio.to_thread(act, _text(message, "name"))
        await self._tell_films(message)


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
