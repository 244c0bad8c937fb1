"""Tasks to workers and answers back: some ahead of what they can do, none lost, the doubtful twice.

This hands out and compares; it is the engine that schedules.
"""

import logging
import math
import time
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, Generic, NamedTuple, TypeVar

from ..errors import DeviceError
from ..film.tiles import Exposed
from .crew import Crew
from .engines import Engine
from .message import DAMAGED, Table, pack, unpack
from .tasks import Task

LOG = logging.getLogger(__name__)
AHEAD = 2  # requests for each that a worker computes at a time: one is under way, one waits there
LEAST_AHEAD = 2  # that wait where there is no worker, so that an engine knows to fetch some
TRIES = 5  # of a task whose worker is lost, or that an engine says has failed
LATE = 1.5  # times as long as others take, after which a task is handed out a second time
SOONEST, LATEST = 0.5, 60.0  # seconds after which that is
LOOK_SECONDS = 0.2
ALONE_SECONDS = 10.0  # without a worker, after which that is said
END: Any = object()  # of the tasks

AnyTask = TypeVar("AnyTask", bound=Task)


class Answer(NamedTuple, Generic[AnyTask]):
    """What a worker says of a task."""

    task: AnyTask
    result: Any
    worker: str


class _Asked:
    """A task that has been handed out, and what has come back."""

    def __init__(self, task: Task, request: bytes, answers_wanted: int) -> None:
        self.task, self.request, self.answers_wanted = task, request, answers_wanted
        self.answers: list[tuple[str, Any]] = []
        self.under_way = self.failures = 0
        self.since = 0.0

    @property
    def is_settled(self) -> bool:
        return len(self.answers) >= self.answers_wanted


