"""Turing machines of two symbols, whose time is how long they run: rows H1 and H2."""

import re
from dataclasses import dataclass
from typing import ClassVar

from .. import checks
from .base import Map, Parameter

__all__ = ["TuringMachines", "TuringTapes", "machine_table"]

MOST_STATES = 16
CHAMPIONS = {
    2: "1RB1LB_1LA1RH",
    3: "1RB1RH_1LB0RC_1LC1LA",
    4: "1RB1LB_1LA0LC_1RH1LD_1RD0RA",
    5: "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RH0LA",
}


@dataclass(frozen=True)
class TuringMachines(Map):
    """Steps until a Turing machine of n states and 2 symbols halts, started on a blank tape.

    A pixel is a machine, coordinates rounded down to whole numbers. What its states A, B, ... do
    where they read 0 are the digits of x in base b = 4 (n + 1), A's the highest, and where they
    read 1 those of y: a digit is 4 next + 2 write + (1 if to the right), where next = n halts. The
    step that halts counts. Whole pictures are b^n wide: 144, 4096, 160 000, 7 962 624 for n = 2
    to 5.

    With the step limits 7, 22 and 108 the machines of 2, 3 and 4 states are decided: what runs so
    long runs for ever (T. Rado 1962, A. Brady 1983). A fate is how many ones are left.

    Attributes:
        states: n, 1 to 6.

    Raises:
        ValueError: n is out of its range.
    """

    name: ClassVar[str] = "turing-machines"
    family: ClassVar[str] = "halting"
    fate_names: ClassVar[tuple[str, ...]] = (
        "no ones",
        "1 one",
        *(f"{ones} ones" for ones in range(2, 15)),
        "15 ones or more",
        "left the tape",
        "no machine",
    )

    states: int = 3

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "states", checks.integer("states", self.states, minimum=1, maximum=6)
        )

    @property
    def moves(self) -> bool:
        return False

    @property
    def base(self) -> int:
        """b, the base of the digits."""
        return 4 * (self.states + 1)

    def place(self, machine: str) -> tuple[int, int]:
        """The x and y of a machine such as "1RB1LB_1LA1RH". ValueError: it has other states."""
        table = machine_table(machine)
        if len(table) != self.states:
            raise ValueError(f"machine must have {self.states} states, not {len(table)}")
        x = y = 0
        for on_0, on_1 in table:
            x, y = x * self.base + on_0, y * self.base + on_1
        return x, y

    def parameters(self) -> dict[str, Parameter]:
        powers = [float(self.base**k) for k in reversed(range(self.states))]
        return {
            "states": float(self.states),
            "base": float(self.base),
            "powers": (*powers, *[1.0] * (6 - self.states)),
        }


@dataclass(frozen=True)
class TuringTapes(Map):
    """Steps until one Turing machine of 2 symbols halts, over all tapes that it may start on.

    A pixel is a tape: x is the half to the left of the head as a binary fraction, the nearest cell
    first, and y the half from the cell under the head on, both from 0 to 1. Beyond 52 cells a tape
    is blank. It has 651 cells to either side; a machine that would lose a one has left the tape.

    Attributes:
        machine: its table, such as "1RB1LB_1LA1RH": for each state A, B, ... what it writes on
            reading 0, which way it goes, and the next state, then the same on reading 1; H halts.

    Raises:
        ValueError: the table cannot be read.
    """

    name: ClassVar[str] = "turing-tapes"
    family: ClassVar[str] = "halting"
    fate_names: ClassVar[tuple[str, ...]] = ("halted", "left the tape", "no tape")

    machine: str = CHAMPIONS[3]

    def __post_init__(self) -> None:
        machine_table(self.machine)

    @property
    def moves(self) -> bool:
        return False

    def parameters(self) -> dict[str, Parameter]:
        table = machine_table(self.machine)
        digits = [float(digit) for row in table for digit in row]
        return {
            "states": float(len(table)),
            "table": (*digits, *[0.0] * (2 * MOST_STATES - len(digits))),
        }


def machine_table(machine: str) -> list[tuple[int, int]]:
    """The instructions of a machine's states on 0 and on 1, each 4 next + 2 write + (1 if right).

    Raises:
        ValueError: the text is no table of up to 16 states.
    """
    example = 'a table such as "1RB1LB_1LA1RH"'
    if not isinstance(machine, str):
        raise ValueError(f"machine must be {example}, not {machine!r}")
    rows = machine.split("_")
    states = "ABCDEFGIJKLMNOPQ"[: len(rows)]  # H is for halting
    if len(rows) > MOST_STATES:
        raise ValueError(f"machine must have at most {MOST_STATES} states, not {len(rows)}")
    table = []
    for row in rows:
        if not re.fullmatch(f"([01][LR][{states}H])" * 2, row):
            raise ValueError(f"machine must be {example}: {row!r} is no pair of instructions")
        digits = []
        for write, way, goal in (tuple(row[:3]), tuple(row[3:])):
            goes_to = len(rows) if goal == "H" else states.index(goal)
            digits.append(4 * goes_to + 2 * (write == "1") + (way == "R"))
        table.append((digits[0], digits[1]))
    return table
