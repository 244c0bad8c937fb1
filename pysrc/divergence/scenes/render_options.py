"""How the frames of a film are made from times."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from .. import checks

FORMATS = ("mp4", "webm", "gif", "png")


@dataclass(frozen=True)
class RenderOptions:
    """What a scene may say of it.

    Attributes:
        exact: compute every frame, where a zoom would be made of rings around keyframes.
        samples: per pixel, across and down, averaged as amounts of light: 1 to 8.
        format: "mp4", "webm", "gif" or "png" (numbered pictures).
        raw: keep the times of every frame as an array, (frames, rows, columns), in raw.npy.
    """

    exact: bool = False
    samples: int = 1
    format: str = "mp4"
    raw: bool = False

    @staticmethod
    def of(table: Mapping[str, Any]) -> "RenderOptions":
        """What the table `film` of a scene asks for."""
        for key in table:
            checks.choice("film's key", key, [f.name for f in fields(RenderOptions)])
        return RenderOptions(**table)

    def __post_init__(self) -> None:
        for key in ("exact", "raw"):
            if not isinstance(getattr(self, key), bool):
                raise ValueError(f"{key} must be true or false, not {getattr(self, key)!r}")
        checks.integer("samples", self.samples, minimum=1, maximum=8)
        checks.choice("format", self.format, FORMATS)
