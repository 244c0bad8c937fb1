"""One run of a Turing machine as a picture: row H3."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PIL import Image

from .. import checks, colormaps
from ..analysis.machines import INCREMENTER, machine_run
from ..frame import Frame
from ..maps.halting import machine_table
from .base import Figure, Rgb

BLANK, ONE, HEAD = "#10131f", "#ffc857", "#ff5a4f"


@dataclass(frozen=True)
class MachineRun(Figure):
    """The tape of a Turing machine, a row a step, time going down, and in red where its head is.

    Attributes:
        machine: its table, as of the map turing-tapes.
        ones: it starts on the first of so many ones, on a tape that is otherwise blank.
        steps: to follow at most.
        until: show only so many, so that a film can grow; 0 for all.
    """

    kind: ClassVar[str] = "machine-run"
    group: ClassVar[str] = "Halting"

    machine: str = INCREMENTER
    ones: int = 0
    steps: int = 10_000
    until: int = 0

    def __post_init__(self) -> None:
        machine_table(self.machine)
        checks.integer("ones", self.ones, minimum=0, maximum=10_000)
        checks.integer("steps", self.steps, minimum=1, maximum=1_000_000)
        checks.integer("until", self.until, minimum=0)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        run = machine_run(self.machine, [1] * self.ones, self.steps)
        colours = np.rint(255 * np.array([colormaps.rgb(c) for c in (BLANK, ONE, HEAD)]))
        cells = run.tape.astype(np.intp)
        cells[np.arange(len(cells)), run.head] = 2
        if self.until:
            cells[self.until + 1 :] = 0
        rows, columns = frame.window.shape
        every = -(-len(cells) // (4 * rows))  # at most four rows a pixel are averaged
        picture = Image.fromarray(colours[cells[::every]].astype(np.uint8))
        return np.asarray(picture.resize((columns, rows), Image.Resampling.BOX))
