"""Films made of rings around keyframes beside films computed frame by frame."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import imageio.v3 as iio
import numpy as np
from divergence import film, resample
from divergence.colour import Colouring
from divergence.compute import outcome_at
from divergence.layers import Patch, finer
from divergence.scene import Frame, Scene
from divergence.similarity import ssim
from measure import Measurement
from tqdm import tqdm

TITLE = "Zooms of 10 octaves in 300 frames: rows T3, C2 and P2, rings against every frame"
FRAMES, PER_OCTAVE = 300, 30
SCENES = {"T3": "three-body-zoom", "C2": "julia-zoom", "P2": "henon-pinwheel"}
SHAPES = {"T3": (64, 64), "C2": (480, 480), "P2": (480, 480)}
COMPARED = 4  # frames
SAMPLES = {"T3": 2, "C2": 4, "P2": 4}  # a pixel, across and down, of the frame that is the truth


def scene(row: str) -> Scene:
    """The scene of a row at the length and size of this benchmark."""
    named = Scene.load(SCENES[row])
    changes = {f"changes.{path}": law.table() for path, law in named.changes.items()}
    for law in changes.values():
        if "halve_every" in law:
            law["halve_every"] = PER_OCTAVE
    size = {"frames": FRAMES, "window.shape": SHAPES[row], "film.format": "png"}
    return named.with_values(changes | size)


def exact(frame: Frame, colouring: Colouring, samples: int) -> np.ndarray:
    """A frame computed for itself, top row first."""
    patch = Patch.whole(finer(frame.window, samples))
    outcome = outcome_at(
        frame.map,
        *patch.points(0, patch.size),
        frame.max_steps,
        fates=bool(colouring.fates),
        fractions=colouring.smooth,
    )
    return resample.compose(frame, resample.blocks(patch, outcome), colouring)[0][::-1]


def compared(folder: Path, made: Scene, samples: int) -> Iterator[float]:
    """How alike some frames of a film are to what they should be."""
    colouring = Colouring.of(made.colour)
    for i in np.linspace(0, FRAMES - 1, COMPARED).astype(int):
        shown = iio.imread(folder / "film.png" / f"frame-{i:05d}.png")
        yield ssim(shown, exact(made.frame(int(i)), colouring, samples))


def run() -> list[Measurement]:
    rows = []
    for row in SCENES:
        with tempfile.TemporaryDirectory() as place:
            folder, made = Path(place) / "film", scene(row)
            report = film.render(made, folder, bar=lambda total, *_: tqdm(disable=True))
            means = [np.mean([*compared(folder, made, n)]) for n in (1, SAMPLES[row])]
        times = f"{report['pixel_steps_computed']:.3g} pixel-steps, {report['seconds']:.0f} s"
        rows.append(
            Measurement(f"{row}: cost of frame by frame", report["ratio"], "x", times, False)
        )
        note = f"mean of {COMPARED} frames, single samples"
        rows.append(Measurement(f"{row}: SSIM, exact", means[0], "", note, False))
        note = f"mean of {COMPARED} frames, {SAMPLES[row]}x{SAMPLES[row]} samples a pixel"
        rows.append(Measurement(f"{row}: SSIM, exact and averaged", means[1], "", note, False))
    return rows
