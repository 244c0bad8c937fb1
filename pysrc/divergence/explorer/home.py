"""A view as a file to take home."""

import threading
from io import BytesIO

import numpy as np

from ..film import exr, still
from ..film.export import encoded
from ..scenes.scene import Scene
from .painter import GivenUpError
from .watched import Watched

TAKEN_HOME = {
    "png": "image/png",
    "times.png": "image/png",
    "times.npy": "application/octet-stream",
    "exr": "image/x-exr",
}
"""Kinds of files and their media types."""


def taken_home(scene: Scene, kind: str, device: str, given_up: threading.Event) -> bytes:
    """The bytes of a still scene's picture, which carries the scene; of its times as 16-bit PNG or
    .npy, row 0 the lowest; or of both as OpenEXR.

    Raises:
        ValueError: a figure has no times, or OpenEXR is not installed. GivenUpError: the event was
            set. Others as of still.draw().
    """

    def bar(total: float, what: str = "", unit: str = "") -> Watched:
        return Watched(total, given_up, GivenUpError)

    if kind == "png":
        return still.png(still.draw(scene, device=device, bar=bar), scene.dumps())
    if kind == "exr":
        exr.check()
        return exr.exr(*still.both(scene, device=device, bar=bar), scene.dumps())
    times = still.times(scene, device=device, bar=bar)
    if kind == "times.png":
        return encoded(times, scene, "png")
    data = BytesIO()
    np.save(data, times)
    return data.getvalue()
