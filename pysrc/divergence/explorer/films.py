"""Films that the page has asked for: made one after another in the background, and resumed.

Each lies in a folder of its own, which is its state; so what a server that was stopped has left is
found again, paused.
"""

import re
import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from .. import checks
from ..errors import DivergenceError
from ..film import render
from ..film.folder import SCENE
from ..scenes.scene import Scene

MOST_WAITING = 20
MOST_FRAMES = 5_000
STATES = ("waiting", "running", "paused", "complete", "failed")


class _Bar:
    """A progress bar that notes how far a film is, and ends the work when it is paused."""

    def __init__(self, film: "Film", total: float) -> None:
        self.n, self.total, self._film = 0.0, total, film

    def update(self, n: float) -> None:
        if self._film.stop.is_set():
            raise KeyboardInterrupt
        self.n += n
        self._film.share = self.n / self.total if self.total else 0.0

    def set_postfix_str(self, s: str) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


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
        def bar(total: float, what: str = "", unit: str = "") -> _Bar:
            film.doing, film.share = what, 0.0
            return _Bar(film, total)

        try:
            report = render.render(
                film.scene, self._folder / film.name, device=self._device, bar=bar
            )
            film.state, film.text = "complete", Path(str(report["film"])).name
        except KeyboardInterrupt:
            film.state = "paused"
        except (ValueError, OSError, MemoryError, DivergenceError) as error:
            film.state, film.text = "failed", str(error)


def between(first: Scene, last: Scene, frames: int, fps: float) -> Scene:
    """The film from one still view to another of the same map.

    The width changes by the same factor every frame; whatever else differs changes evenly. A film
    that gets narrower, or wider, keeps the centre of its narrower end, so that it zooms.

    Raises:
        ValueError: the two are not of one map, or differ in what no law can change.
    """
    if first.map.get("name") != last.map.get("name"):
        raise ValueError("a film goes from a view to another of the same map")
    changes: dict[str, Any] = {}
    widths = [float(scene.frame(0).window.width) for scene in (first, last)]
    start, end = _flat(first), _flat(last)
    values: dict[str, object] = {}
    if widths[0] != widths[1]:
        changes["window.width"] = {"geometric": widths}
        narrow = first if widths[0] < widths[1] else last
        values["window.center"] = narrow.window["center"]
    for path in sorted(end):
        a, b = start.get(path, end[path]), end[path]
        if a == b or path in ("window.width", "window.shape") or path in values:
            continue
        if path == "window.center":
            changes |= {f"{path}.{i}": {"line": [a[i], b[i]]} for i in (0, 1) if a[i] != b[i]}
        elif isinstance(a, str | bool) or isinstance(b, str | bool) or a is None or b is None:
            raise ValueError(f"{path}: no law leads from {a!r} to {b!r}")
        elif isinstance(a, tuple):
            changes |= {
                f"{path}.{i}": {"line": [a[i], b[i]]} for i in range(len(a)) if a[i] != b[i]
            }
        else:
            changes[path] = {"line": [a, b]}
    if not changes:
        raise ValueError("the two views are the same")
    laws = {f"changes.{path}": law for path, law in changes.items()}
    return first.with_values({**values, **laws, "frames": frames, "fps": fps})


def _flat(scene: Scene) -> dict[str, Any]:
    flat: dict[str, Any] = {"max_steps": scene.max_steps, "window.center": scene.window["center"]}

    def add(table: Mapping[str, object], above: str) -> None:
        for key, value in table.items():
            if isinstance(value, Mapping):
                add(value, f"{above}.{key}")
            else:
                flat[f"{above}.{key}"] = value

    add(scene.map, "map")
    return flat