class Dispatch:
    """Hands tasks to an engine.

    Args:
        engine: whose workers they are for.
        crew: what is known of these; it goes on from one dispatch to the next.
        verify: the share of tasks that a second worker does as well, 0 to 1.
        where: what every request says besides: "device" and "threads".

    Attributes:
        own_seconds: of this process's, that an answer took on the average.
        steps_under_way: that are expected of the tasks without an answer.
    """

    def __init__(self, engine: Engine, crew: Crew, verify: float, where: Table) -> None:
        self._engine, self._crew, self._verify, self._where = engine, crew, verify, where
        self._landed: SimpleQueue[Future[bytes]] = SimpleQueue()
        self._flying: dict[Future[bytes], _Asked] = {}
        self._open: set[_Asked] = set()
        self._again: deque[_Asked] = deque()
        self._seen = time.monotonic()  # when there was a worker last
        self._began, self._waited, self._answers = time.monotonic(), 0.0, 0
        self.steps_under_way = 0.0

    @property
    def own_seconds(self) -> float:
        busy = time.monotonic() - self._began - self._waited
        return busy / self._answers if self._answers else 0.0

    def answers(self, tasks: Iterator[AnyTask | None]) -> Iterator[Answer[AnyTask] | Exposed]:
        """The answers to tasks, in the order in which they come.

        Args:
            tasks: asked for as workers become free; None for none at the moment.

        Raises:
            DeviceError: no worker is left that can be trusted, or the engine is gone.
        """
        self._more = True
        try:
            while self._more or self._open:
                idle = not self._fill(tasks)
                self._hand_out_again(idle)
                yield from self._look()
        finally:
            for future in list(self._flying):
                future.cancel()

    def _fill(self, tasks: Iterator[Any]) -> bool:
        """Hands out as many tasks as there is room for; whether there were as many."""
        room = max(LEAST_AHEAD, AHEAD * self._slots())
        while self._more and len(self._flying) < room:
            task = next(tasks, END)
            self._more = task is not END
            if task is None or not self._more:
                return False
            asks, arrays = task.asks()
            request = pack(asks | self._where, arrays)
            twice = task.exact and zlib.crc32(request) < self._verify * 2**32
            asked = _Asked(task, request, 2 if twice else 1)
            self._open.add(asked)
            self.steps_under_way += task.steps
            self._send(asked)
        return self._more

    def _slots(self) -> int:
        """How many requests workers compute at a time, who are not left out."""
        slots, now = self._engine.slots(self._crew.out.keys()), time.monotonic()
        if slots:
            self._seen = now
        elif now - self._seen > ALONE_SECONDS:
            LOG.warning("%s has no workers yet: this waits for some", self._engine)
            self._seen = math.inf
        return slots

    def _send(self, asked: _Asked) -> None:
        but = set(self._crew.out)
        elsewhere = but.union(worker for worker, _ in asked.answers)
        if self._engine.slots(elsewhere):
            but = elsewhere
        asked.since = time.monotonic()
        asked.under_way += 1
        future = self._engine.submit(asked.request, but)
        self._flying[future] = asked
        future.add_done_callback(self._landed.put)

    def _hand_out_again(self, idle: bool) -> None:
        """What was lost; and, while workers idle, what takes long, to another worker as well."""
        while self._again:
            self._send(self._again.popleft())
        if not idle or len(self._flying) >= self._slots():
            return
        late = self._crew.wait
        patience = LATEST if late is None else min(max(SOONEST, LATE * late), LATEST)
        now = time.monotonic()
        for asked in self._open:
            if asked.under_way == 1 and now - asked.since > patience:
                self._send(asked)
                return

    def _look(self) -> Iterator[Any]:
        """Waits a moment for an answer, and tells what has come of all that are there."""
        began = time.monotonic()
        try:
            landed = [self._landed.get(timeout=LOOK_SECONDS)]
        except Empty:
            landed = []
        self._waited += time.monotonic() - began
        while not self._landed.empty():
            landed.append(self._landed.get())
        for future in landed:
            asked = self._flying.pop(future, None)
            if asked is not None:
                asked.under_way -= 1
                yield from self._take(asked, future)

    def _take(self, asked: _Asked, future: Future[bytes]) -> Iterator[Any]:
        message = self._message(asked, future)
        if message is None:
            self._put_back(asked)
            return
        try:
            told, arrays = unpack(message)
            worker, seconds = str(told["worker"]), float(told["seconds"])
        except DAMAGED as error:
            self._failed(asked, f"an answer that cannot be read ({error})")
            return
        if worker in self._crew.out:
            self._put_back(asked)
        elif "refused" in told:
            self._crew.leave_out(worker, told["refused"])
            self._put_back(asked)
            self._check_crew(worker)
        else:
            try:
                result = asked.task.read(told, arrays)
            except DAMAGED as error:
                yield from self._expose(worker, f"its answer is none: {error}")
                self._put_back(asked)
                return
            wait = time.monotonic() - asked.since
            self._crew.note(worker, float(told["steps"]), seconds, wait)
            self._answers += 1
            yield from self._compare(asked, worker, result)

    def _message(self, asked: _Asked, future: Future[bytes]) -> bytes | None:
        """What has come back; None if the engine has lost it, or been started anew meanwhile."""
        if future.cancelled():
            return None
        if (error := future.exception()) is None:
            return future.result()
        self._failed(asked, f"{type(error).__name__}: {error}")
        return None

    def _failed(self, asked: _Asked, reason: str) -> None:
        asked.failures += 1
        if asked.failures >= TRIES and not asked.is_settled:
            raise DeviceError(f"{self._engine}: {reason}")
        self._put_back(asked)

    def _put_back(self, asked: _Asked) -> None:
        """Has a task that has no answer handed out again."""
        if not asked.is_settled and not asked.under_way and asked not in self._again:
            self._again.append(asked)

    def _compare(self, asked: _Asked, worker: str, result: Any) -> Iterator[Any]:
        """The first answer counts; a second one is held against it."""
        asked.answers.append((worker, result))
        if asked.is_settled:
            self._open.discard(asked)
        if len(asked.answers) == 1:
            self.steps_under_way -= asked.task.steps
            yield Answer(asked.task, result, worker)
            self._put_back(asked)
            return
        (first, earlier), *_ = asked.answers
        task = asked.task
        if not task.exact or task.alike(earlier, result):
            return
        for name, is_true in zip((first, worker), task.true(earlier, result), strict=True):
            if not is_true and name not in self._crew.out:
                said = "what it computed is not what another worker and this machine compute"
                yield from self._expose(name, said)

    def _expose(self, worker: str, reason: str) -> Iterator[Exposed]:
        self._crew.leave_out(worker, f"{reason}: bad memory, or a wrong build")
        yield Exposed(worker)
        self._check_crew(worker)

    def _check_crew(self, worker: str) -> None:
        """DeviceError: a worker that is left out cannot be, or was the last."""
        reason = self._crew.out[worker]
        if not self._engine.names_workers:
            raise DeviceError(f"worker {worker}: {reason}; without it, the same call goes on")
        if not self._slots():
            raise DeviceError(f"no worker is left; {worker}: {reason}")
