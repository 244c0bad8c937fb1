"""What "auto", "cpu", "cuda" and "cuda:0,1" mean on this machine."""

import os
import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from ..errors import DeviceError, LibraryError
from . import native
from .elsewhere import Where, elsewhere, only_here

# Any family will do to ask for devices: they all have the same engine.
FAMILY = "three_body"


class Device(NamedTuple):
    """One worker: a backend and, for "cuda", the number of a GPU."""

    backend: str
    index: int = 0  # type: ignore[assignment] # a tuple's index() is of no use here

    def __str__(self) -> str:
        return self.backend if self.backend == "cpu" else f"{self.backend}:{self.index}"


def cpu_threads() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0))


class Gpus(NamedTuple):
    """What GPUs there are.

    Attributes:
        names: of those that can be used, by number.
        causes: why others cannot be, by number.
        cause: why none can be; "" where one can.
    """

    names: Mapping[int, str]
    causes: Mapping[int, str]
    cause: str


@cache
def gpus() -> Gpus:
    """The GPUs of this machine, asked once."""
    names: dict[int, str] = {}
    causes: dict[int, str] = {}
    try:
        library = native.load(FAMILY, "cuda")
        for index in range(library.count_devices()):
            try:
                names[index] = library.name_device(index)
            except DeviceError as error:
                causes[index] = _words(error)
    except (LibraryError, DeviceError) as error:
        return Gpus({}, {}, _without_library() or _words(error))
    return Gpus(names, causes, "" if names else "; ".join(causes.values()))


def _words(error: Exception) -> str:
    """What an error says, without the name of the library that says it."""
    return re.sub(r"^lib\w+\.cuda\.so: ", "", str(error))


def _without_library() -> str:
    """Why there is no CUDA library, as build.sh noted it; "" where there is one."""
    if (native.BUILD / f"lib{FAMILY}.cuda.so").exists():
        return ""
    try:
        return (native.BUILD / "cuda.recipe").read_text().splitlines()[0]
    except (OSError, IndexError):
        return "no CUDA library was built"


def devices() -> dict[str, str]:
    """What `device` can be here, with a description each.

    Returns:
        For instance {"auto": "cuda:0", "cpu": "2 threads of 512 bits", "cuda": "every GPU: cuda:0",
        "cuda:0": "NVIDIA H100"}; without a GPU, "auto", which says why, and "cpu" alone.
    """
    found = gpus()
    names = {f"cuda:{index}": name for index, name in found.names.items()}
    causes = [f"not cuda:{index}: {cause}" for index, cause in found.causes.items()]
    auto = "; ".join([", ".join(names), *causes]) if names else f"cpu; no GPU: {found.cause}"
    here = {"auto": auto, "cpu": native.load(FAMILY, "cpu").name_device(0)}
    if names:
        here["cuda"] = "every GPU: " + ", ".join(names)
    return here | names


def check(device: Where) -> None:
    """Says what is wrong with a device before any work. Errors as of resolve()."""
    if not elsewhere(device):
        resolve(device)


def resolve(device: Where) -> list[Device]:
    """The workers that a device string asks for; "cuda:0,0" is two workers on one GPU.

    Raises:
        ValueError: the string means nothing.
        DeviceError: it names a device that is not here, or other machines.
    """
    device = only_here(device)
    if device == "cpu":
        return [Device("cpu")]
    match = re.fullmatch(r"auto|cuda(?::(\d+(?:,\d+)*))?", device)
    if not match:
        raise ValueError(f'device must be "auto", "cpu", "cuda" or "cuda:0,1", not {device!r}')
    found = gpus()
    if device == "auto" and not found.names:
        return [Device("cpu")]
    if not found.names:
        raise DeviceError(f"device {device!r} asks for a GPU, and there is none: {found.cause}")
    wanted = [int(i) for i in match[1].split(",")] if match[1] else list(found.names)
    for index in wanted:
        if index not in found.names:
            there = ", ".join(map(str, found.names))
            cause = found.causes.get(index, f"here are {there}")
            raise DeviceError(f"device {device!r} asks for GPU {index}: {cause}")
    return [Device("cuda", index) for index in wanted]
