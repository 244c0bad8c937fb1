"""A view's picture, coarse at once and then finer; given up as soon as another is wanted."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..checks import decimal
from ..colour import Colouring
from ..deep.compute import outcome_of
from ..deep.points import Offsets
from ..film import still
from ..frame import Frame
from ..kernel.launch import Progress
from ..kernel.points import Points, Scattered
from ..maps.base import Map
from ..scenes.scene import Scene
from .fields import Field, Fields
from .turns import Turns
from .watched import Watched

COARSEST = 32  # pixels across of a first pass's points
SLICE_SECONDS = 0.06  # of computing, after which another view has its turn
FIRST_SLICE = 1024  # points, while it is unknown how fast they are
_turns = Turns()


class GivenUpError(Exception):
    """Another picture is wanted instead."""


class Picture(NamedTuple):
    """What there is to see so far.

    Attributes:
        rgb: (rows, columns, 3) uint8, top row first.
        share: of the points, how many are known, 0 to 1.
        stayed: of those, how many did not stop, 0 to 1; 0 of a figure.
        complete: whether it is what it will be.
    """

    rgb: NDArray[np.uint8]
    share: float
    stayed: float
    complete: bool


class Painter:
    """Draws one view at a time.

    Attributes:
        fields: the points that are known.
        field: those of the picture that was drawn last; None of a figure.
        computed: points that were computed, all in all.
    """

    def __init__(self, device: str = "auto") -> None:
        self.fields = Fields()
        self.field: Field | None = None
        self.computed = 0
        self._device = device
        self._rate = 0.0  # points a second, of the map that is drawn
        self._frame: Frame | None = None

    def draw(self, scene: Scene, given_up: threading.Event) -> Iterator[Picture]:
        """The picture of a still scene, ever finer.

        Raises:
            GivenUpError: the event was set. DeviceError, LibraryError, ValueError: as of times().
        """
        if scene.figure or scene.overlay:

            def bar(total: float, what: str = "", unit: str = "") -> Watched:
                return Watched(total, given_up, GivenUpError)

            with _turns.mine():
                rgb = still.draw(scene, device=self._device, bar=bar)
            self.field = None
            yield Picture(rgb, 1.0, 0.0, True)
            return
        frame, colouring = scene.frame(0), Colouring.of(scene.colour)
        assert frame.map is not None
        if self._frame is None or (frame.map, frame.max_steps) != (
            self._frame.map,
            self._frame.max_steps,
        ):
            self._rate = 0.0
        self._frame = frame
        field = self.field = self.fields.of(frame)
        seen = time.monotonic()
        for stride in self._strides(frame.window.shape):
            for _ in self._complete(frame, field, stride, given_up):
                if time.monotonic() - seen > 0.25:
                    rgb = coloured(frame.map, field, colouring, stride * 2)
                    yield Picture(rgb, share(field), stayed(field), False)
                    seen = time.monotonic()
            finished = bool(field.known.all())
            rgb = coloured(frame.map, field, colouring, stride)
            yield Picture(rgb, share(field), stayed(field), finished)
            seen = time.monotonic()
            if finished:
                return

    @staticmethod
    def _strides(shape: tuple[int, int]) -> Iterator[int]:
        stride = 1
        while max(shape) / stride > COARSEST:
            stride *= 2
        while stride:
            yield stride
            stride //= 2

    def _complete(
        self, frame: Frame, field: Field, stride: int, given_up: threading.Event
    ) -> Iterator[None]:
        """Computes what is not known of every stride-th row and column, in slices."""
        system = frame.map
        assert system is not None
        rows, columns = np.nonzero(~field.known[::stride, ::stride])
        rows, columns = rows * stride, columns * stride

        def alive(_: Progress) -> None:
            if given_up.is_set():
                raise GivenUpError

        start = 0
        while start < len(rows):
            if given_up.is_set():
                raise GivenUpError
            most = int(self._rate * SLICE_SECONDS) or FIRST_SLICE
            part = slice(start, start + max(most, 64))
            with _turns.mine():
                began = time.monotonic()
                outcome = outcome_of(
                    system,
                    points_at(frame, rows[part], columns[part]),
                    frame.max_steps,
                    ["fates", "fractions"],
                    device=self._device,
                    progress=alive,
                )
                seconds = time.monotonic() - began
            field.put(rows[part], columns[part], outcome)
            done = len(rows[part])
            self.computed += done
            self._rate = done / max(seconds, 1e-4)
            start += done
            yield


def points_at(frame: Frame, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Points:
    """The points of a frame's window at these rows and columns, as its arithmetic needs them."""
    window = frame.window
    if frame.arithmetic == "float64":
        return Scattered(window.x[columns], window.y[rows])
    ratio = float(decimal(window.height) / decimal(window.width))
    across = (columns - window.shape[1] // 2) / window.shape[1]
    up = (rows - window.shape[0] // 2) * ratio / window.shape[0]
    return Offsets(window.center, window.width, across, up)


def share(field: Field) -> float:
    """How many of a field's points are known, 0 to 1."""
    return float(field.known.mean())


def stayed(field: Field) -> float:
    """How many of a field's known points did not stop, 0 to 1."""
    known = int(field.known.sum())
    return float((field.known & (field.times >= field.max_steps)).sum()) / max(known, 1)


def coloured(system: Map, field: Field, colouring: Colouring, stride: int) -> NDArray[np.uint8]:
    """The colours of a field of which every stride-th point is known, top row first."""
    where = field.filled(stride) if stride > 1 else ...
    times, fates = field.times[where], field.fates[where]
    fractions = field.fractions[where]
    fitted = colouring.fitted([(times, field.max_steps)], [system])
    rgb = fitted.rgb(times, field.max_steps, fractions=fractions, fates=fates)
    return np.ascontiguousarray(rgb[::-1])


def drawn(
    painter: Painter, scene: Scene, given_up: threading.Event, show: Callable[[Picture], object]
) -> None:
    """Draws a scene to its end, and shows every picture on the way; nothing once it is given up."""
    try:
        for picture in painter.draw(scene, given_up):
            if given_up.is_set():
                return
            show(picture)
    except GivenUpError:
        return
