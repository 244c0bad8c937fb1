"""Other machines as a device: whatever is computed in tiles here is computed in tiles there."""

import re
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import checks
from ..bars import Bar, Silent
from ..film.layer_cache import LayerCache
from ..film.layer_store import MemoryStore
from ..film.plan import Layer, Plan
from ..film.tiles import Exposed, Job, Tile
from ..frame import Arithmetic
from ..kernel.elsewhere import Submits, Where, openers
from ..kernel.launch import Progress, source
from ..kernel.outcome import Outcome
from ..kernel.points import Patch
from ..maps.base import Map
from ..scenes.scene import Scene
from ..window import Window
from .crew import Crew
from .dispatch import Answer, Dispatch
from .engines import ADDRESS, client, engine_of
from .message import layer_table, plain
from .tasks import ColumnsTask, OrbitsTask, PictureTask, Task, TileTask

FIRST_STEPS = 2e8  # of a tile, until it is known how fast workers are: a second of a core, or so
TILE_SECONDS = 2.0  # that a tile should take, of a worker of middling speed
LEAST_SECONDS, MOST_SECONDS = 0.1, 60.0  # that it may take, of the slowest worker at most
OWN_SHARE = 0.5  # of its time that this process may spend on answers
KEPT = 8  # clusters of executors that were devices lately
PARTS_EACH = 2  # of orbits and diagrams, for each that workers compute at a time


