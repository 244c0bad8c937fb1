"""The widget: a session whose page is an output of a notebook."""

import asyncio
import json
import re
import threading
from collections.abc import Coroutine
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ..colour import Colouring
from ..film.show import Picture
from ..kernel.outcome import Outcome
from ..scenes.scene import Scene
from .controls import plain
from .session import Session

PAGE = Path(__file__).resolve().parent / "page"
PARTS = ("decimal.js", "viewer.js", "controls.js", "widget.js")


@cache
def module() -> str:
    """One ES module of those that the page has, too: without imports, and exporting the widget."""
    text = "\n".join((PAGE / part).read_text(encoding="utf-8") for part in PARTS)
    text = re.sub(r"^import .*;$", "", text, flags=re.MULTILINE)
    return re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE)


@cache
def _own_loop() -> asyncio.AbstractEventLoop:
    """For a Python in which no event loop runs."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="divergence widgets", daemon=True).start()
    return loop


class Explorer(anywidget.AnyWidget):
    """A picture that is moved by hand; see explore().

    Attributes:
        view: the scene that is shown, as a table; may be set.
        parameters: those of its map, as in the table; may be set, some or all.
        height: in pixels.
    """

    _esm = module()
    _css = (PAGE / "widget.css").read_text(encoding="utf-8")
    view = traitlets.Dict().tag(sync=True)
    parameters = traitlets.Dict().tag(sync=True)
    height = traitlets.Int(400).tag(sync=True)

    def __init__(self, scene: Scene, *, device: str = "auto", height: int = 400) -> None:
        self._followed = False  # whether view and parameters follow what is shown
        self._tasks: set[asyncio.Task[None]] = set()  # loops hold theirs weakly
        self._session = Session(self._answer, device)
        super().__init__(height=height)
        self.on_msg(self._asked)
        self.observe(self._set, ["view", "parameters"])
        self._run(self._session.receive(json.dumps({"do": "draw", "table": plain(scene.table())})))

    @property
    def scene(self) -> Scene:
        """What is shown. ValueError: nothing yet."""
        if self._session.scene is None:
            raise ValueError("nothing is shown yet")
        return self._session.scene

    @property
    def result(self) -> Picture | None:
        """The picture that is shown, if it is whole and no figure: its times, fates and window."""
        field, scene = self._session.painter.field, self._session.scene
        if field is None or scene is None or not field.known.all():
            return None
        arrays = {name: getattr(field, name).copy() for name in ("times", "fates", "fractions")}
        outcome = Outcome(scene.frame(0).map, field.max_steps, **arrays)
        return Picture(field.window, outcome, Colouring.of(scene.colour))

    async def drawn(self) -> Picture | None:
        """The result, once all that was asked for is done."""
        while pending := [task for task in self._tasks if not task.done()]:
            await asyncio.wait(pending)
        await self._session.idle()
        return self.result

    def close(self) -> None:
        """Ends what is computed, and the widget."""
        self._run(self._session.close())
        super().close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        """In the loop of the notebook, or in one of our own."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            asyncio.run_coroutine_threadsafe(work, _own_loop())
            return
        task = loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _asked(self, _: object, content: object, __: object) -> None:
        if isinstance(content, dict) and isinstance(content.get("text"), str):
            self._run(self._session.receive(content["text"]))

    async def _answer(self, data: str | bytes) -> None:
        if isinstance(data, bytes):
            head, _, rgb = data.partition(b"\n")
            self.send({"text": head.decode()}, [rgb])
            return
        message = json.loads(data)
        if message["is"] == "scene":
            self._follow(message["table"])
        self.send({"text": data})

    def _follow(self, table: dict[str, Any]) -> None:
        self._followed = True
        with self.hold_sync():
            self.view, self.parameters = table, dict(table.get("map", {}))
        self._followed = False

    def _set(self, change: Any) -> None:
        if self._followed or self._session.scene is None:
            return
        message: dict[str, object] = {"do": "draw"}
        if change["name"] == "view":
            message["table"] = plain(change["new"])
        else:
            changes = {f"map.{key}": plain(value) for key, value in change["new"].items()}
            message["changes"] = changes
        self._run(self._session.receive(json.dumps(message)))
