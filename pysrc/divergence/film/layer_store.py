"""Where what became of layers is kept: in a film's folder, or in memory for a single picture.

A layer in a folder is found by its key, which says all that its times depend on, whatever its file
is called. So a film whose plan changes, as it does when frames are added, finds what it has.
"""

import hashlib
import io
import re
import threading
import zipfile
import zlib
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from ..files import remove_parts, write
from ..kernel.launch import state_type
from ..kernel.outcome import KINDS, Outcome
from .plan import Layer

FILE = r"(ring|frame)-\d{5}(-[0-9a-f]{8})?(\.\d+-\d+)?\.npz"
LEVEL = 1  # of compression
DAMAGED = (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)


class Stored(NamedTuple):
    """What is kept of a layer's points.

    Attributes:
        outcome: arrays (points,).
        steps: pixel-steps that were computed for it; others were taken from another layer.
    """

    outcome: Outcome
    steps: int


class Kept(NamedTuple):
    """What a store says of a layer without reading it.

    Attributes:
        steps: as above.
        arrays: the names of those that are kept.
        source: the digest of the sources of the library that computed it; "" if it is not known.
    """

    steps: int
    arrays: frozenset[str]
    source: str


class LayerStore(Protocol):
    """Layers, and of those that are being computed parts, by the numbers of their points."""

    in_parts: bool  # whether it is of use to save parts
    references: Path | None  # the folder where reference orbits are kept, if they are

    def find(self, layer: Layer, part: range | None = None) -> Kept | None:
        """What is kept of a layer, or of a part of it; None if nothing is."""

    def load(self, layer: Layer, part: range | None = None) -> Stored | None:
        """What save() was given; None if it is not there or damaged."""

    def save(self, layer: Layer, stored: Stored, source: str, part: range | None = None) -> None:
        """Keeps what became of a layer's points, or of a part of them."""

    def parts(self, layer: Layer) -> list[range]:
        """The parts of a layer that are kept, in order."""

    def forget(self, layer: Layer, part: range | None = None) -> None:
        """Removes a layer or a part of one."""


class MemoryStore:
    """A LayerStore that is gone with the process."""

    in_parts = False
    references: Path | None = None

    def __init__(self) -> None:
        self._kept: dict[tuple[str, range | None], tuple[Stored, str]] = {}

    def find(self, layer: Layer, part: range | None = None) -> Kept | None:
        if (layer.name, part) not in self._kept:
            return None
        stored, source = self._kept[layer.name, part]
        return Kept(stored.steps, frozenset(stored.outcome.arrays()), source)

    def load(self, layer: Layer, part: range | None = None) -> Stored | None:
        stored, _ = self._kept.get((layer.name, part), (None, ""))
        return stored

    def save(self, layer: Layer, stored: Stored, source: str, part: range | None = None) -> None:
        self._kept[layer.name, part] = stored, source

    def parts(self, layer: Layer) -> list[range]:
        return []

    def forget(self, layer: Layer, part: range | None = None) -> None:
        self._kept.pop((layer.name, part), None)


class FolderStore:
    """A LayerStore in the files of a folder, an .npz each; several threads may use it."""

    in_parts = True

    def __init__(self, path: Path) -> None:
        self.path = path
        self.references: Path | None = path
        self._lock = threading.RLock()  # of the table of files
        remove_parts(path, FILE)
        self._files: dict[tuple[str, range | None], tuple[Path, Kept]] = {}
        files = [file for file in path.glob("*.npz") if re.fullmatch(FILE, file.name)]
        for file in sorted(files, key=lambda file: (len(file.stem), file.name), reverse=True):
            if found := _read_key(file):  # of two that are alike, the last counts
                key, kept = found
                self._files[key, _part_of(file)] = file, kept

    def find(self, layer: Layer, part: range | None = None) -> Kept | None:
        _, kept = self._found(layer, part)
        return kept

    def load(self, layer: Layer, part: range | None = None) -> Stored | None:
        path, kept = self._found(layer, part)
        if path is None or kept is None:
            return None
        try:
            with np.load(path) as file:
                arrays = {name: file[name] for name in KINDS if name in kept.arrays}
            if "states" in arrays and arrays["states"].dtype.names is None:
                # Folders of before have no names of the numbers: (points, variables).
                numbers = np.ascontiguousarray(arrays["states"])
                arrays["states"] = numbers.view(state_type(layer.map))[:, 0]
        except DAMAGED:
            return None
        size = layer.patch.size if part is None else len(part)
        if any(len(array) != size for array in arrays.values()):
            return None
        return Stored(Outcome(layer.map, layer.max_steps, **arrays), kept.steps)

    def save(self, layer: Layer, stored: Stored, source: str, part: range | None = None) -> None:
        arrays = stored.outcome.arrays()
        with self._lock:
            path, _ = self._found(layer, part)
            path = path or self._free_path(layer, part)
        labels = {"key": layer.key_text, "steps": stored.steps, "source": source}
        named: dict[str, Any] = arrays | {k: np.array(v) for k, v in labels.items()}
        self.path.mkdir(exist_ok=True)
        write(path, _packed(named))
        with self._lock:
            self.forget(layer, part, but=path)
            self._files[layer.key_text, part] = path, Kept(stored.steps, frozenset(arrays), source)

    def parts(self, layer: Layer) -> list[range]:
        with self._lock:
            found = [part for key, part in self._files if part and key in layer.key_texts]
        return sorted(found, key=lambda part: (part.start, -part.stop))

    def forget(self, layer: Layer, part: range | None = None, *, but: Path | None = None) -> None:
        with self._lock:
            for key in layer.key_texts:
                path, _ = self._files.pop((key, part), (but, None))
                if path is not None and path != but:
                    path.unlink(missing_ok=True)

    def _found(self, layer: Layer, part: range | None) -> tuple[Path, Kept] | tuple[None, None]:
        with self._lock:
            found = (self._files.get((key, part)) for key in layer.key_texts)
            return next((file for file in found if file), (None, None))

    def _free_path(self, layer: Layer, part: range | None) -> Path:
        """A file for a layer, which is not that of another."""
        suffix = f".{part.start}-{part.stop}.npz" if part else ".npz"
        taken = {path for path, _ in self._files.values()}
        plain = self.path / f"{layer.name}{suffix}"
        if plain not in taken:
            return plain
        digest = hashlib.sha256(layer.key_text.encode()).hexdigest()[:8]
        return self.path / f"{layer.name}-{digest}{suffix}"


def _packed(arrays: dict[str, Any]) -> bytes:
    """An .npz, in a seventh of the time that np.savez_compressed takes for the times of chaos,
    which that makes no smaller."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.asanyarray(array), allow_pickle=False)
    return packed.getvalue()


def _read_key(path: Path) -> tuple[str, Kept] | None:
    """The key in a file, and what it holds; None if it is damaged."""
    try:
        with np.load(path) as file:
            source = str(file["source"]) if "source" in file else ""
            kept = Kept(int(file["steps"]), frozenset(KINDS).intersection(file), source)
            return str(file["key"]), kept
    except DAMAGED:
        return None


def _part_of(path: Path) -> range | None:
    """Of which points a file tells, by its name; None for a whole layer."""
    match = re.search(r"\.(\d+)-(\d+)\.npz$", path.name)
    return range(int(match[1]), int(match[2])) if match else None
