"""The workers of a cluster as they have been seen: how fast they are, and who is left out."""

import logging
import time
from typing import NamedTuple

LOG = logging.getLogger(__name__)
NAMED = 4  # workers whose rates are told one by one
FORGETTING = 0.7  # what remains of an older rate when there is a newer
PACE_SECONDS = 0.5  # between two looks at the rates of all workers, of whom there may be thousands


class Pace(NamedTuple):
    """Steps a second of the workers that have answered."""

    mean: float
    slowest: float
    fastest: float


class Crew:
    """Workers by the names that they have given.

    Attributes:
        rates: steps a second, lately, of those that have answered.
        out: those that get nothing more, and why.
        share: of their step limit that points have taken; None until some are known.
        wait: seconds from a request to its answer, on the average; None until there is one.
    """

    def __init__(self) -> None:
        self.rates: dict[str, float] = {}
        self.out: dict[str, str] = {}
        self.wait: float | None = None
        self._steps = self._most = 0.0
        self._pace: Pace | None = None
        self._looked = 0.0

    def note(self, worker: str, steps: float, seconds: float, wait: float) -> None:
        """One more answer: steps taken in so many seconds, that came after a wait."""
        rate = steps / max(seconds, 1e-6)
        before = self.rates.get(worker, rate)
        self.rates[worker] = FORGETTING * before + (1 - FORGETTING) * rate
        earlier = wait if self.wait is None else self.wait
        self.wait = FORGETTING * earlier + (1 - FORGETTING) * wait

    def note_share(self, steps: float, most: float) -> None:
        """Of points that may take so many steps at most, how many they took."""
        self._steps, self._most = self._steps + steps, self._most + most

    @property
    def share(self) -> float | None:
        return self._steps / self._most if self._most else None

    @property
    def pace(self) -> Pace | None:
        """As of a moment ago; None until a worker has answered."""
        now = time.monotonic()
        if self.rates and (self._pace is None or now - self._looked > PACE_SECONDS):
            rates = self.rates.values()
            self._pace = Pace(sum(rates) / len(rates), min(rates), max(rates))
            self._looked = now
        return self._pace

    def leave_out(self, worker: str, reason: str) -> None:
        """Gives a worker nothing more."""
        self.out[worker] = reason
        self.rates.pop(worker, None)
        LOG.warning("worker %s is left out: %s", worker, reason)

    def describe(self, slots: int) -> str:
        """How many there are, and how fast each."""
        pace = self.pace
        if pace is None:
            return f"{slots} workers"
        if len(self.rates) <= NAMED:
            each = " + ".join(map(_short, self.rates.values()))
        else:
            each = f"each {_short(pace.slowest)} to {_short(pace.fastest)}"
        return f"{slots} workers: {each} steps/s"


def _short(rate: float) -> str:
    """A rate with a letter for its thousands, as progress bars have it."""
    for letter in ("", "k", "M"):
        if rate < 1000:
            return f"{rate:.3g}{letter}"
        rate /= 1000
    return f"{rate:.3g}G"
