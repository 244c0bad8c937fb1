"""The times of a film's layers: those that a store has, and those that are still to compute."""

from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Self

import numpy as np

from ..bars import Bar, Bars, Silent
from ..deep.compute import prepare
from ..kernel.devices import resolve
from ..kernel.launch import How, Progress, source
from ..kernel.outcome import Outcome
from . import reuse
from .layer_store import Kept, LayerStore, Stored
from .plan import Layer, Plan

TILE_STEPS = {"cpu": 4e9, "cuda": 64e9}  # pixel-steps at most: what a kill can cost, some seconds
TILE_LEAST = 4096  # points
EXPECTED_SHARE = 0.7  # of its step limit that a point takes, until some layers are known
OPTIONAL = {"fates", "fractions"}  # that some colourings want
PROBED = 64  # points that are computed again, to see whether another library computes the same


class LayerCache:
    """The layers of a plan that some frames of its film show, in a store.

    Attributes:
        store, plan: the two.
        needed: the numbers of the layers.
        wanted: which of "fractions" and "fates" every layer must have besides its times.
        device: see How.
        steps: pixel-steps of each of the layers that is stored, by its number.
    """

    def __init__(
        self,
        store: LayerStore,
        plan: Plan,
        wanted: Collection[str],
        device: str = "auto",
        needed: Collection[int] | None = None,
    ) -> None:
        self.store, self.plan, self.wanted, self.device = store, plan, wanted, device
        self.needed = sorted(range(len(plan.layers)) if needed is None else needed)
        self._donors = {} if plan.keyframes else reuse.donors(plan.layers)
        self._resumed = {
            donor
            for number, donor in self._donors.items()
            if plan.layers[number].max_steps > plan.layers[donor].max_steps
        }
        self._trusted: dict[str, bool] = {}
        self.steps: dict[int, int] = {}
        for number in self.needed:
            if (kept := self._kept(number)) is not None:
                self.steps[number] = kept.steps
                self._forget_parts(plan.layers[number], kept.arrays)

    @property
    def missing(self) -> list[int]:
        """The numbers of the layers that are needed and not stored."""
        return [number for number in self.needed if number not in self.steps]

    def load(self, number: int) -> Outcome:
        """What became of the points of a layer that is stored; one that turns out to be damaged is
        computed again."""
        stored = self.store.load(self.plan.layers[number])
        if stored:
            return stored.outcome
        with _Keeper(lambda: None) as keeper:
            return self._compute(number, Silent(0), keeper)

    def complete(self, bar: Bars, after: Callable[[], object]) -> None:
        """Computes and stores what is missing; while one piece is stored the next is computed.

        Args:
            bar: opens progress bars.
            after: called when one more layer or tile is stored.
        """
        if not self.missing:
            return
        layers = [self.plan.layers[number] for number in self.missing]
        deep = [(one.map, one.patch, one.max_steps) for one in layers if one.arithmetic == "deep"]
        prepare(deep, self.store.references, bar)
        with bar(1, "times", "steps") as shown, _Keeper(after) as keeper:
            for number in self.missing:
                self._compute(number, shown, keeper)

    def _compute(self, number: int, shown: Bar, keeper: "_Keeper") -> Outcome:
        """Computes a layer, tile by tile where it is long, and has it stored."""
        if number in self._donors and self._donors[number] not in self.steps:
            keeper.settle()  # perhaps it is being stored
        layer = self.plan.layers[number]
        of = source(layer.map, self.device)
        size = layer.patch.size
        most = size
        tiles: dict[range, Stored] = {}
        if self.store.in_parts:
            backend = resolve(self.device)[0].backend
            most = max(TILE_LEAST, int(TILE_STEPS[backend] / layer.max_steps))
            tiles = self._sound_parts(number)
        wanted = self._worth_keeping(number)
        given = self._given(number, wanted)
        for part in gaps(tiles, size, most):
            tiles[part] = self._tile(number, part, given, wanted, shown)
            if len(part) < size:
                keeper.put(partial(self.store.save, layer, tiles[part], of, part))
        ordered = [tiles[part] for part in sorted(tiles, key=lambda part: part.start)]
        whole = Stored(
            Outcome.join([tile.outcome for tile in ordered]), sum(tile.steps for tile in ordered)
        )

        def store() -> None:
            self.store.save(layer, whole, of)
            self._forget_parts(layer, whole.outcome.arrays())

        keeper.put(store, partial(self.steps.__setitem__, number, whole.steps))
        return whole.outcome

    def _tile(
        self, number: int, part: range, given: Outcome | None, wanted: Collection[str], shown: Bar
    ) -> Stored:
        """Computes points of a layer but for what is given."""
        layer, before = self.plan.layers[number], shown.n
        share = self._share()
        later = share * layer.max_steps * (layer.patch.size - part.stop)
        later += share * sum(self._most_steps(n) for n in self.missing if n != number)
        expected = share * layer.max_steps * len(part)

        def show(now: Progress) -> None:
            shown.total = before + max(now.steps, expected) + later
            shown.update(before + now.steps - shown.n)

        how: How = {"device": self.device, "progress": show}
        outcome, steps = reuse.completed(layer, part, given, wanted, how)
        if outcome.states is not None:  # those of stopped points are of no use, and take room
            outcome.states[outcome.times < layer.max_steps] = 0
        return Stored(outcome, steps)

    def _given(self, number: int, wanted: Collection[str]) -> Outcome | None:
        """What an earlier layer knows of this one's points, if it knows all that is wanted."""
        donor = self._donors.get(number)
        if donor is None or donor not in self.steps:
            return None
        outcome = self.load(donor)
        if not set(wanted) - {"states"} <= set(outcome.arrays()):
            return None
        return reuse.given(self.plan.layers[number], self.plan.layers[donor], outcome)

    def _worth_keeping(self, number: int) -> set[str]:
        """What to compute of a layer besides its times: what is wanted, states if another layer
        resumes them, and what is kept of the layer or its parts although it is not wanted now."""
        layer = self.plan.layers[number]
        found = [self.store.find(layer, part) for part in (None, *self.store.parts(layer))]
        known = {name for kept in found if kept for name in kept.arrays if name in OPTIONAL}
        return {*self.wanted, *known, *(["states"] if number in self._resumed else [])}

    def _sound_parts(self, number: int) -> dict[range, Stored]:
        """The tiles of a layer that are stored and have all that is wanted, none over another."""
        layer, found, at = self.plan.layers[number], {}, 0
        for part in self.store.parts(layer):
            inside = at <= part.start < part.stop <= layer.patch.size
            if inside and self._kept(number, part) and (tile := self.store.load(layer, part)):
                found[part] = tile
                at = part.stop
        return found

    def _kept(self, number: int, part: range | None = None) -> Kept | None:
        """What is stored of a layer, if it has all that is wanted and can be trusted."""
        layer = self.plan.layers[number]
        kept = self.store.find(layer, part)
        if kept is None or not set(self.wanted) <= kept.arrays:
            return None
        return kept if self._trusts(layer, part, kept) else None

    def _trusts(self, layer: Layer, part: range | None, kept: Kept) -> bool:
        """Whether the library at hand computes what the one did that a layer was computed with: it
        does if it is the same, or if it says the same of some points."""
        if kept.source == source(layer.map, self.device):
            return True
        known = f"{kept.source} {layer.map.family}"
        if known not in self._trusted and (stored := self.store.load(layer, part)):
            first = part.start if part else 0
            middle = stored.outcome.times.size // 2
            few = range(middle, min(middle + PROBED, stored.outcome.times.size))
            again = range(first + few.start, first + few.stop)
            outcome, _ = reuse.completed(layer, again, None, (), {"device": self.device})
            before = stored.outcome.times[few.start : few.stop]
            self._trusted[known] = bool(np.array_equal(outcome.times, before))
        return self._trusted.get(known, False)

    def _forget_parts(self, layer: Layer, known: Collection[str]) -> None:
        """Removes the parts of a layer that is stored whole, but for those that say more."""
        for part in self.store.parts(layer):
            kept = self.store.find(layer, part)
            if kept and kept.arrays & OPTIONAL <= set(known):
                self.store.forget(layer, part)

    def _most_steps(self, number: int) -> float:
        layer = self.plan.layers[number]
        return float(layer.patch.size) * layer.max_steps

    def _share(self) -> float:
        """Of their step limit that points take, as far as layers are known."""
        known = sum(self._most_steps(number) for number in self.steps)
        return sum(self.steps.values()) / known if known else EXPECTED_SHARE


class _Keeper:
    """Stores one thing at a time on a thread of its own. Use as a context.

    Args:
        after: called when one more is stored.
    """

    def __init__(self, after: Callable[[], object]) -> None:
        self._after = after
        self._pool = ThreadPoolExecutor(1)
        self._pending: tuple[Future[None], Callable[[], object]] | None = None

    def put(self, store: Callable[[], None], then: Callable[[], object] = lambda: None) -> None:
        """Has something stored, once all that was put before is; `then` is called when it is."""
        self.settle()
        self._pending = self._pool.submit(store), then

    def settle(self) -> None:
        """Waits until all is stored."""
        if self._pending is not None:
            (stored, then), self._pending = self._pending, None
            stored.result()
            then()
            self._after()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with suppress(*([] if kind is None else [Exception])):  # of two errors, the first is told
            self.settle()
        self._pool.shutdown()


def gaps(parts: Collection[range], size: int, most: int) -> list[range]:
    """What parts leave of range(size), in pieces of at most so many."""
    found, at = [], 0
    for part in [*sorted(parts, key=lambda part: part.start), range(size, size)]:
        found += [range(n, min(n + most, part.start)) for n in range(at, part.start, most)]
        at = max(at, part.stop)
    return found
