"""The frames of a film, cut from the times of its layers."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from ..bars import Bars
from ..colour import Colouring
from ..kernel.devices import cpu_threads, resolve
from . import compose
from .layer_cache import LayerCache

AHEAD = 4  # frames that are made while one is encoded
SAMPLED = 1 << 16  # points of a layer, to learn how times are distributed


class Frames:
    """The frames of a cache in a colouring.

    Attributes:
        cache, colouring: the two.
        frame_by_frame: pixel-steps that the frames cut so far would have cost, each by itself; of
            a zoom made of rings, as far as their samples tell.
    """

    def __init__(self, cache: LayerCache, colouring: Colouring) -> None:
        self.cache, self.colouring = cache, colouring
        self.frame_by_frame = 0.0

    @property
    def missing(self) -> list[int]:
        """The numbers of the layers that are not stored."""
        return self.cache.missing

    def complete(self, bar: Bars, after: Callable[[], object]) -> None:
        """Computes and stores what is missing; `after` is called when one more is stored."""
        self.cache.complete(bar, after)

    def pictures(self) -> Iterator[NDArray[np.uint8]]:
        """Every frame, top row first; a few are made at a time."""
        samples, frames = Samples(self.cache), self.cache.plan.frames
        colouring, ahead = self._fitted(), deque[Future]()
        pool = ThreadPoolExecutor(min(AHEAD, cpu_threads()))
        try:
            for i, frame in enumerate(frames):
                pieces = samples.of_frame(i)
                ahead.append(pool.submit(compose.compose, frame, pieces, colouring))
                while len(ahead) > (AHEAD if i + 1 < len(frames) else 0):
                    rgb, steps = ahead.popleft().result()
                    self.frame_by_frame += steps
                    yield rgb[::-1]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def counts(self) -> dict[str, object]:
        """For the status file."""
        return {
            "layers": len(self.cache.plan.layers),
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
            "device": ", ".join(map(str, resolve(self.cache.device))),
        }

    def _fitted(self) -> Colouring:
        """The colouring for all frames and all times."""
        samples = (
            (self.cache.load(n).times[:: 1 + layer.patch.size // SAMPLED], layer.max_steps)
            for n, layer in enumerate(self.cache.plan.layers)
        )
        return self.colouring.fitted(samples, (frame.map for frame in self.cache.plan.frames))


class Samples:
    """The samples that frames show, each layer thinned as the frame allows and read again when a
    nearer frame needs more of it. So the memory is that of a few frames, however deep the zoom."""

    def __init__(self, cache: LayerCache) -> None:
        self._cache = cache
        self._known: dict[int, tuple[tuple, list[compose.Block]]] = {}

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
