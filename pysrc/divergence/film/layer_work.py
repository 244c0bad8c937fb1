"""The layers of a film that are being computed: what to compute next, and what came of it."""

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from ..checks import decimal
from ..kernel.launch import source
from ..kernel.outcome import Outcome
from . import reuse
from .keeper import Keeper
from .layer_store import Stored
from .plan import Layer
from .tiles import Job, Tile, gaps

if TYPE_CHECKING:
    from .layer_cache import LayerCache

EXPECTED_SHARE = 0.7  # of its step limit that a point takes, until some layers are known
OPTIONAL = {"fates", "fractions"}  # that some colourings want


class LayerWork:
    """Some layers of a cache that are to be computed.

    Attributes:
        last: what became of the points of the layer that was finished last.
    """

    last: Outcome

    def __init__(self, cache: "LayerCache", numbers: Sequence[int], keeper: Keeper) -> None:
        self._cache, self._keeper = cache, keeper
        self._waiting = deque(numbers)
        self._begun: dict[int, _Begun] = {}
        self._again: deque[Job] = deque()
        self._workers: dict[int, set[str]] = {}  # who has computed a layer, by its number
        plan = cache.plan
        self._donors = {} if plan.keyframes else reuse.donors(plan.layers)
        self._resumed = {
            donor
            for number, donor in self._donors.items()
            if plan.layers[number].max_steps > plan.layers[donor].max_steps
        }

    @cached_property
    def _deepest(self) -> Layer | None:
        layers = [layer for layer in self._cache.plan.layers if layer.arithmetic == "deep"]
        return min(layers, key=lambda layer: decimal(layer.patch.window.width), default=None)

    @property
    def unfinished(self) -> bool:
        """Whether there are layers that are not complete."""
        return bool(self._waiting or self._begun)

    def jobs(self) -> Iterator[Job | None]:
        """What to compute, until all is finished; None while that waits for what is under way."""
        while self.unfinished:
            if self._again:
                yield self._again.popleft()
            elif (number := self._next()) is None:
                yield None
            else:
                yield from self._begin(number)

    def take(self, tile: Tile) -> None:
        """Takes in a tile, and has it stored, or the whole layer if it is complete by that."""
        number = next((n for n, begun in self._begun.items() if tile.job in begun.jobs), None)
        if number is None:
            return  # a layer that is begun anew
        layer, begun = tile.job.layer, self._begun[number]
        begun.put(tile)
        if len(tile.part) < layer.patch.size and self._cache.store.in_parts:
            of = source(layer.map, self._cache.device)
            self._keeper.put(partial(self._cache.store.save, layer, tile.stored, of, tile.part))
        self._finish_if_complete(number)

    def forget(self, worker: str) -> None:
        """Has all that a worker has computed computed again, and what was made of that."""
        self._keeper.settle()
        cache = self._cache
        wrong = {n for n, workers in self._workers.items() if worker in workers}
        for number in cache.needed:
            if self._donors.get(number) in wrong:
                wrong.add(number)
        for number in sorted(wrong - set(self._waiting)):
            self._begun.pop(number, None)
            self._workers.pop(number, None)
            cache.forget(number)
            self._waiting.append(number)
        for number, begun in self._begun.items():
            for part in [part for part, name in begun.workers.items() if name == worker]:
                begun.drop(part)
                cache.store.forget(cache.plan.layers[number], part)
                job = begun.jobs[0]._replace(part=part)
                begun.jobs.append(job)
                self._again.append(job)

    def _next(self) -> int | None:
        """The first layer whose points are not known sooner by waiting for another."""
        for number in self._waiting:
            donor = self._donors.get(number)
            if donor is None or not (donor in self._waiting or donor in self._begun):
                return number
        return None

    def _begin(self, number: int) -> Iterator[Job]:
        layer, cache = self._cache.plan.layers[number], self._cache
        self._waiting.remove(number)
        if number in self._donors and self._donors[number] not in cache.steps:
            self._keeper.settle()  # perhaps it is being stored
        tiles = cache.sound_parts(number) if cache.store.in_parts else {}
        wanted = self._worth_keeping(number)
        given = self._given(number, wanted)
        share = self._share()
        missing = gaps(tiles, layer.patch.size)
        most = [share * layer.max_steps * len(part) for part in missing]
        later = share * sum(self._most_steps(n) for n in self._waiting)
        deepest = self._deepest if layer.arithmetic == "deep" else None
        jobs = [
            Job(layer, part, given, wanted, share, sum(most[i + 1 :]) + later, deepest)
            for i, part in enumerate(missing)
        ]
        self._begun[number] = _Begun(jobs, tiles)
        yield from jobs
        if not jobs:
            self._finish_if_complete(number)

    def _finish_if_complete(self, number: int) -> None:
        layer, cache, begun = self._cache.plan.layers[number], self._cache, self._begun[number]
        if begun.points < layer.patch.size:
            return
        ordered = [begun.tiles[part] for part in sorted(begun.tiles, key=lambda part: part.start)]
        outcome = Outcome.join([tile.outcome for tile in ordered])
        whole = Stored(outcome, sum(tile.steps for tile in ordered))

        def store() -> None:
            cache.store.save(layer, whole, source(layer.map, cache.device))
            cache.forget_parts(layer, outcome.arrays())

        self._workers[number] = set(begun.workers.values())
        del self._begun[number]
        self._keeper.put(store, partial(cache.steps.__setitem__, number, whole.steps))
        self.last = outcome

    def _given(self, number: int, wanted: Collection[str]) -> Outcome | None:
        """What an earlier layer knows of this one's points, if it knows all that is wanted."""
        donor, cache = self._donors.get(number), self._cache
        if donor is None or donor not in cache.steps:
            return None
        outcome = cache.load(donor)
        if not set(wanted) - {"states"} <= set(outcome.arrays()):
            return None
        return reuse.given(cache.plan.layers[number], cache.plan.layers[donor], outcome)

    def _worth_keeping(self, number: int) -> set[str]:
        """What to compute of a layer besides its times: what is wanted, states if another layer
        resumes them, and what is kept of the layer or its parts although it is not wanted now."""
        cache, layer = self._cache, self._cache.plan.layers[number]
        found = [cache.store.find(layer, part) for part in (None, *cache.store.parts(layer))]
        known = {name for kept in found if kept for name in kept.arrays if name in OPTIONAL}
        return {*cache.wanted, *known, *(["states"] if number in self._resumed else [])}

    def _most_steps(self, number: int) -> float:
        layer = self._cache.plan.layers[number]
        return float(layer.patch.size) * layer.max_steps

    def _share(self) -> float:
        """Of their step limit that points take, as far as layers are known."""
        steps = self._cache.steps
        known = sum(self._most_steps(number) for number in steps)
        return sum(steps.values()) / known if known else EXPECTED_SHARE


class _Begun:
    """A layer under way: its jobs, its tiles so far and whose they are, and how many points."""

    def __init__(self, jobs: list[Job], tiles: dict[range, Stored]) -> None:
        self.jobs, self.tiles = jobs, tiles
        self.workers: dict[range, str] = {}
        self.points = sum(map(len, tiles))

    def put(self, tile: Tile) -> None:
        self.points += len(tile.part) if tile.part not in self.tiles else 0
        self.tiles[tile.part], self.workers[tile.part] = tile.stored, tile.worker

    def drop(self, part: range) -> None:
        self.points -= len(part)
        del self.tiles[part], self.workers[part]
