"""Films that the page has asked for: made one after another in the background, and resumed.

Each lies in a folder of its own, which is its state; so what a server that was stopped has left is
found again, paused.
"""

import re
import threading
from collections import deque
from pathlib import Path

from .. import checks
from ..errors import DivergenceError
from ..film import render
from ..film.folder import SCENE
from ..scenes.scene import Scene
from .watched import Watched

MOST_WAITING = 20
MOST_FRAMES = 5_000
STATES = ("waiting", "running", "paused", "complete", "failed")


class Film:
    """One film.

    Attributes:
        name: of its folder.
        scene: what it shows.
        state: one of STATES.
        doing: "times" or "film", and `share`, 0 to 1, of that.
        text: what went wrong, or where the film is.
        stop: set to pause it.
    """

    def __init__(self, name: str, scene: Scene, state: str) -> None:
        self.name, self.scene, self.state = name, scene, state
        self.doing, self.share, self.text = "", 0.0, ""
        self.stop = threading.Event()

    def table(self) -> dict[str, object]:
        """For the page."""
        return {
            "name": self.name,
            "title": self.scene.title,
            "frames": self.scene.frames,
            "state": self.state,
            "doing": self.doing,
            "share": round(self.share, 4),
            "text": self.text,
        }


class Films:
    """The films in a folder, and a thread that makes those that wait.

    Args:
        folder: where they lie; made when there is one.
        device: see kernel.launch.How.
    """

    def __init__(self, folder: Path, device: str = "auto") -> None:
        self._folder, self._device = folder, device
        self._films: dict[str, Film] = {}
        self._waiting: deque[Film] = deque()
        self._lock = threading.Condition()
        self._ended = False
        for found in sorted(folder.glob(f"*/{SCENE}")):
            try:
                scene = Scene.load(found)
            except ValueError:
                continue  # not one of ours any more
            complete = self.path(found.parent.name) is not None
            state = "complete" if complete else "paused"
            self._films[found.parent.name] = Film(found.parent.name, scene, state)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def tables(self) -> list[dict[str, object]]:
        """All films, the latest first."""
        with self._lock:
            return [film.table() for film in reversed(self._films.values())]

    def add(self, scene: Scene) -> str:
        """Puts a film into the queue. ValueError: too many wait, or it has too many frames."""
        if scene.frames > MOST_FRAMES:
            raise ValueError(f"frames must be at most {MOST_FRAMES} here, not {scene.frames}")
        with self._lock:
            if len(self._waiting) >= MOST_WAITING:
                raise ValueError(f"{MOST_WAITING} films wait already")
            stem = re.sub(r"[^a-z0-9-]+", "-", scene.name.lower()).strip("-")[:60] or "film"
            taken = {path.name for path in self._folder.glob("*")} | set(self._films)
            name = next(n for i in range(1, 10**6) if (n := f"{stem}-{i}") not in taken)
            film = Film(name, scene, "waiting")
            self._films[name] = film
            self._waiting.append(film)
            self._lock.notify()
        return name

    def pause(self, name: str) -> None:
        """Stops a film where it is; its folder keeps what it has."""
        film = self._film(name)
        with self._lock:
            if film in self._waiting:
                self._waiting.remove(film)
                film.state = "paused"
        film.stop.set()

    def resume(self, name: str) -> None:
        """Puts a film that was paused, or that failed, into the queue again."""
        film = self._film(name)
        with self._lock:
            if film.state in ("paused", "failed"):
                film.stop.clear()
                film.state, film.text = "waiting", ""
                self._waiting.append(film)
                self._lock.notify()

    def path(self, name: str) -> Path | None:
        """Of a complete film, if there is one of this name; names are never paths."""
        if not re.fullmatch(r"[a-z0-9-]+", name):
            return None
        found = [p for p in (self._folder / name).glob("film.*") if p.suffix in (".mp4", ".webm")]
        return found[0] if found else None

    def close(self) -> None:
        """Stops the thread; a film that it was making is paused."""
        with self._lock:
            self._ended = True
            self._lock.notify()
        for film in self._films.values():
            film.stop.set()
        self._thread.join()

    def _film(self, name: str) -> Film:
        return self._films[checks.known("film", name, self._films)]

    def _work(self) -> None:
        while True:
            with self._lock:
                while not self._waiting and not self._ended:
                    self._lock.wait()
                if self._ended:
                    return
                film = self._waiting.popleft()
                film.state = "running"
            self._make(film)

    def _make(self, film: Film) -> None:
        def tell(share: float) -> None:
            film.share = share

        def bar(total: float, what: str = "", unit: str = "") -> Watched:
            film.doing, film.share = what, 0.0
            return Watched(total, film.stop, KeyboardInterrupt, tell)

        try:
            report = render.render(
                film.scene, self._folder / film.name, device=self._device, bar=bar
            )
            film.state, film.text = "complete", Path(str(report["film"])).name
        except KeyboardInterrupt:
            film.state = "paused"
        except (ValueError, OSError, MemoryError, DivergenceError) as error:
            film.state, film.text = "failed", str(error)
