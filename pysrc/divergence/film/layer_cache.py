"""The times of a film's layers: those that a store has, and those that are still to compute."""

from collections.abc import Callable, Collection, Sequence
from typing import cast

import numpy as np

from ..bars import Bar, Bars, Silent
from ..deep.compute import prepare
from ..kernel.elsewhere import Where, elsewhere
from ..kernel.launch import source
from ..kernel.outcome import Outcome
from . import reuse
from .keeper import Keeper
from .layer_store import Kept, LayerStore, Stored
from .layer_work import OPTIONAL, LayerWork
from .plan import Layer, Plan
from .tiles import Exposed, Here, Tiler

PROBED = 64  # points that are computed again, to see whether another library computes the same


class LayerCache:
    """The layers of a plan that some frames of its film show, in a store.

    Attributes:
        store, plan: the two.
        needed: the numbers of the layers.
        wanted: which of "fractions" and "fates" every layer must have besides its times.
        there: who computes the layers, if not this machine.
        device: what this machine computes with.
        steps: pixel-steps of each of the layers that is stored, by its number.
    """

    def __init__(
        self,
        store: LayerStore,
        plan: Plan,
        wanted: Collection[str],
        device: Where = "auto",
        needed: Collection[int] | None = None,
    ) -> None:
        self.store, self.plan, self.wanted = store, plan, wanted
        self.there = cast(Tiler | None, elsewhere(device))
        self.device = "cpu" if self.there else device
        self.needed = sorted(range(len(plan.layers)) if needed is None else needed)
        self._trusted: dict[str, bool] = {}
        self.steps: dict[int, int] = {}
        for number in self.needed:
            if (kept := self._kept(number)) is not None:
                self.steps[number] = kept.steps
                self.forget_parts(plan.layers[number], kept.arrays)

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
        with Keeper(lambda: None) as keeper:
            return self._computed([number], Silent(0), keeper)

    def complete(self, bar: Bars, after: Callable[[], object]) -> None:
        """Computes and stores what is missing; while one piece is stored the next is computed.

        Args:
            bar: opens progress bars.
            after: called when one more layer or tile is stored.
        """
        if not self.missing:
            return
        if not self.there:  # others follow references of their own
            layers = [self.plan.layers[number] for number in self.missing]
            deep = [(it.map, it.patch, it.max_steps) for it in layers if it.arithmetic == "deep"]
            prepare(deep, self.store.references, bar)
        with bar(1, "times", "steps") as shown, Keeper(after) as keeper:
            self._computed(self.missing, shown, keeper)

    def forget(self, number: int) -> None:
        """Removes a layer that is stored, and its parts."""
        layer = self.plan.layers[number]
        for part in (None, *self.store.parts(layer)):
            self.store.forget(layer, part)
        self.steps.pop(number, None)

    def _computed(self, numbers: Sequence[int], shown: Bar, keeper: Keeper) -> Outcome:
        """Computes layers, tile by tile where they are long, and has them stored; the last one."""
        work = LayerWork(self, numbers, keeper)
        tiler = self.there or Here(self.device, whole=not self.store.in_parts)
        while work.unfinished:
            for tile in tiler.tiles(work.jobs(), shown):
                if isinstance(tile, Exposed):
                    work.forget(tile.worker)
                else:
                    work.take(tile)
        return work.last

    def sound_parts(self, number: int) -> dict[range, Stored]:
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

    def forget_parts(self, layer: Layer, known: Collection[str]) -> None:
        """Removes the parts of a layer that is stored whole, but for those that say more."""
        for part in self.store.parts(layer):
            kept = self.store.find(layer, part)
            if kept and kept.arrays & OPTIONAL <= set(known):
                self.store.forget(layer, part)
