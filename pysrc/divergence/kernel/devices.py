"""What "auto", "cpu", "cuda" and "cuda:0,1" mean on this machine."""

import os
import re
from functools import cache
from typing import NamedTuple

from ..errors import DeviceError, LibraryError
from . import native

# Any family will do to ask for devices: they all have the same engine.
FAMILY = "three_body"


class Device(NamedTuple):
    """One worker: a backend and, for "cuda", the number of a GPU."""

    backend: str
    index: int = 0

    def __str__(self) -> str:
        return self.backend if self.backend == "cpu" else f"{self.backend}:{self.index}"


def cpu_threads() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0))


@cache
def gpus() -> tuple[str, ...]:
    """The names of the GPUs that can be used, none where there is no CUDA library or device."""
    try:
        return tuple(native.load(FAMILY, "cuda").devices())
    except LibraryError:
        return ()


def devices() -> dict[str, str]:
    """What `device` can be here, with a description each.

    Returns:
        For instance {"auto": "cuda:0", "cpu": "2 threads of 512 bits", "cuda": "every GPU: cuda:0",
        "cuda:0": "NVIDIA H100"}; without a GPU, "auto" and "cpu" alone.
    """
    found = {f"cuda:{i}": name for i, name in enumerate(gpus())}
    cpu = native.load(FAMILY, "cpu").devices()[0]
    here = {"auto": ", ".join(found) if found else "cpu", "cpu": cpu}
    if found:
        here["cuda"] = "every GPU: " + ", ".join(found)
    return here | found


def resolve(device: str) -> list[Device]:
    """The workers that a device string asks for; "cuda:0,0" is two workers on one GPU.

    Raises:
        ValueError: the string means nothing.
        DeviceError: it names a device that is not here.
    """
    if device == "cpu":
        return [Device("cpu")]
    match = re.fullmatch(r"auto|cuda(?::(\d+(?:,\d+)*))?", str(device))
    if not match:
        raise ValueError(f'device must be "auto", "cpu", "cuda" or "cuda:0,1", not {device!r}')
    count = len(gpus())
    if device == "auto" and count == 0:
        return [Device("cpu")]
    wanted = [int(i) for i in match[1].split(",")] if match[1] else range(count)
    if count == 0:
        raise DeviceError(f"device {device!r} asks for a GPU, and there is none to use here")
    for index in wanted:
        if index >= count:
            raise DeviceError(f"device {device!r} asks for GPU {index}; there are 0 to {count - 1}")
    return [Device("cuda", index) for index in wanted]