class Cluster:
    """Workers on other machines, or other processes on this one, as a device.

    Every function that takes a device and computes windows, films, orbits, densities or orbit
    diagrams takes a Cluster. The results are the same bits as on one machine: workers whose
    library is of other sources, or whose answers are wrong, are left out with a warning.

    Args:
        workers: the address of Dask's scheduler, such as "tcp://host:8786"; a Client of Dask's; or
            any executor with concurrent.futures' submit().
        verify: the share of tiles that a second worker computes as well, from 0 to 1. Where two
            answers differ, this machine decides.
        device: what each worker computes with, "auto", "cpu" or "cuda".
        threads: of each worker's CPU, for one tile; 0 for its cores, divided by the tiles that it
            computes at a time.

    Raises:
        ValueError: a bad value. DeviceError: the workers cannot be reached.
    """

    def __init__(
        self,
        workers: str | Submits,
        *,
        verify: float = 0.0,
        device: str = "auto",
        threads: int = 0,
    ) -> None:
        self._verify = checks.number("verify", verify, minimum=0)
        if self._verify > 1:
            raise ValueError(f"verify must be a share from 0 to 1, not {verify!r}")
        threads = checks.integer("threads", threads, minimum=0)
        if not re.fullmatch(r"auto|cpu|cuda(:[\d,]+)?", device):
            raise ValueError(f'device must be "auto", "cpu" or "cuda" of a worker, not {device!r}')
        if isinstance(workers, str):
            workers = client(workers)
        self._engine = engine_of(workers)
        self._where = {"device": device, "threads": threads}
        self.crew = Crew()

    def __str__(self) -> str:
        seen = len(self.crew.rates)
        return f"{self._engine}{f', {seen} workers' if seen else ''}"

    def tiles(self, jobs: Iterator[Job | None], shown: Bar) -> Iterator[Tile | Exposed]:
        """The tiles of some jobs; see film.tiles.Tiler."""
        dispatch = self._dispatch()
        cutting = _Cutting(self, dispatch)
        for answer in dispatch.answers(cutting.tasks(jobs)):
            if isinstance(answer, Exposed):
                yield answer
                continue
            task, stored = answer.task, answer.result
            self.crew.note_share(stored.steps, task.job.layer.max_steps * len(task.part))
            shown.total = shown.n + stored.steps + dispatch.steps_under_way + cutting.later
            shown.set_postfix_str(self.crew.describe(self.slots), refresh=False)
            shown.update(stored.steps)
            yield Tile(task.job, task.part, stored, answer.worker)

    def outcome(
        self,
        system: Map,
        patch: Patch,
        max_steps: int,
        wanted: Collection[str],
        arithmetic: Arithmetic,
        progress: Callable[[Progress], object] | None,
    ) -> Outcome:
        """What becomes of a patch's points; see kernel.elsewhere.Elsewhere."""
        layer = Layer("frame-00000", system, patch, max_steps, 0, arithmetic)
        planned = Plan((), (layer,), (), keyframes=False)
        cache = LayerCache(MemoryStore(), planned, wanted, self)
        cache.complete(lambda total, *_: _Told(total, patch.size, progress), lambda: None)
        return cache.load(0).reshape(patch.shape)

    def follow(
        self,
        system: Any,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        steps: int,
        points: NDArray[np.float64] | None,
        visits: NDArray[np.int64] | None,
        window: Window | None,
        progress: Callable[[Progress], object] | None,
    ) -> None:
        """Takes orbits so many steps on; see kernel.elsewhere.Elsewhere."""
        starts = {"x": x.copy(), "y": y.copy()}
        tasks = []
        for part in self._parts(x.size):
            of_part = {axis: array[part] for axis, array in starts.items()}
            tasks.append(OrbitsTask(system, part, of_part, steps, points is not None, window))
        counted = 0 if visits is None else np.zeros_like(visits)
        for answer in self._all(tasks, progress, together=True):
            if isinstance(answer, Exposed):
                counted *= 0
                continue
            arrays, part = answer.result, answer.task.places
            x[part], y[part] = arrays["x"], arrays["y"]
            if points is not None:
                points[part] = arrays["points"]
            if visits is not None:
                counted += arrays["visits"]
        if visits is not None:
            visits += counted

    def columns(
        self,
        arguments: dict[str, Any],
        values: list[float],
        progress: Callable[[Progress], object] | None,
    ) -> NDArray[np.int64]:
        """An orbit diagram's columns; see kernel.elsewhere.Elsewhere."""
        parts = self._parts(len(values))
        tasks = [ColumnsTask(arguments, values[part], part.start) for part in parts]
        picture = np.zeros((arguments["window"].shape[0], len(values)), np.int64)
        for answer in self._all(tasks, progress):
            if not isinstance(answer, Exposed):
                first, counts = answer.task.first, answer.result["counts"]
                picture[:, first : first + counts.shape[1]] = counts
        return picture

    def pictures(
        self, frames: Sequence[tuple[Scene, int]]
    ) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Frames of scenes, each by its place among them, in the order in which they are drawn."""
        tasks = [PictureTask(scene, i, place) for place, (scene, i) in enumerate(frames)]
        for answer in self._all(tasks, None):
            if not isinstance(answer, Exposed):
                yield answer.task.place, answer.result["rgb"]

    @property
    def slots(self) -> int:
        """How many tiles the workers compute at a time."""
        return self._engine.slots(self.crew.out.keys())

    def _dispatch(self) -> Dispatch:
        return Dispatch(self._engine, self.crew, self._verify, self._where)

    def _parts(self, count: int) -> list[slice]:
        """So many things in slices, some for each worker."""
        parts = min(count, max(1, PARTS_EACH * self.slots))
        ends = np.linspace(0, count, parts + 1).round().astype(int).tolist()
        return [slice(start, stop) for start, stop in zip(ends, ends[1:], strict=False)]

    def _all(
        self,
        tasks: Sequence[Task],
        progress: Callable[[Progress], object] | None,
        together: bool = False,
    ) -> Iterator[Answer[Any] | Exposed]:
        """The answers to tasks; those of a worker that is exposed come again, from another, or all
        of them, where they are added `together`."""
        waiting, given = deque(tasks), dict[str, list[Task]]()
        done = steps = 0

        def handed_out() -> Iterator[Task | None]:
            while done < len(tasks):
                yield waiting.popleft() if waiting else None

        while done < len(tasks):
            for answer in self._dispatch().answers(handed_out()):
                if isinstance(answer, Exposed):
                    for name in list(given) if together else [answer.worker]:
                        again = given.pop(name, [])
                        waiting.extend(again)
                        done -= len(again)
                else:
                    given.setdefault(answer.worker, []).append(answer.task)
                    done, steps = done + 1, steps + int(answer.task.steps)
                    if progress:
                        progress(Progress(done, len(tasks), steps))
                yield answer


class _Cutting:
    """Cuts jobs into tiles for as long as workers should take, by what they have been seen to do.

    Attributes:
        later: steps that are expected of what has not been cut yet.
    """

    def __init__(self, cluster: Cluster, dispatch: Dispatch) -> None:
        self._cluster, self._dispatch = cluster, dispatch
        self.later = 0.0

    def tasks(self, jobs: Iterator[Job | None]) -> Iterator[TileTask | None]:
        for job in jobs:
            if job is None:
                yield None
                continue
            layer, at = plain(layer_table(job.layer)), job.part.start
            layer["source"] = source(job.layer.map, "cpu")
            layer["deepest"] = job.deepest and plain(layer_table(job.deepest))
            while at < job.part.stop:
                share = self._cluster.crew.share or job.share
                each = max(share * job.layer.max_steps, 1.0)
                left = each * (job.part.stop - at) + job.later
                size = max(1, int(self._steps(left) / each))
                part = range(at, min(at + size, job.part.stop))
                at = part.stop
                self.later = max(left - each * len(part), 0.0)
                yield TileTask(job, part, layer, each * len(part))

    def _steps(self, left: float) -> float:
        """Of the next tile: towards the end ever fewer, so that all workers end together."""
        pace, slots = self._cluster.crew.pace, max(1, self._cluster.slots)
        shared_out = left / (2 * slots)
        if pace is None:
            return min(FIRST_STEPS, max(shared_out, FIRST_STEPS * LEAST_SECONDS))
        own = self._dispatch.own_seconds * slots / OWN_SHARE
        seconds = min(max(TILE_SECONDS, own), MOST_SECONDS)
        wanted = min(pace.mean * seconds, pace.slowest * MOST_SECONDS, shared_out)
        return max(wanted, pace.mean * LEAST_SECONDS)


class _Told(Silent):
    """A bar that tells a caller's progress of points, as far as steps say how many there are."""

    def __init__(
        self, total: float, points: int, progress: Callable[[Progress], object] | None
    ) -> None:
        super().__init__(total)
        self._points, self._progress = points, progress

    def update(self, n: float) -> None:
        super().update(n)
        if self._progress:
            done = min(1.0, self.n / max(self.total, 1.0))
            self._progress(Progress(int(done * self._points), self._points, int(self.n)))


@lru_cache(maxsize=KEPT)
def _kept(submits: Any) -> Cluster:
    """Of what has submit(): what has been seen of its workers is of use the next time."""
    return Cluster(submits)


def cluster_of(device: Where) -> Cluster | None:
    """The cluster that a device means: an address, or what has submit(); None for all else."""
    if isinstance(device, str):
        return _kept(client(device)) if re.match(ADDRESS, device) else None
    submits: Any = device
    return _kept(submits) if hasattr(submits, "submit") else None


openers.append(cluster_of)
