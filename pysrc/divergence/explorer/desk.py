"""What a page asks for that outlives its view: films, named places, and palettes."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping

from .. import checks, palettes
from ..colormaps import check_colormap
from ..scenes.scene import Scene
from .controls import plain
from .films import Films
from .keyframes import through
from .messages import Message, table_in, text
from .opened import fitted, stops_of
from .shelf import Shelf

Tell = Callable[[Mapping[str, object]], Coroutine[None, None, None]]


class Desk:
    """Answers such messages.

    Args:
        tell: takes the answers.
        opened: gives the scene that is shown. ValueError: none is.
        films: that the page can ask for; none by default.
        shelf: what it can keep by name; nothing by default.

    Attributes:
        does: what to do with a message, by its "do".
    """

    def __init__(
        self, tell: Tell, opened: Callable[[], Scene], films: Films | None, shelf: Shelf | None
    ) -> None:
        self._tell, self._opened = tell, opened
        self._films, self._shelf = films, shelf
        self.does: dict[str, Callable[[Message], Coroutine[None, None, None]]] = {
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

    def _filmed(self, message: Message) -> Scene:
        """The film through the views of a message; or the scene, if it is a film."""
        scene = self._opened()
        form = {
            f"film.{key}": text(message, key) for key in ("format", "codec") if message.get(key)
        }
        if "views" in message:
            tables = message["views"]
            if not isinstance(tables, list):
                raise ValueError("views must be a list of tables")
            frames = checks.integer("frames", message.get("frames", 120), minimum=2)
            fps = checks.number("fps", message.get("fps", 30), positive=True)
            shape = scene.frame(0).window.shape
            views = [fitted(Scene.of(table_in(table)).still(0), shape) for table in tables]
            scene = through(views, frames, fps)
        elif scene.frames == 1:
            raise ValueError(
                "mark a view, go on to another, and mark that: a film goes through them"
            )
        return scene.with_values(form) if form else scene

    async def _preview(self, message: Message) -> None:
        """The table of a film, whose frames the page then draws, small."""
        await self._tell({"is": "preview", "table": plain(self._filmed(message).table())})

    async def _film(self, message: Message) -> None:
        """Puts a film into the queue."""
        if self._films is None:
            raise ValueError("no films are made here")
        self._films.add(self._filmed(message))
        await self._tell_films(message)

    async def _tell_films(self, message: Message) -> None:
        films = self._films.tables() if self._films else []
        await self._tell({"is": "films", "films": films})

    async def _pause(self, message: Message) -> None:
        if self._films is not None:
            act = self._films.pause if message.get("do") == "pause" else self._films.resume
            await asyncio.to_thread(act, text(message, "name"))
        await self._tell_films(message)

    def place(self, name: str) -> Scene:
        """The scene of a name. ValueError: there is none."""
        return self._kept().place(name)

    def _kept(self) -> Shelf:
        if self._shelf is None:
            raise ValueError("nothing is kept here")
        return self._shelf

    async def _tell_places(self, message: Message) -> None:
        places = list(self._shelf.places()) if self._shelf else []
        await self._tell({"is": "places", "places": places})

    async def _keep_place(self, message: Message) -> None:
        name = text(message, "name")
        if message.get("do") == "keep place":
            self._kept().keep_place(name, self._opened())
        else:
            self._kept().forget_place(name)
        await self._tell_places(message)

    async def _tell_palettes(self, message: Message) -> None:
        found = {name: palettes.kept(name) for name in palettes.names()}
        await self._tell({"is": "palettes", "palettes": found})

    async def _read_palette(self, message: Message) -> None:
        """Those in the text of a file, which the page has read."""
        suffix = f".{text(message, 'file').rpartition('.')[2].lower()}"
        found = palettes.parsed(text(message, "text"), suffix)
        for palette in found:
            check_colormap("palette", palette.text)
        await self._tell({"is": "found palettes", "palettes": [p._asdict() for p in found]})

    async def _keep_palette(self, message: Message) -> None:
        colours = text(message, "text")
        check_colormap("palette", colours)
        await asyncio.to_thread(palettes.keep, text(message, "name"), colours)
        await self._tell_palettes(message)

    async def _palette_of(self, message: Message) -> None:
        """The colours of a colormap as stops that can be edited."""
        await self._tell({"is": "stops", "stops": stops_of(text(message, "colormap"))})
