"""Pictures and films of how dynamical systems come apart."""

from . import maps
from .compute import Outcome, Progress, fates, outcome_at, times, times_at
from .devices import devices
from .errors import DeviceError, DivergenceError, LibraryError
from .maps import *  # noqa: F403
from .window import Window

__all__ = [
    "DeviceError",
    "DivergenceError",
    "LibraryError",
    "Outcome",
    "Progress",
    "Window",
    "devices",
    "fates",
    "outcome_at",
    "times",
    "times_at",
    *maps.__all__,
]
