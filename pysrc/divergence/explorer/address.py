"""Where the explorer is found: a port of the loopback address, and a token that nobody else knows.

Both are those of the last run where they can be, so that what was bookmarked can be opened again.
"""

import json
import os
import secrets
import socket
from pathlib import Path
from typing import NamedTuple

from .. import files

FILE = "address.json"  # in the explorer's folder
HOST = "127.0.0.1"
LEAST_TOKEN = 22  # characters


class Address(NamedTuple):
    """An address that is listened at, so that a page waits for a server that is about to start.

    Attributes:
        listening: the socket.
        token: that every request must have.
        url: of the page.
    """

    listening: socket.socket
    token: str
    url: str


def claimed(folder: Path, port: int = 0) -> Address:
    """An address to serve at, which the folder then remembers in a file that nobody else can read.

    Args:
        folder: of the explorer; made where it is missing.
        port: 0 for that of the last run if it is free, else for any.

    Raises:
        OSError: the port is taken, or the folder cannot be written to.
    """
    last, token = remembered(folder)
    listening = bound(port or last, optional=not port)
    port = listening.getsockname()[1]
    folder.mkdir(parents=True, exist_ok=True)
    files.write(folder / FILE, (json.dumps({"port": port, "token": token}) + "\n").encode())
    os.chmod(folder / FILE, 0o600)
    listening.listen(64)
    return Address(listening, token, f"http://{HOST}:{port}/?token={token}")


def remembered(folder: Path) -> tuple[int, str]:
    """The port and the token of the last run; 0 and a new token where there was none."""
    try:
        table = json.loads((folder / FILE).read_text(encoding="utf-8"))
        port, token = table["port"], table["token"]
        known = token.isascii() and token.isprintable() and len(token) >= LEAST_TOKEN
        if known and isinstance(port, int) and 0 < port < 65536:
            return port, token
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    return 0, secrets.token_urlsafe(16)


def bound(port: int, *, optional: bool) -> socket.socket:
    """A socket at a port; at any that is free where the port is 0, or optional and taken."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError:
        if not optional:
            listening.close()
            raise
        listening.bind((HOST, 0))
    return listening
