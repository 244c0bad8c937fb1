"""What GPUs are asked for, counted by the emulated one that the tests use: no times, but exact."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import divergence as dv
from divergence.film import render
from films import scene
from measure import HERE, Measurement
from tqdm import tqdm

sys.path.append(str(HERE.parent / "tests"))

import emulation  # noqa: E402

TITLE = "What a GPU is asked for: counts of an emulated one with 132 processors"
COUNTS = {
    "allocations": "of the device's memory",
    "pinned allocations": "of pages that cannot be moved",
    "frees": "each of which waits for the whole device",
    "streams": "opened",
    "uploads": "",
    "uploaded": "bytes",
    "downloads": "",
    "downloaded": "bytes",
    "launches": "",
    "most": "bytes of the device held at once",
}


def mandelbrot() -> None:
    window = dv.Window(center=(-0.5, 0), width=3, shape=(1000, 1000))
    dv.times(dv.Mandelbrot(), window, 1000, device="cuda:0")


def film() -> None:
    with tempfile.TemporaryDirectory() as place:
        render.render(
            scene("C2"),
            Path(place) / "film",
            device="cuda:0",
            bar=lambda total, *_: tqdm(total=total, disable=True),
        )


def run() -> list[Measurement]:
    rows = []
    work: dict[str, Callable[[], None]] = {
        "Mandelbrot 1000x1000, the first": mandelbrot,
        "Mandelbrot 1000x1000, another": mandelbrot,
        "film of 300 frames, C2": film,
    }
    with tempfile.TemporaryDirectory() as place:
        emulation.build(Path(place))
        with emulation.emulated(Path(place)) as emulator:
            for what, ask in work.items():
                emulator.start_anew()
                emulator.set(processors=132, threads_per_processor=1024)
                ask()
                rows += [
                    Measurement(f"{what}: {name}", emulator.count(name), "", note, compare=False)
                    for name, note in COUNTS.items()
                ]
    return rows
