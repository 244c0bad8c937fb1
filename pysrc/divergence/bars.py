"""Progress bars as the package sees them: who calls chooses how they look, and whether they do."""

from collections.abc import Callable
from typing import Protocol, Self


class Bar(Protocol):
    """Counts from n to total; a context, which ends it. One of tqdm's is a Bar."""

    n: float
    total: float

    def update(self, n: float) -> object:
        """Counts n more."""

    def set_postfix_str(self, s: str, refresh: bool = True) -> object:
        """Says something besides, at once or with the next update."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> object: ...


Bars = Callable[[float, str, str], Bar]
"""Opens a bar: its total (0 where it is not known yet), what it counts to, and its unit."""


class Silent:
    """A Bar that shows nothing. Arguments as for Bars."""

    def __init__(self, total: float, what: str = "", unit: str = "") -> None:
        self.n, self.total = 0.0, total

    def update(self, n: float) -> None:
        self.n += n

    def set_postfix_str(self, s: str, refresh: bool = True) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass
