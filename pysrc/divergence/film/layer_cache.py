"""The times of a film's layers: those that a folder has, and those that are still to compute."""

from collections.abc import Callable, Collection

from ..bars import Bar, Bars
from ..kernel.devices import resolve
from ..kernel.outcome import Outcome
from . import reuse
from .folder import Folder, Stored
from .plan import Plan

TILE_STEPS = {"cpu": 4e9, "cuda": 64e9}  # pixel-steps at most: what a kill can cost, some seconds
TILE_LEAST = 4096  # points
EXPECTED_SHARE = 0.7  # of its step limit that a point takes, until some layers are known


class LayerCache:
    """The layers of a plan, in a folder.

    Attributes:
        folder, plan: the two.
        wanted: which of "fractions" and "fates" every layer must have besides its times.
        device: as for compute.times().
        steps: pixel-steps of each layer that is stored, by its number.
    """

    def __init__(self, folder: Folder, plan: Plan, wanted: Collection[str], device: str) -> None:
        self.folder, self.plan, self.wanted, self.device = folder, plan, wanted, device
        self.steps: dict[int, int] = {}
        self._donors = {} if plan.keyframes else reuse.donors(plan.layers)
        for number, layer in enumerate(plan.layers):
            if (stored := self._sound(folder.load(layer), number)) is not None:
                self.steps[number] = stored.steps
                for part in folder.parts(layer):  # of a process that was killed as it tidied up
                    folder.forget(layer, part)

    @property
    def missing(self) -> list[int]:
        """The numbers of the layers that are not stored."""
        return [number for number in range(len(self.plan.layers)) if number not in self.steps]

    def load(self, number: int) -> Outcome | None:
        """What became of a layer's points; None unless all that is wanted is stored."""
        stored = self._sound(self.folder.load(self.plan.layers[number]), number)
        return stored and stored.outcome

    def complete(self, bar: Bars, after: Callable[[], object]) -> None:
        """Computes and stores what is missing.

        Args:
            bar: opens progress bars.
            after: called when one more layer or tile is stored.
        """
        if not self.missing:
            return
        with bar(1, "times", "steps") as shown:
            for number in self.missing:
                self._compute(number, shown, after)
                after()

    def _compute(self, number: int, shown: Bar, after: Callable[[], object]) -> None:
        """Computes a layer, tile by tile where it is long, and stores it."""
        layer = self.plan.layers[number]
        stored = {part: self.folder.load(layer, part) for part in self.folder.parts(layer)}
        parts = {part: tile for part, tile in stored.items() if self._sound(tile, number)}
        most = max(TILE_LEAST, int(TILE_STEPS[resolve(self.device)[0].backend] / layer.max_steps))
        given = self._given(number)
        for part in gaps(parts, layer.patch.size, most):
            parts[part] = self._tile(number, part, given, shown)
            if len(part) < layer.patch.size:
                self.folder.save(layer, parts[part], part)
                after()
        ordered = [parts[part] for part in sorted(parts, key=lambda part: part.start)]
        whole = Outcome.join([tile.outcome for tile in ordered])
        self.steps[number] = sum(tile.steps for tile in ordered)
        self.folder.save(layer, Stored(whole, self.steps[number]))
        for part in stored | parts:
            self.folder.forget(layer, part)

    def _given(self, number: int) -> Outcome | None:
        """What an earlier layer knows of this one's points."""
        donor = self._donors.get(number)
        outcome = None if donor is None else self.load(donor)
        if outcome is None:
            return None
        return reuse.given(self.plan.layers[number], self.plan.layers[donor], outcome)

    def _tile(self, number: int, part: range, given: Outcome | None, shown: Bar) -> Stored:
        """Computes points of a layer but for what is given."""
        layer, before = self.plan.layers[number], shown.n

        def show(steps: int) -> None:
            shown.total = before + max(steps, self._expected(number, len(part)))
            shown.total += self._expected(number, layer.patch.size - part.stop)
            shown.total += sum(self._expected(n) for n in self.missing if n != number)
            shown.update(before + steps - shown.n)

        how = {"device": self.device, "progress": lambda now: show(now.steps)}
        outcome, steps = reuse.completed(layer, part, given, self._wanted(number), how)
        if outcome.states is not None:  # those of stopped points are of no use, and take room
            outcome.states[outcome.times < layer.max_steps] = 0
        return Stored(outcome, steps)

    def _wanted(self, number: int) -> list[str]:
        """What a layer must have besides its times."""
        limit = self.plan.layers[number].max_steps
        gives = any(
            donor == number and self.plan.layers[n].max_steps > limit
            for n, donor in self._donors.items()
        )
        return [*self.wanted, *(["states"] if gives else [])]

    def _sound(self, stored: Stored | None, number: int) -> Stored | None:
        """What is stored, if it has all that is wanted."""
        if stored is None:
            return None
        missing = [name for name in self._wanted(number) if getattr(stored.outcome, name) is None]
        return None if missing else stored

    def _expected(self, number: int, points: int | None = None) -> float:
        """The pixel-steps that points of a layer will take, all of them by default: the share of
        the step limit is that of the layers which are known."""
        layers = self.plan.layers
        known = sum(layers[n].patch.size * layers[n].max_steps for n in self.steps)
        share = sum(self.steps.values()) / known if known else EXPECTED_SHARE
        layer = layers[number]
        return share * (layer.patch.size if points is None else points) * layer.max_steps


def gaps(parts: Collection[range], size: int, most: int) -> list[range]:
    """What parts leave of range(size), in pieces of at most so many."""
    found, at = [], 0
    for part in [*sorted(parts, key=lambda part: part.start), range(size, size)]:
        found += [range(n, min(n + most, part.start)) for n in range(at, part.start, most)]
        at = max(at, part.stop)
    return found
