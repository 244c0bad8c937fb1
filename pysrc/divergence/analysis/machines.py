"""One run of a Turing machine, cell by cell: row H3."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import checks
from ..maps.halting import machine_table

INCREMENTER = "0RF0RB_0RC1RB_1LD1RC_0LE1LD_1RA1LE_1RG1RF_0LI1RH_0RH1LI"
"""Copies a block of ones behind a blank and adds one more to the copy: see machine_run()."""


class MachineRun(NamedTuple):
    """What a machine did.

    Attributes:
        tape: (steps + 1, cells) bool, before each step and after the last.
        head: (steps + 1,) int64, the cell that the head is on.
        halted: whether it did.
    """

    tape: NDArray[np.bool_]
    head: NDArray[np.int64]
    halted: bool


def machine_run(machine: str, tape: Sequence[int] = (), steps: int = 1000) -> MachineRun:
    """The tape of a Turing machine, step by step, until it halts or for so many steps.

    Args:
        machine: its table, as of TuringTapes.
        tape: zeros and ones from the cell under the head on to the right; the rest is blank.
        steps: at most.

    Raises:
        ValueError: a bad value.
    """
    table = machine_table(machine)
    steps = checks.integer("steps", steps, minimum=0)
    cells = dict(enumerate(map(int, tape)))
    changes: list[tuple[int, int]] = []
    heads, state, head = [0], 0, 0
    while len(changes) < steps and state < len(table):
        digit = table[state][cells.get(head, 0)]
        changes.append((head, (digit >> 1) & 1))
        cells[head] = changes[-1][1]
        head += 1 if digit & 1 else -1
        heads.append(head)
        state = digit >> 2
    low = min(heads)
    picture = np.zeros((len(heads), max(max(heads), len(tape) - 1) - low + 1), np.bool_)
    row = picture[0]
    row[-low : len(tape) - low] = np.asarray(tape, np.bool_)
    for n, (place, written) in enumerate(changes):
        picture[n + 1] = picture[n]
        picture[n + 1, place - low] = written
    return MachineRun(picture, np.array(heads) - low, state == len(table))
