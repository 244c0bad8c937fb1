"""The server of the explorer: a page, its files, and one WebSocket for every view.

It listens on the loopback address alone. The page's address holds a token that nobody else knows;
a request without it, or that a page of another origin makes, is refused.
"""

import asyncio
import secrets
import socket
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

from ..errors import DivergenceError
from ..film import still
from ..scenes.scene import Scene, groups
from .films import Films
from .opened import checked
from .session import Session

PAGE = Path(__file__).resolve().parent / "page"
HOST = "127.0.0.1"
MOST_VIEWS = 32
MOST_BYTES = 8_000_000  # of a message: a picture with a scene inside
POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self'; style-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def application(token: str, *, device: str = "auto", films: Films | None = None) -> Starlette:
    """The explorer as an ASGI application, for whoever knows the token.

    Args:
        token: that every address holds.
        device: as of times().
        films: those that the page can ask for; none by default.
    """
    views: set[WebSocket] = set()

    async def page(request: Request) -> Response:
        if not _welcome(request, token):
            return _refusal()
        return FileResponse(PAGE / "index.html", headers={"Content-Security-Policy": POLICY})

    async def scenes(request: Request) -> Response:
        if not _welcome(request, token):
            return _refusal()
        rows = [
            {"name": s.name, "title": s.title, "look_for": s.look_for, "group": group}
            for group, found in groups().items()
            for s in found
        ]
        return JSONResponse(rows)

    async def picture(request: Request) -> Response:
        """A scene as a PNG that carries it."""
        if not _welcome(request, token):
            return _refusal()
        try:
            scene = Scene.loads(request.query_params.get("scene", ""), "explored", "the scene")
            shape = [int(part) for part in request.query_params.get("shape", "").split("x")]
            scene = checked(scene, shape).still(0)
            rgb = await asyncio.to_thread(still.draw, scene, device=device)
        except (ValueError, DivergenceError) as error:
            return PlainTextResponse(str(error), 400)
        return Response(still.png(rgb, scene.dumps()), media_type="image/png")

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

        session = Session(send, device, films)
        try:
            while True:
                await session.receive(await socket.receive_text())
        except (WebSocketDisconnect, KeyError):  # KeyError: bytes where a text was due
            pass
        finally:
            views.discard(socket)
            await session.close()

    return Starlette(
        routes=[
            Route("/", page),
            Route("/scenes", scenes),
            Route("/picture", picture),
            Route("/film/{name}", film),
            WebSocketRoute("/view", view),
            Mount("/page", StaticFiles(directory=PAGE)),
        ]
    )


def serve(
    *,
    port: int = 0,
    scene: str = "",
    device: str = "auto",
    folder: Path,
    ready: Callable[[str], object] = print,
) -> None:
    """Serves the explorer until Ctrl-C.

    Args:
        port: to listen at; 0 for any that is free.
        scene: to open first, a name.
        device: as of times().
        folder: where the films lie that the page asks for.
        ready: called with the page's address when it can be opened.

    Raises:
        OSError: the port is taken.
    """
    token = secrets.token_urlsafe(16)
    films = Films(folder, device)
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((HOST, port))
    address = f"http://{HOST}:{listening.getsockname()[1]}/?token={token}"
    configuration = uvicorn.Config(
        application(token, device=device, films=films),
        log_level="error",
        ws_max_size=MOST_BYTES,
        timeout_graceful_shutdown=1,
        ws="websockets-sansio",
    )
    listening.listen(64)  # so that the page can be asked for before the server takes it up
    ready(f"{address}#scene={scene}" if scene else address)
    try:
        uvicorn.Server(configuration).run(sockets=[listening])
    finally:
        films.close()


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
