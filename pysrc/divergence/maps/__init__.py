"""The maps. Every module of this package is loaded, so that a new map needs no list to be in."""

from importlib import import_module
from pkgutil import iter_modules

from .base import ALL, Map

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

globals().update({map_type.__name__: map_type for map_type in ALL.values()})

__all__ = ["ALL", "Map", *(map_type.__name__ for map_type in ALL.values())]
