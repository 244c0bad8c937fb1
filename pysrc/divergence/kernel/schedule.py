"""One queue of tiles for all the devices of a call.

Each worker takes a tile, runs it, and takes the next. A worker whose device fails drops out, and
its tile goes back for another; only when none is left does the call fail. A tile that a device has
too little memory for is halved. One thread can look after every worker, since a run goes on by
itself between two polls; or each device can have its own.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import NamedTuple, Protocol

from ..errors import DeviceError, DeviceMemoryError
from .devices import Device

LOG = logging.getLogger(__name__)
POLL_SECONDS = 0.05
TILE_POINTS = 1 << 22  # at most
TILE_BYTES = 1 << 28  # on a GPU, at most
LEAST_POINTS = 1 << 10  # where a device has no memory for so many, it has none


class Run(Protocol):
    """A tile under way on a device; runs.Run is one."""

    @property
    def points(self) -> int:
        """Points that had ended at the last poll."""

    @property
    def steps(self) -> int:
        """Steps that had been taken at the last poll."""

    def poll(self, seconds: float) -> bool:
        """Waits at most so long; whether the tile is finished. DeviceError if it cannot be."""

    def release(self) -> None:
        """Stops it if it is not finished, and frees what it holds."""


Start = Callable[[Device, slice], Run]
Report = Callable[[int, int], object]


def tiles(
    points: int, workers: Sequence[Device], bytes_each: int = 0, least: int = 1 << 16
) -> list[slice]:
    """Slices that cover the points in order: one for a single worker if it is not too large, and
    enough for several workers to end at about the same time.

    Args:
        points: how many.
        workers: of whom GPUs get no more than TILE_BYTES at a time.
        bytes_each: of memory, that a point takes.
        least: points of a tile for one of several workers.
    """
    most = TILE_POINTS
    if bytes_each and workers[0].backend != "cpu":
        most = max(LEAST_POINTS, min(most, TILE_BYTES // bytes_each))
    size = points if len(workers) == 1 else max(least, -(-points // (8 * len(workers))))
    size = max(1, min(size, most))
    return [slice(start, min(start + size, points)) for start in range(0, points, size)]


def run_tiles(
    workers: Sequence[Device],
    work: Sequence[slice],
    start: Start,
    report: Report | None = None,
    *,
    thread_per_device: bool | None = None,
    spare: Device | None = None,
) -> None:
    """Runs every tile on one of the workers.

    A GPU has two tiles at a time, so that one is computed while the other is prepared or brought
    home.

    Args:
        workers: devices; the same one may be named several times.
        work: the tiles.
        start: sets a tile going on a device.
        report: called now and then with (points, steps) done so far.
        thread_per_device: a thread for each worker, not one for all; by default where there are
            several.
        spare: goes on where every worker has failed.

    Raises:
        DeviceError: every worker failed before all tiles were done.
    """
    queue = _Queue(work)
    crews = [[worker] if worker.backend == "cpu" else [worker, worker] for worker in workers]
    if thread_per_device is False:
        crews = [[worker for crew in crews for worker in crew]]
    with ThreadPoolExecutor(len(crews)) as pool:
        try:
            others = [pool.submit(_serve, crew, queue, start) for crew in crews[1:]]
            _serve(crews[0], queue, start, report)
            while wait(others, POLL_SECONDS).not_done:
                queue.tell(report)
            for crew in others:
                crew.result()
        except BaseException:
            queue.cancelled = True
            raise
    if queue.unfinished and spare is not None:
        LOG.warning("%s; %s goes on alone", queue.error, spare)
        _serve([spare], queue, start, report)
    queue.tell(report)
    if queue.unfinished:
        raise queue.error or DeviceError("there is no device to compute on")


class _Queue:
    """The tiles that wait, those that run, and a count of what is done."""

    def __init__(self, work: Sequence[slice]) -> None:
        self.waiting = deque(work)
        self.unfinished = len(work)
        self.running: list[Run] = []
        self.points = self.steps = 0
        self.error: DeviceError | None = None
        self.cancelled = False
        self._lock = threading.Lock()

    def take(self) -> slice | None:
        with self._lock:
            return self.waiting.popleft() if self.waiting else None

    def started(self, run: Run) -> None:
        with self._lock:
            self.running.append(run)

    def finished(self, run: Run) -> None:
        with self._lock:
            self.running.remove(run)
            self.points += run.points
            self.steps += run.steps
            self.unfinished -= 1

    def failed(self, run: Run | None, tile: slice, error: DeviceError) -> None:
        """Puts a tile back, whose device has failed."""
        with self._lock:
            if run is not None:
                self.running.remove(run)
            self.waiting.appendleft(tile)
            self.error = error

    def halve(self, tile: slice) -> None:
        """Puts back the halves of a tile."""
        middle = (tile.start + tile.stop) // 2
        with self._lock:
            self.waiting.extendleft((slice(middle, tile.stop), slice(tile.start, middle)))
            self.unfinished += 1

    def tell(self, report: Report | None) -> None:
        if report:
            with self._lock:
                points = self.points + sum(run.points for run in self.running)
                steps = self.steps + sum(run.steps for run in self.running)
            report(points, steps)


class _Entry(NamedTuple):
    """A tile under way."""

    worker: Device
    tile: slice
    run: Run


def _serve(crew: list[Device], queue: _Queue, start: Start, report: Report | None = None) -> None:
    """Keeps the workers of a crew busy until every tile is done, by them or by others."""
    idle = list(crew)
    busy: list[_Entry] = []
    try:
        while queue.unfinished and (idle or busy) and not queue.cancelled:
            while idle and (tile := queue.take()) is not None:
                _begin(idle, tile, busy, queue, start)
            # A single run can be waited for; of several, none may hold up another's next launch.
            patience = POLL_SECONDS if len(busy) == 1 else 0
            ended = [entry for entry in busy if _look(entry, queue, idle, patience)]
            for entry in ended:
                busy.remove(entry)
                entry.run.release()
            if not ended and not patience:
                time.sleep(POLL_SECONDS / 100)
            queue.tell(report)
    except BaseException:
        queue.cancelled = True  # or other crews would wait for the tiles that are left here
        raise
    finally:
        for entry in busy:
            entry.run.release()


def _begin(
    idle: list[Device], tile: slice, busy: list[_Entry], queue: _Queue, start: Start
) -> None:
    worker = idle.pop()
    try:
        run = start(worker, tile)
    except DeviceMemoryError as error:
        if any(entry.worker == worker for entry in busy):
            queue.failed(None, tile, error)  # and the worker's other half goes on alone
        elif tile.stop - tile.start > LEAST_POINTS:
            queue.halve(tile)
            idle.append(worker)
        else:
            _drop(worker, idle, error)
            queue.failed(None, tile, error)
    except DeviceError as error:
        _drop(worker, idle, error)
        queue.failed(None, tile, error)
    else:
        queue.started(run)
        busy.append(_Entry(worker, tile, run))


def _drop(worker: Device, idle: list[Device], error: DeviceError) -> None:
    """A device that has failed gets no other tile."""
    LOG.info("%s has failed: %s", worker, error)
    idle[:] = [other for other in idle if other != worker]


def _look(entry: _Entry, queue: _Queue, idle: list[Device], patience: float) -> bool:
    """Whether a run has ended, well or badly; a worker that fared well is idle again."""
    worker, tile, run = entry
    try:
        if not run.poll(patience):
            return False
    except DeviceError as error:
        _drop(worker, idle, error)
        queue.failed(run, tile, error)
        return True
    queue.finished(run)
    idle.append(worker)
    return True
