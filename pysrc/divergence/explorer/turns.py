"""Taking turns: whoever has waited longest is next, so that many views share a machine fairly."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that is given to waiting threads in the order in which they came; a plain one is as a
    rule taken again by the thread that has just left it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()  # the first of them has the turn

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Waits for a turn, which lasts as long as the context."""
        turn = threading.Event()
        with self._guard:
            self._waiting.append(turn)
            if self._waiting[0] is turn:
                turn.set()
        turn.wait()
        try:
            yield
        finally:
            with self._guard:
                self._waiting.popleft()
                if self._waiting:
                    self._waiting[0].set()
