"""The CUDA sources on devices that tests/emulator/ makes up, as device="cuda:N"."""

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from divergence.kernel import devices, native

ROOT = Path(__file__).resolve().parent.parent


def variant() -> str:
    """That with the sanitizers of the libraries under test."""
    _, command, *_ = (native.BUILD / "cpu.recipe").read_text().splitlines()
    kinds = {"-fsanitize=address": "emulated-asan", "-fsanitize=thread": "emulated-tsan"}
    return next((kinds[flag] for flag in command.split() if flag in kinds), "emulated")


def build(folder: Path) -> None:
    """Fills a folder with links to the CPU's libraries and to emulated ones, kept like others."""
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    command = [ROOT / "build.sh", "cuda", "--variant", variant()]
    subprocess.run(command, env=environment, check=True)
    for path in [*native.BUILD.glob("*cpu.*"), *(ROOT / "build" / variant()).glob("*cuda.*")]:
        (folder / path.name).symlink_to(path)


class Emulator:
    """The devices; see tests/emulator/device.h for what can be set and counted."""

    def __init__(self, folder: Path) -> None:
        self._libraries = [ctypes.CDLL(str(path)) for path in sorted(folder.glob("*.cuda.so"))]
        for library in self._libraries:
            library.divergence_emulate.argtypes = [ctypes.c_char_p, ctypes.c_int64]
            library.divergence_emulated.argtypes = [ctypes.c_char_p]
            library.divergence_emulated.restype = ctypes.c_int64
        self.start_anew()

    def start_anew(self) -> None:
        """Devices are whole, settings are what they were, and nothing was counted."""
        for library in self._libraries:
            library.divergence_emulate_anew()
        devices.gpus.cache_clear()

    def set(self, **settings: int) -> None:
        for name, value in settings.items():
            for library in self._libraries:
                library.divergence_emulate(name.encode(), value)
        devices.gpus.cache_clear()

    def count(self, name: str) -> int:
        """Of all families together."""
        return sum(library.divergence_emulated(name.encode()) for library in self._libraries)


@contextmanager
def emulated(folder: Path) -> Iterator[Emulator]:
    """Emulated devices are the GPUs that there are."""
    before, native.BUILD = native.BUILD, folder
    native._load.cache_clear()
    try:
        emulator = Emulator(folder)
        yield emulator
        emulator.start_anew()
    finally:
        native.BUILD = before
        native._load.cache_clear()
        devices.gpus.cache_clear()
