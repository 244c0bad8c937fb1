"""Storing one thing while the next is computed."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Self


class Keeper:
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
