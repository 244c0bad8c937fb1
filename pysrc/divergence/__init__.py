"""Pictures and films of how dynamical systems come apart."""

from .compute import Progress, times, times_at
from .devices import devices
from .errors import DeviceError, DivergenceError, LibraryError
from .maps import Map, ThreeBody
from .window import Window

__all__ = [
    "DeviceError",
    "DivergenceError",
    "LibraryError",
    "Map",
    "Progress",
    "ThreeBody",
    "Window",
    "devices",
    "times",
    "times_at",
]
