"""The frames of a film, composed from the times of its layers. A picture is a film of one."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..bars import Bars
from ..colour import Colouring
from ..kernel.devices import cpu_threads, resolve
from ..scenes.overlay import Overlay
from . import compose
from .layer_cache import LayerCache

AHEAD = 4  # frames that are made while one is encoded
SAMPLED = 1 << 16  # points of each of several layers, to learn how times are distributed


class Frames:
    """Frames of a film in a colouring.

    Attributes:
        cache: their layers.
        colouring: how times are coloured.
        numbers: of the frames; all of the film by default.
        overlay: what is drawn over a frame, by its number; None for nothing.
        frame_by_frame: the pixel-steps that the frames composed so far would have cost one by one;
            for a zoom made of rings this is estimated from their samples.
    """

    def __init__(
        self,
        cache: LayerCache,
        colouring: Colouring,
        numbers: Sequence[int] | None = None,
        overlay: Callable[[int], Overlay | None] = lambda _: None,
    ) -> None:
        self.cache, self.colouring, self.overlay = cache, colouring, overlay
        self.numbers = range(len(cache.plan.frames)) if numbers is None else numbers
        self.frame_by_frame = 0.0

    @property
    def missing(self) -> list[int]:
        """The numbers of the layers that are not stored."""
        return self.cache.missing

    def complete(self, bar: Bars, after: Callable[[], object]) -> None:
        """Computes and stores what is missing; `after` is called when one more is stored."""
        self.cache.complete(bar, after)

    def pictures(self) -> Iterator[NDArray[np.uint8]]:
        """Every frame, top row first; a few are composed at a time."""
        samples, colouring, ahead = Samples(self.cache), self._fitted(), deque[Future[Any]]()
        pool = ThreadPoolExecutor(min(AHEAD, cpu_threads()))
        try:
            for i in self.numbers:
                pieces = samples.of_frame(i)
                ahead.append(pool.submit(self._picture, i, pieces, colouring))
                while len(ahead) > (AHEAD if i != self.numbers[-1] else 0):
                    rgb, steps = ahead.popleft().result()
                    self.frame_by_frame += steps
                    yield rgb[::-1]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _picture(
        self, i: int, pieces: list[compose.Block], colouring: Colouring
    ) -> tuple[NDArray[np.uint8], float]:
        frame = self.cache.plan.frames[i]
        rgb, steps = compose.compose(frame, pieces, colouring)
        if overlay := self.overlay(i):
            overlay.draw(rgb, frame.window, "cpu")
        return rgb, steps

    def times(self) -> Iterator[NDArray[np.int32]]:
        """The times of every frame, (rows, columns), row 0 the lowest: those of the samples nearest
        to the pixels' centers."""
        samples, frames = Samples(self.cache), self.cache.plan.frames
        return (compose.nearest(frames[i], samples.of_frame(i)) for i in self.numbers)

    def counts(self) -> dict[str, object]:
        """For the status file."""
        return {
            "layers": len(self.cache.needed),
            "layers_stored": len(self.cache.steps),
            "pixel_steps_computed": sum(self.cache.steps.values()),
        }

    def report(self) -> dict[str, object]:
        """What there is to say of a complete film."""
        frame_by_frame, computed = round(self.frame_by_frame), sum(self.cache.steps.values())
        return {
            "keyframes": self.cache.plan.keyframes,
            "pixel_steps_frame_by_frame": frame_by_frame,
            "ratio": round(frame_by_frame / max(computed, 1), 3),
            "device": str(self.cache.there or ", ".join(map(str, resolve(self.cache.device)))),
        }

    def _fitted(self) -> Colouring:
        """The colouring for all frames and all times."""
        needed, layers = self.cache.needed, self.cache.plan.layers
        sizes = {n: layers[n].patch.size for n in needed}
        every = {n: 1 + size // SAMPLED if len(needed) > 1 else 1 for n, size in sizes.items()}
        samples = ((self.cache.load(n).times[:: every[n]], layers[n].max_steps) for n in needed)
        return self.colouring.fitted(samples, (frame.map for frame in self.cache.plan.frames))


class Samples:
    """The samples that frames show. Of each layer only as many are held as the frame needs, and a
    closer frame reads it again; so a zoom of any depth takes the memory of a few frames."""

    def __init__(self, cache: LayerCache) -> None:
        self._cache = cache
        self._known: dict[int, tuple[tuple[Any, ...], list[compose.Block]]] = {}

    def of_frame(self, i: int) -> list[compose.Block]:
        """The blocks that cover a frame."""
        plan, frame = self._cache.plan, self._cache.plan.frames[i]
        first, last = plan.shown[i]
        self._known = {n: known for n, known in self._known.items() if first <= n <= last}
        found = []
        for number in range(first, last + 1):
            layer = plan.layers[number]
            every = compose.strides(layer.patch, frame.window)
            if self._known.get(number, (None,))[0] != every:
                blocks = compose.blocks(layer.patch, self._cache.load(number), every)
                self._known[number] = (every, blocks)
            octaves = layer.map.depth - frame.map.depth
            found += [block._replace(octaves=octaves) for block in self._known[number][1]]
        return found
