"""The compiled libraries: find, check, call, raise."""

import ctypes
import logging
import re
import threading
from collections.abc import Mapping
from ctypes import POINTER, c_char_p, c_double, c_int, c_int64, c_void_p
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import places
from ..errors import DeviceError, DeviceMemoryError, LibraryError
from ..maps.base import Map
from ..maps.planar import PlanarMap
from . import compiled

SOURCES, BUILD = places.SOURCES, places.LIBRARIES
DONE, BUSY, FAILED, REFUSED, OUT_OF_MEMORY = range(5)  # enum divergence_status of cuda/job.h

TEXT: tuple[type, list[type]] = (c_char_p, [])
FUNCTIONS: dict[str, tuple[type, list[type]]] = {
    "last_error": TEXT,
    "job_fields": TEXT,
    "orbit_job_fields": TEXT,
    "progress_fields": TEXT,
    "plane_reference_job_fields": TEXT,
    "plane_pixels_job_fields": TEXT,
    "device_count": (c_int, [POINTER(c_int64)]),
    "device_name": (c_int, [c_int64, c_char_p, c_int64]),
    "poll": (c_int, [c_int64, c_double, c_void_p]),
    "release": (c_int, [c_int64]),
}
"""What each function returns and takes, after divergence_."""
MAP_FUNCTIONS: dict[str, tuple[type, list[type]]] = {
    "parameters": TEXT,
    "submit": (c_int, [c_void_p, c_void_p, POINTER(c_int64)]),
    "state": (c_int, [c_void_p, POINTER(c_char_p), POINTER(c_int64)]),
    "times": (c_int, [c_void_p, c_void_p, c_void_p, c_int64, c_int64, c_void_p]),
    "follow": (
        c_int,
        [c_void_p, c_double, c_double, c_int64, c_int64, c_void_p, c_void_p, c_int64],
    ),
}
"""The same of every map, after divergence_ENTRY_; its orbits, ENTRY_orbits, have the first two."""


