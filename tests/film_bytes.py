"""The bytes of a film's folder, but for what tells of time and place."""

from pathlib import Path

FILES = ("*.mp4", "poster.png", "scene.toml", "times/*.npz", "pictures/*.png", "frames/*.png")


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a film's folder that is the same however it was made, by its name."""
    found = sorted(path for pattern in FILES for path in folder.glob(pattern))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}
