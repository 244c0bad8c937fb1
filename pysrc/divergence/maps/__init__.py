"""The maps, and where each is found by the name that scenes use."""

from .base import Map
from .three_body import ThreeBody

ALL: dict[str, type[Map]] = {map_type.name: map_type for map_type in (ThreeBody,)}

__all__ = ["ALL", "Map", "ThreeBody"]