class Library:
    """A loaded library, checked against its stamp.

    Attributes:
        path: of the file.
        functions: what each that is no map's returns and takes; a family may have more of its own.

    Raises:
        LibraryError: it is missing, damaged, or not built from the sources at hand.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.functions = dict(FUNCTIONS)
        self._check_stamp()
        try:
            self._dll = ctypes.CDLL(str(self.path))
        except OSError as error:
            raise LibraryError(f"{self.path} cannot be loaded ({error}): {places.REMEDY}") from None

    def _check_stamp(self) -> None:
        """Compares the file and its sources, where they are at hand, with what build.sh noted.

        To load a file that is truncated would kill the process.
        """
        if not self.path.exists():
            raise LibraryError(f"{self.path} is missing: {places.REMEDY}")
        if not compiled.is_whole(self.path):
            raise LibraryError(f"{self.path} is damaged: {places.REMEDY}")
        if SOURCES.exists() and not compiled.is_current(self.path, SOURCES):
            raise LibraryError(f"{self.path} was built from other sources: {places.REMEDY}")

    def function(self, name: str, entry: str = "") -> Any:
        """The C function divergence_<name>, or divergence_<entry>_<name> of a map.

        Raises:
            LibraryError: the library has none.
        """
        try:
            function = getattr(self._dll, "_".join(filter(None, ("divergence", entry, name))))
        except AttributeError:
            raise LibraryError(f"{self.path} has no {entry or name}: {places.REMEDY}") from None
        function.restype, function.argtypes = (MAP_FUNCTIONS if entry else self.functions)[name]
        return function

    def text(self, name: str, entry: str = "") -> str:
        """What a function says that returns text."""
        return str(self.function(name, entry)().decode())

    def call(self, name: str, *arguments: object, entry: str = "") -> bool:
        """Calls a function that returns a status; whether that is "done", not "busy".

        Raises:
            ValueError: it refused an argument. DeviceMemoryError: the device has too little memory.
            DeviceError: it failed. All in its own words.
        """
        status = self.function(name, entry)(*arguments)
        if status in (DONE, BUSY):
            return bool(status == DONE)
        words = self.text("last_error")
        if status == REFUSED:
            raise ValueError(words)
        kind = DeviceMemoryError if status == OUT_OF_MEMORY else DeviceError
        raise kind(f"{self.path.name}: {words}")

    def release(self, ticket: c_int64) -> None:
        """Stops a job that still runs, and frees what the library holds for it."""
        self.call("release", ticket)

    def count_devices(self) -> int:
        """How many devices the library finds here. DeviceError: why there are none."""
        count = c_int64()
        self.call("device_count", count)
        return count.value

    def name_device(self, device: int) -> str:
        """The name of one of them. DeviceError: why the library cannot use it."""
        name = ctypes.create_string_buffer(256)
        self.call("device_name", device, name, len(name))
        return name.value.decode()

    @cached_property
    def sources(self) -> str:
        """The digest of the sources that it was built from."""
        return compiled.sources_digest(self.path)

    def parameters(self, system: Map) -> NDArray[np.void]:
        """A map's parameters as the library's struct, by their names."""
        return self._parameters(system.entry, system.parameters())

    def orbit_parameters(self, system: PlanarMap) -> NDArray[np.void]:
        """The same for the orbits of a planar map."""
        return self._parameters(f"{system.entry}_orbits", system.planar())

    def _parameters(self, entry: str, values: Mapping[str, object]) -> NDArray[np.void]:
        wanted = struct_type(self.text("parameters", entry))
        if set(wanted.names or ()) != set(values) or not all(
            np.can_cast(np.asarray(value).dtype, wanted[name].base, "same_kind")
            for name, value in values.items()
        ):
            raise LibraryError(f"{self.path} has other parameters for {entry}: {places.REMEDY}")
        return struct(wanted, values)


_loading = threading.Lock()


@cache
def _load(family: str, backend: str) -> Library:
    return Library(BUILD / f"lib{family}.{backend}.so")


def load(family: str, backend: str) -> Library:
    """The library of a family, "cpu" or "cuda", loaded once in a process.

    Raises:
        LibraryError: it is missing, damaged, or not built from the sources at hand.
    """
    with _loading:
        return _load(family, backend)


@cache
def _loaded(path: Path) -> Library:
    return Library(path)


def library_of(system: Map, backend: str) -> Library | None:
    """The library that has a map: its family's, or one of its own, compiled at its first use; None
    where there is no compiler for that, and the map is interpreted.

    Raises:
        LibraryError: as of load().
    """
    source = system.source
    if source is None:
        return load(system.family, backend)
    with _loading:
        try:
            path = compiled.library_of(source, BUILD, SOURCES, backend)
        except compiled.NoCompilerError as reason:
            _warn_once(str(reason))
            return None
        return _loaded(path)


@cache
def _warn_once(reason: str) -> None:
    said = "formulas are interpreted, which is some ten times slower: %s"
    logging.getLogger(__name__).warning(said, reason)


def elementary(name: str, *arrays: np.ndarray) -> np.ndarray:
    """One of the kernels' own functions, such as "exp", over one or two arrays."""
    library = load("elementary", "cpu")
    library.functions[f"elementary_{name}"] = (c_int, [c_void_p, c_void_p, c_void_p, c_int64])
    given = [np.ascontiguousarray(each, np.float64) for each in np.broadcast_arrays(*arrays)]
    result = np.empty_like(given[0])
    pointers = (each.ctypes.data for each in (given[0], given[-1], result))
    library.call(f"elementary_{name}", *pointers, result.size)
    return result


@cache
def struct_type(fields: str) -> np.dtype[np.void]:
    """Of members as a library names them, such as "double a; double center[2]; int64_t count"."""
    types = {"double": np.float64, "int64_t": np.int64, "complex": np.complex128, "void*": np.uintp}
    members = []
    for member in fields.split("; "):
        kind, _, declared = member.partition(" ")
        name, *sizes = re.findall(r"[^][]+", declared)
        members.append((name, types[kind], tuple(map(int, sizes))))
    return np.dtype(members)


def struct(of_type: np.dtype[np.void], values: Mapping[str, object]) -> NDArray[np.void]:
    """A C struct: arrays may be flat, and what has no value is 0."""
    made = np.zeros((), of_type)
    for name, value in values.items():
        made[name] = np.reshape(np.asarray(value), of_type[name].shape)
    return made
