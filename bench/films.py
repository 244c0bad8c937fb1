"""Films made of rings around keyframes beside films computed frame by frame."""

import tempfile
from pathlib import Path

import imageio.v3 as iio
import numpy as np
from divergence.analysis.ssim import ssim
from divergence.colour import Colouring
from divergence.film import compose, render
from divergence.film.plan import finer
from divergence.frame import Frame
from divergence.kernel.compute import outcome_of
from divergence.kernel.points import Patch
from divergence.scenes.scene import Scene
from measure import Measurement
from tqdm import tqdm

TITLE = "Zooms of 10 octaves in 300 frames: rows T3, C2 and P2, rings against every frame"
FRAMES, PER_OCTAVE = 300, 30
SCENES = {"T3": "three-body-zoom", "C2": "julia-zoom", "P2": "henon-pinwheel"}
SHAPES = {"T3": (64, 64), "C2": (480, 480), "P2": (480, 480)}
COUNTED = 16  # frames that are computed for themselves, to know what they cost
COMPARED = 4  # of these
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


def exact(frame: Frame, colouring: Colouring, samples: int) -> tuple[np.ndarray, float]:
    """A frame computed for itself, top row first, and its pixel-steps."""
    patch = Patch.of(finer(frame.window, samples))
    points = patch.part(range(patch.size))
    outcome = outcome_of(frame.map, points, frame.max_steps, colouring.needs)
    rgb, steps = compose.compose(frame, compose.blocks(patch, outcome), colouring)
    return rgb[::-1], steps


def measured(row: str, folder: Path) -> list[Measurement]:
    """Makes a film, and some of its frames one by one."""
    made, samples = scene(row), SAMPLES[row]
    report = render.render(made, folder, bar=lambda total, *_: tqdm(disable=True))
    colouring = Colouring.of(made.colour)
    numbers = np.linspace(0, FRAMES - 1, COUNTED).astype(int)
    frames = [made.frame(int(i)) for i in numbers]
    singles, steps = zip(*(exact(frame, colouring, 1) for frame in frames), strict=True)
    frame_by_frame = np.interp(range(FRAMES), numbers, steps).sum()
    alike = []
    for k in range(0, COUNTED, (COUNTED - 1) // (COMPARED - 1)):
        shown = iio.imread(folder / "frames" / f"{numbers[k]:05d}.png")
        truth, _ = exact(frames[k], colouring, samples)
        alike.append((ssim(shown, truth), ssim(singles[k], truth), ssim(shown, singles[k])))
    rings, single, same = np.mean(alike, axis=0)
    computed = report["pixel_steps_computed"]
    took = f"{computed:.3g} pixel-steps, {report['seconds']:.0f} s"
    fine = f"{samples}x{samples} samples a pixel"
    return [
        Measurement(f"{row}: frame by frame, estimated", report["ratio"], "x", took, False),
        Measurement(
            f"{row}: frame by frame, computed",
            frame_by_frame / computed,
            "x",
            f"from {COUNTED} frames",
            False,
        ),
        Measurement(f"{row}: SSIM of rings", rings, "", f"to exact frames of {fine}", False),
        Measurement(f"{row}: SSIM of single samples", single, "", "to the same", False),
        Measurement(f"{row}: SSIM of both", same, "", f"mean of {COMPARED} frames", False),
    ]


def run() -> list[Measurement]:
    rows = []
    for row in SCENES:
        with tempfile.TemporaryDirectory() as place:
            rows += measured(row, Path(place) / "film")
    return rows
