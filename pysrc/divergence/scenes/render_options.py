"""How the frames of a film are made from times."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from .. import checks

FORMATS = ("mp4", "webm", "gif", "png")
CODECS = {"mp4": ("h264", "h265", "av1"), "webm": ("vp9", "av1")}
"""Of the formats that have a choice; the first is the default."""


@dataclass(frozen=True)
class RenderOptions:
    """What a scene may say of it.

    Attributes:
        exact: compute every frame, where a zoom would be made of rings around keyframes.
        samples: per pixel, across and down, averaged as amounts of light: 1 to 8.
        format: "mp4", "webm", "gif" or "png" (numbered pictures).
        codec: of an MP4 "h264", "h265" or "av1", of a WebM "vp9" or "av1"; "" for the first, which
            every player has. H.265 and AV1 have 10 bits a channel.
        raw: keep the times of every frame as an array, (frames, rows, columns), in raw.npy.
    """

    exact: bool = False
    samples: int = 1
    format: str = "mp4"
    codec: str = ""
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
        if self.codec:
            allowed = CODECS.get(self.format, ())
            if not allowed:
                raise ValueError(f"codec is of {' and '.join(CODECS)}; {self.format} has no choice")
            checks.choice(f"codec of {self.format}", self.codec, allowed)
