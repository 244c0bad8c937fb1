"""A progress bar that nobody sees: it notes how far some work is, and ends it."""

import threading
from collections.abc import Callable

from ..bars import Silent


class Watched(Silent):
    """One bar.

    Args:
        total: of what is to be done.
        stop: once it is set, update() raises `error`.
        error: what ends the work.
        tell: called with the share that is done, 0 to 1.
    """

    def __init__(
        self,
        total: float,
        stop: threading.Event,
        error: type[BaseException],
        tell: Callable[[float], object] = lambda _: None,
    ) -> None:
        super().__init__(total)
        self._stop, self._error, self._tell = stop, error, tell

    def update(self, n: float) -> None:
        if self._stop.is_set():
            raise self._error
        super().update(n)
        self._tell(min(self.n / self.total, 1.0) if self.total else 0.0)
