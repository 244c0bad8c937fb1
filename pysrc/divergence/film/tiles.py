"""Layers cut into tiles, whoever computes them; and how this machine does."""

from collections.abc import Collection, Iterator
from typing import NamedTuple, Protocol

from ..bars import Bar
from ..kernel.devices import resolve
from ..kernel.elsewhere import Where
from ..kernel.launch import How, Progress
from ..kernel.outcome import Outcome
from . import reuse
from .layer_store import Stored
from .plan import Layer

TILE_STEPS = {"cpu": 4e9, "cuda": 64e9}  # pixel-steps at most: what a kill can cost, some seconds
TILE_LEAST = 4096  # points


class Job(NamedTuple):
    """Points of a layer that are to be computed, in as many tiles as it takes.

    Attributes:
        layer: which.
        part: the numbers of the points.
        known: what is known of all the layer's points, see reuse.given(); None for nothing.
        wanted: of "fates", "fractions" and "states".
        share: of their step limit that points take, as far as it is known.
        later: steps that are expected of what comes after.
        deepest: of the layers in deep arithmetic, the one whose reference serves all; None where
            this is not one of them.
    """

    layer: Layer
    part: range
    known: Outcome | None
    wanted: Collection[str]
    share: float
    later: float
    deepest: Layer | None = None

    def steps(self, part: range) -> float:
        """How many are expected of some points."""
        return self.share * self.layer.max_steps * len(part)

    def known_of(self, part: range) -> Outcome | None:
        """What is known of some points."""
        return self.known and self.known.take(slice(part.start, part.stop))


class Tile(NamedTuple):
    """What became of some points of a job, and who says so; "" for this machine."""

    job: Job
    part: range
    stored: Stored
    worker: str = ""


class Exposed(NamedTuple):
    """A worker whose tiles may be wrong: all that it has given is to be asked for again."""

    worker: str


class Tiler(Protocol):
    """Who computes tiles."""

    def tiles(self, jobs: Iterator[Job | None], shown: Bar) -> Iterator[Tile | Exposed]:
        """The tiles of some jobs, in any order. None among the jobs means that the next waits for
        tiles that are under way. The bar counts steps."""


class Here:
    """This machine, which computes jobs in their order.

    Args:
        device: see How.
        whole: in one tile each, however long they are.
    """

    def __init__(self, device: Where, whole: bool) -> None:
        self._device, self._whole = device, whole

    def tiles(self, jobs: Iterator[Job | None], shown: Bar) -> Iterator[Tile | Exposed]:
        """See Tiler."""
        for job in jobs:
            if job is None:
                continue
            for part in [job.part] if self._whole else cut(job.part, self._most(job)):
                yield Tile(job, part, self._computed(job, part, shown))

    def _most(self, job: Job) -> int:
        backend = resolve(self._device)[0].backend
        return max(TILE_LEAST, int(TILE_STEPS[backend] / job.layer.max_steps))

    def _computed(self, job: Job, part: range, shown: Bar) -> Stored:
        before, expected = shown.n, job.steps(part)
        later = job.later + job.steps(range(part.stop, job.part.stop))

        def show(now: Progress) -> None:
            shown.total = before + max(now.steps, expected) + later
            shown.update(before + now.steps - shown.n)

        how: How = {"device": self._device, "progress": show}
        return computed(job.layer, part, job.known_of(part), job.wanted, how)


def computed(
    layer: Layer, part: range, known: Outcome | None, wanted: Collection[str], how: How
) -> Stored:
    """Computes points of a layer on this machine; see reuse.completed()."""
    outcome, steps = reuse.completed(layer, part, known, wanted, how)
    if outcome.states is not None:  # those of stopped points are of no use, and take room
        outcome.states[outcome.times < layer.max_steps] = 0
    return Stored(outcome, steps)


def cut(part: range, most: int) -> list[range]:
    """A range in pieces of at most so many."""
    return [range(n, min(n + most, part.stop)) for n in range(part.start, part.stop, most)]


def gaps(parts: Collection[range], size: int) -> list[range]:
    """What parts leave of range(size)."""
    found, at = [], 0
    for part in [*sorted(parts, key=lambda part: part.start), range(size, size)]:
        found += [range(at, part.start)] if at < part.start else []
        at = max(at, part.stop)
    return found
