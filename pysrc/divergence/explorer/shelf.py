"""What the explorer keeps in its folder from one run to the next: named places, and small pictures
of scenes. Films keep themselves there, and so does its address."""

import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from .. import checks, files
from ..film import still
from ..scenes.scene import Scene
from .opened import fitted
from .painter import GivenUpError, Painter

PLACES, THUMBNAILS = "places.json", "thumbnails"
MOST_PLACES = 500
LONGEST_NAME = 80
THUMBNAIL_SHAPE = (60, 96)
THUMBNAIL_SECONDS = 1.5  # after which it stays as coarse as it is
SLOW_FIGURES = (
    *("back-against-forward", "bodies", "box-count", "comparison", "error-against-work"),
    "swept-diagram",
)


class Shelf:
    """The folder; made when there is something to keep.

    Args:
        folder: where.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def places(self) -> dict[str, str]:
        """Scenes as TOML by the names that they were given, in the order in which they were."""
        table = self._table(PLACES)
        return {name: text for name, text in table.items() if isinstance(text, str)}

    def keep_place(self, name: str, scene: Scene) -> None:
        """Names a scene. ValueError: the name will not do, or there are too many."""
        if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
            raise ValueError(f"name must be one line of 1 to {LONGEST_NAME} letters")
        with self._lock:
            places = self.places()
            places.pop(name, None)
            if len(places) >= MOST_PLACES:
                raise ValueError(f"{MOST_PLACES} places have names already")
            self._write(PLACES, places | {name: scene.dumps()})

    def forget_place(self, name: str) -> None:
        """Takes a name away. ValueError: there is none."""
        with self._lock:
            places = self.places()
            del places[checks.known("place", name, places)]
            self._write(PLACES, places)

    def place(self, name: str) -> Scene:
        """The scene of a name. ValueError: there is none."""
        places = self.places()
        return Scene.loads(places[checks.known("place", name, places)], "explored", name)

    def thumbnail(self, scene: Scene, given_up: threading.Event, device: str = "auto") -> bytes:
        """A small PNG of a scene's middle frame, as it is after a second or so; b"" of figures that
        take longer, which cannot be cut short. It is drawn once."""
        digest = hashlib.sha256(scene.dumps().encode()).hexdigest()[:16]
        path = self._folder / THUMBNAILS / f"{digest}.png"
        with contextlib.suppress(OSError):
            return path.read_bytes()
        middle = scene.still(scene.frames // 2)
        rgb = None
        if middle.figure.get("kind") in SLOW_FIGURES:
            return b""
        if middle.figure or middle.overlay:
            rgb = still.draw(middle.resized(max(THUMBNAIL_SHAPE)), device=device)
        else:
            until = time.monotonic() + THUMBNAIL_SECONDS
            with contextlib.suppress(GivenUpError):
                for picture in Painter(device).draw(fitted(middle, THUMBNAIL_SHAPE), given_up):
                    rgb = picture.rgb
                    if time.monotonic() > until:
                        break
        if rgb is None or given_up.is_set():
            return b""
        data = still.png(rgb)
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, data)
        return data

    def _table(self, name: str) -> dict[str, object]:
        try:
            table = json.loads((self._folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return table if isinstance(table, dict) else {}

    def _write(self, name: str, table: Mapping[str, object]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        files.write(self._folder / name, (json.dumps(table, indent=2) + "\n").encode())
