"""Turing machines: how many halt, when, and on which tapes, against published counts."""

import divergence as dv
import numpy as np
import pytest
from divergence.analysis.machines import INCREMENTER, machine_run
from divergence.maps.halting import CHAMPIONS


def whole(states):
    """A pixel a machine."""
    width = dv.TuringMachines(states).base ** states
    return dv.Window((width // 2, width // 2), width, (width, width))


def run(digits, limit):
    """The step in which a machine of digits[symbol][state] halts on a blank tape, up to a limit,
    and the ones that it leaves."""
    tape, head, state = set(), 0, 0
    for step in range(1, limit):
        digit = digits[head in tape][state]
        (tape.add if digit & 2 else tape.discard)(head)
        head += 1 if digit & 1 else -1
        state = digit >> 2
        if state == len(digits[0]):
            return step, len(tape)
    return limit, -1


def test_all_machines_of_two_states():
    times, fates = dv.fates(dv.TuringMachines(2), whole(2), 7)
    assert np.bincount(times.ravel())[1:7].tolist() == [6912, 2304, 384, 128, 16, 40]
    assert (times < 7).sum() == 9784
    assert (fates == 5).sum() > 0 == (fates > 5).sum()  # four ones at most


def test_all_machines_of_three_states():
    times, fates = dv.fates(dv.TuringMachines(3), whole(3), 22)
    count = np.bincount(times.ravel())
    assert count[:6].tolist() == [0, 4194304, 2097152, 786432, 262144, 135168]
    assert count[19:22].tolist() == [32, 32, 16]
    assert count[:22].sum() == 7571840
    assert (fates == 7).sum() == 40 and (fates > 7).sum() == 0  # six ones


def test_machines_of_four_states_halt_as_often_as_they_are_counted_and_as_run_one_by_one():
    """All 2.56e10 are too many: a million of them, and some thousands step by step."""
    random = np.random.default_rng(4)
    x, y = random.integers(0, 160_000, (2, 1_000_000))
    system = dv.TuringMachines(4)
    outcome = dv.outcome_at(system, x.astype(float), y.astype(float), 108, fates=True)
    share = 11_140_566_368 / 2.56e10
    assert (outcome.times < 108).mean() == pytest.approx(share, abs=4 * (share / 4 / 1e6) ** 0.5)
    for i in range(3000):
        digits = [[(int(v[i]) // 20 ** (3 - s)) % 20 for s in range(4)] for v in (x, y)]
        steps, ones = run(digits, 108)
        assert outcome.times[i] == steps
        assert outcome.fates[i] == ones + 1


@pytest.mark.parametrize(
    "states, place, steps, ones",
    [(2, (86, 83), 6, 4), (3, (1898, 3986), 21, 5), (4, (57195, 51481), 107, 13)],
)
def test_champions_are_where_they_are_said_to_be(states, place, steps, ones):
    system = dv.TuringMachines(states)
    assert system.place(CHAMPIONS[states]) == place
    outcome = dv.outcome_at(system, [place[0]], [place[1]], 1000, fates=True)
    assert outcome.times == steps
    assert system.fate_names[outcome.fates[0] - 1] == f"{ones} ones"
    found = machine_run(CHAMPIONS[states], steps=1000)
    assert (len(found.head) - 1, found.tape[-1].sum(), found.halted) == (steps, ones, True)


def test_the_champion_of_five_states_is_on_the_plane_and_leaves_a_short_tape():
    system = dv.TuringMachines(5)
    assert system.place(CHAMPIONS[5]) == (2483207, 3424080)
    outcome = dv.outcome_at(system, [2483207], [3424080], 10_000, fates=True)
    assert system.fate_names[outcome.fates[0] - 1] == "left the tape"
    assert not machine_run(CHAMPIONS[5], steps=10_000).halted


def test_outside_the_plane_there_is_no_machine():
    outcome = dv.outcome_at(dv.TuringMachines(2), [-1, 144, 143], [3, 3, 144], 7, fates=True)
    assert outcome.times.tolist() == [0, 0, 0]
    assert dv.TuringMachines(2).fate_names[outcome.fates[0] - 1] == "no machine"


def test_the_cloth_is_woven_of_itself():
    """Its left third never halts and its right quarter halts at once; so does every machine of
    three states that begins with them."""
    times = dv.times(dv.TuringMachines(2), whole(2), 7)
    assert (times[:, :48] == 7).all() and (times[:, 96:] == 1).all()


@pytest.mark.parametrize("states, longest", [(2, 14), (3, 45), (4, 323)])
def test_champions_halt_on_every_tape_of_a_picture(states, longest):
    centers = dv.Window((0.5 + 0.5 / 1024, 0.5 + 0.5 / 1024), 1, (1024, 1024))
    times, fates = dv.fates(dv.TuringTapes(CHAMPIONS[states]), centers, 1000)
    assert (fates == 1).all()
    assert times.max() == longest


def test_the_champion_of_five_states_halts_on_most_tapes():
    centers = dv.Window((0.5 + 0.5 / 256, 0.5 + 0.5 / 256), 1, (256, 256))
    times, fates = dv.fates(dv.TuringTapes(CHAMPIONS[5]), centers, 10_000)
    shares = [(times <= limit).mean() for limit in (100, 1000)] + [(fates == 1).mean()]
    assert shares == pytest.approx([0.594, 0.794, 0.913], abs=0.0006)


def test_a_long_run_equals_one_on_a_tape_without_end():
    """Some thousand cells are moved in and out of words, over both ends of each half."""
    random = np.random.default_rng(0)
    starts = random.integers(0, 2**20, (40, 2)) / 2**20
    times = dv.times_at(dv.TuringTapes(CHAMPIONS[5]), *starts.T, 4000)
    for (x, y), time in zip(starts, times, strict=True):
        right = [int(y * 2 ** (k + 1)) & 1 for k in range(20)]
        left = [int(x * 2 ** (k + 1)) & 1 for k in range(20)]
        assert time == _steps(CHAMPIONS[5], dict(enumerate([*right])) | _left(left), 4000)


def _left(bits):
    return {-1 - k: bit for k, bit in enumerate(bits)}


def _steps(machine, tape, limit):
    state, head = "A", 0
    rows = dict(zip("ABCDE", machine.split("_"), strict=True))
    for step in range(limit):
        if state == "H":
            return step
        at = 3 * tape.get(head, 0)
        write, way, state = rows[state][at : at + 3]
        tape[head] = int(write)
        head += 1 if way == "R" else -1
    return limit


@pytest.mark.parametrize("ones", [0, 1, 2, 7, 30])
def test_the_unary_incrementer_takes_2_k_squared_and_5_k_and_5_steps(ones):
    found = machine_run(INCREMENTER, [1] * ones, 10_000)
    assert found.halted and len(found.head) - 1 == 2 * ones**2 + 5 * ones + 5
    left = "".join("01"[int(cell)] for cell in found.tape[-1]).strip("0").split("0")
    assert [len(block) for block in left if block] == [n for n in (ones, ones + 1) if n]


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: dv.TuringMachines(7), "states must be from 1 to 6, not 7"),
        (lambda: dv.TuringTapes("1RB"), "machine must be a table such as"),
        (lambda: dv.TuringTapes("1RB1LC_1LA1RH"), "machine must be a table such as"),
        (lambda: dv.TuringMachines(3).place(CHAMPIONS[2]), "machine must have 3 states, not 2"),
        (lambda: machine_run(CHAMPIONS[2], steps=-1), "steps must be"),
    ],
)
def test_bad_values_get_one_line(make, words):
    with pytest.raises(ValueError) as error:
        make()
    assert str(error.value).startswith(words)


@pytest.mark.gpu
def test_a_gpu_runs_the_same_machines(gpu):
    window = dv.Window((80_000, 80_000), 160_000, (300, 300))
    for system, area in ((dv.TuringMachines(4), window), (dv.TuringTapes(), dv.Window((0.5, 0.5)))):
        there, here = (dv.fates(system, area, 108, device=device) for device in (gpu, "cpu"))
        assert np.array_equal(there, here)
