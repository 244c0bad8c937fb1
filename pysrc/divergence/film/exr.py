"""OpenEXR: the times as they are and the colours as amounts of light, in one picture."""

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..colour import to_linear


def check() -> None:
    """Whether OpenEXR's library is here. ValueError: how to get it."""
    try:
        import OpenEXR  # noqa: F401
    except ImportError:
        raise ValueError("OpenEXR is not installed: pip install 'divergence[exr]'") from None


def exr(times: NDArray[np.int32], rgb: NDArray[np.uint8], scene: str) -> bytes:
    """The bytes of an OpenEXR picture.

    Its channels are "times" (uint32), and R, G and B (float32, 0 to 1, of the primaries of sRGB);
    its header's "scene" is the text of the scene.

    Args:
        times: (rows, columns), row 0 the lowest.
        rgb: (rows, columns, 3) sRGB, top row first.
        scene: as TOML.

    Raises:
        ValueError: OpenEXR is not installed.
    """
    check()
    import OpenEXR

    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, "scene": scene}
    channels = {
        "times": np.ascontiguousarray(times[::-1]).astype(np.uint32),
        "RGB": np.ascontiguousarray(to_linear(rgb)),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.exr"  # the library writes to a path alone
        with OpenEXR.File(header, channels) as file:
            file.write(str(path))
        return path.read_bytes()
