"""The server of the explorer: a page, its files, and one WebSocket for every view.

It listens on the loopback address alone. The page's address holds a token that nobody else knows;
a request without it, or that a page of another origin makes, is refused.
"""

import asyncio
import logging
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from .. import checks
from ..errors import DivergenceError
from ..scenes.scene import Scene, groups, names
from .address import HOST, Address
from .controls import colours
from .films import Films
from .home import TAKEN_HOME, taken_home
from .opened import MOST_PICTURE_PIXELS, checked
from .painter import GivenUpError
from .session import Session
from .shelf import Shelf

PAGE = Path(__file__).resolve().parent / "page"
MOST_VIEWS = 32
MOST_BYTES = 8_000_000  # of a message: a picture with a scene inside
POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self'; style-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def application(
    token: str, *, device: str = "auto", films: Films | None = None, shelf: Shelf | None = None
) -> Starlette:
    """The explorer as an ASGI application, for whoever knows the token.

    Args:
        token: that every address holds.
        device: as of times().
        films: those that the page can ask for; none by default.
        shelf: where places, and pictures of scenes, are kept; nowhere by default.
    """
    views: set[WebSocket] = set()
    one_by_one = asyncio.Semaphore(1)  # of thumbnails

    async def page(request: Request) -> Response:
        if not _welcome(request, token):
            return _refusal()
        headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
        return FileResponse(PAGE / "index.html", headers=headers)

    async def scenes(request: Request) -> Response:
        if not _welcome(request, token):
            return _refusal()
        found = await asyncio.to_thread(groups)
        rows = [
            {"name": s.name, "title": s.title, "look_for": s.look_for, "group": group}
            for group, scenes in found.items()
            for s in scenes
        ]
        return JSONResponse(rows)

    async def picture(request: Request) -> Response:
        """A scene to take home: a PNG that carries it, or its times."""
        if not _welcome(request, token):
            return _refusal()
        asked = request.query_params
        try:
            scene = Scene.loads(asked.get("scene", ""), "explored", "the scene")
            shape = [int(part) for part in asked.get("shape", "").split("x")]
            scene = checked(scene, shape, MOST_PICTURE_PIXELS).still(0)
            kind = checks.choice("kind", asked.get("kind", "png"), TAKEN_HOME)
            data = await _alive(request, lambda given_up: taken_home(scene, kind, device, given_up))
        except (ValueError, DivergenceError, MemoryError) as error:
            return PlainTextResponse(str(error) or "not enough memory", 400)
        return Response(data, media_type=TAKEN_HOME[kind])

    async def thumbnail(request: Request) -> Response:
        """A small picture of a scene, where one is drawn quickly."""
        if not _welcome(request, token):
            return _refusal()
        name = request.path_params["name"]
        if shelf is None or name not in names():
            return PlainTextResponse("no such scene", 404)
        scene = Scene.load(name)
        async with one_by_one:
            try:
                data = await _alive(request, lambda stop: shelf.thumbnail(scene, stop, device))
            except (ValueError, DivergenceError, MemoryError):
                data = b""
        if not data:
            return Response(status_code=204)
        return Response(data, media_type="image/png", headers={"Cache-Control": "max-age=86400"})

    async def film(request: Request) -> Response:
        """A complete film."""
        if not _welcome(request, token):
            return _refusal()
        path = films.path(request.path_params["name"]) if films else None
        return FileResponse(path) if path else PlainTextResponse("no such film", 404)

    async def view(socket: WebSocket) -> None:
        if not _welcome(socket, token) or len(views) >= MOST_VIEWS:
            await socket.close(1008)
            return
        await socket.accept()
        views.add(socket)
        sending = asyncio.Lock()

        async def send(data: str | bytes) -> None:
            async with sending:
                with suppress(WebSocketDisconnect, RuntimeError):  # the page has gone
                    if isinstance(data, str):
                        await socket.send_text(data)
                    else:
                        await socket.send_bytes(data)

        session = Session(send, device, films, shelf)
        try:
            while isinstance(text := (await socket.receive()).get("text"), str):
                await session.receive(text)  # until the page leaves, or sends bytes
        finally:
            views.discard(socket)
            await session.close()

    return Starlette(
        routes=[
            Route("/", page),
            Route("/scenes", scenes),
            Route("/picture", picture),
            Route("/thumbnail/{name}", thumbnail),
            Route("/film/{name}", film),
            WebSocketRoute("/view", view),
            Mount("/page", StaticFiles(directory=PAGE)),
        ]
    )


def serve(address: Address, *, device: str = "auto", folder: Path) -> None:
    """Serves the explorer until Ctrl-C.

    Args:
        address: to serve at.
        device: as of times().
        folder: where films lie that the page asks for, and what it keeps: see Shelf.
    """
    films = Films(folder, device)
    configuration = uvicorn.Config(
        application(address.token, device=device, films=films, shelf=Shelf(folder)),
        log_level="error",
        ws_max_size=MOST_BYTES,
        timeout_graceful_shutdown=1,
        ws="websockets-sansio",
    )
    threading.Thread(target=colours, daemon=True).start()  # loads Matplotlib meanwhile
    logging.getLogger("uvicorn.error").addFilter(_worth_telling)
    try:
        uvicorn.Server(configuration).run(sockets=[address.listening])
    finally:
        films.close()


def _worth_telling(record: logging.LogRecord) -> bool:
    """Whether a line of the log is more than that a stop has cut off what was asked for."""
    cut_off = record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cut_off and not record.getMessage().startswith("Cancel ")


async def _alive(request: Request, work: Callable[[threading.Event], bytes]) -> bytes:
    """What some work gives, which is given up when who asked for it has gone, or the server ends;
    b"" then."""
    given_up = threading.Event()
    task = asyncio.create_task(asyncio.to_thread(work, given_up))
    try:
        while not (await asyncio.wait([task], timeout=0.5))[0]:
            if await request.is_disconnected():
                given_up.set()
        return task.result()
    except GivenUpError:
        return b""
    finally:
        given_up.set()


def _welcome(request: HTTPConnection, token: str) -> bool:
    """Whether a request comes from our own page: the token, a loopback host, no other origin."""
    host = request.headers.get("host", "")
    if host.rsplit(":", 1)[0] not in (HOST, "localhost", "testserver"):
        return False
    origin = request.headers.get("origin")
    if origin is not None and origin != f"http://{host}":
        return False
    return secrets.compare_digest(request.query_params.get("token", "").encode(), token.encode())


def _refusal() -> Response:
    return PlainTextResponse("this page wants the address that the explorer printed", 403)
