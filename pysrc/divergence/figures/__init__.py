"""Pictures that are not of times: densities, trajectories, plots, curves. Every module of this
package is loaded, so that a new kind of figure needs no list to be in."""

from importlib import import_module
from pkgutil import iter_modules

from .base import ALL, Figure, build, complete

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["ALL", "Figure", "build", "complete"]
