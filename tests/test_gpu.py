"""What a GPU is asked for, and what happens when it fails: on devices that are emulated."""

import signal
import subprocess

import divergence as dv
import emulation
import numpy as np
import pytest
from divergence.errors import DeviceMemoryError
from divergence.kernel import schedule
from divergence.kernel.compute import outcome_of
from divergence.kernel.points import Patch

MAP = dv.Mandelbrot()
WINDOW = dv.Window(center=(-0.5, 0), width=3, shape=(60, 70))
STEPS = 300


@pytest.fixture(scope="module")
def expected():
    return dv.times(MAP, WINDOW, STEPS, device="cpu")


def times(device="cuda:0", **how):
    return dv.times(MAP, WINDOW, STEPS, device=device, **how)


def is_sound(expected, **how):
    return bool((times(**how) == expected).all())


# The emulated devices.


@pytest.fixture(scope="module")
def mistakes(tmp_path_factory):
    """tests/emulator/mistakes.cpp, compiled."""
    program = tmp_path_factory.mktemp("mistakes") / "mistakes"
    source = emulation.ROOT / "tests" / "emulator" / "mistakes.cpp"
    subprocess.run(["g++", "-std=c++17", "-pthread", "-Wall", source, "-o", program], check=True)
    return program


@pytest.mark.build
@pytest.mark.parametrize(
    ("mistake", "ended", "told"),
    [
        ("none", 0, "no error, right"),
        ("an address of the host's in a job", 0, "an illegal memory access was encountered, wrong"),
        ("memory that was never written", 0, "no error, wrong"),
        ("reading past the end", -signal.SIGSEGV, ""),
        ("reading what was freed", -signal.SIGSEGV, ""),
        ("reading the device's memory from the host", -signal.SIGSEGV, ""),
    ],
)
def test_a_mistake_that_a_gpu_would_punish_is_punished(mistakes, mistake, ended, told):
    run = subprocess.run([mistakes, mistake], capture_output=True, text=True)
    assert (run.returncode, run.stdout.strip()) == (ended, told)


# What is asked for.


def test_what_one_run_had_the_next_one_has(emulator, expected):
    assert is_sound(expected)
    first = emulator.count("allocations")
    for _ in range(3):
        assert is_sound(expected)
    assert emulator.count("allocations") == first <= 1
    assert emulator.count("pinned allocations") <= 1
    assert emulator.count("frees") == 0
    assert emulator.count("streams") <= 1


def test_points_of_a_window_are_made_on_the_device_from_its_lines(emulator, expected):
    assert is_sound(expected)
    assert emulator.count("uploaded") == 8 * sum(WINDOW.shape)
    x, y = WINDOW.points()
    assert (dv.times_at(MAP, x, y, STEPS, device="cuda:0") == expected).all()
    assert emulator.count("uploaded") == 8 * sum(WINDOW.shape) + 16 * x.size


def test_only_what_is_wanted_is_brought_home(emulator, expected):
    assert is_sound(expected)
    seen = 24 * emulator.count("launches")
    assert emulator.count("downloaded") == seen + 4 * expected.size


@pytest.mark.parametrize("device", ["cpu", "cuda:0"])
@pytest.mark.parametrize(
    "patch",
    [
        Patch.of(dv.Window(shape=(1, 1))),
        Patch(WINDOW, range(-7, 31), range(5, 12)),
        Patch(WINDOW, range(-20, 25), range(-30, 10), (range(-9, 9), range(-3, 2))),
        Patch(WINDOW, range(-20, 25), range(-30, 10), (range(-20, 9), range(-30, 10))),
    ],
)
def test_points_made_by_a_kernel_are_those_of_the_patch(emulator, patch, device):
    """Also part by part, wherever the parts begin."""
    everything = ["fates", "fractions", "states"]
    from_lines = outcome_of(MAP, patch, STEPS, everything, device=device)
    x, y = patch.coordinates()
    from_arrays = dv.outcome_at(
        MAP, x, y, STEPS, fates=True, fractions=True, states=True, device="cpu"
    )
    for name, array in from_arrays.arrays().items():
        assert np.array_equal(from_lines.arrays()[name].reshape(array.shape), array)
    cuts = [0, patch.size // 3, patch.size // 3, patch.size - patch.size // 5, patch.size]
    parts = [
        outcome_of(MAP, patch.part(range(start, stop)), STEPS, device=device).times
        for start, stop in zip(cuts, cuts[1:], strict=False)
    ]
    assert (np.concatenate(parts) == from_arrays.times).all()


def test_a_small_job_is_cut_so_that_every_processor_has_some_of_it(emulator):
    emulator.set(processors=132, threads_per_processor=1024)
    window = dv.Window(center=(-0.5, 0), width=3, shape=(100, 100))
    dv.times(MAP, window, 16, device="cuda:0")
    assert emulator.count("launches") <= 2
    assert emulator.count("blocks") / emulator.count("launches") == -(-10_000 // 32)


def test_large_arrays_of_threads_stay_within_a_processors_cache(emulator):
    emulator.set(processors=4, threads_per_processor=1024, local_bytes=5600)
    times()
    assert emulator.count("blocks") == 4 * emulator.count("launches")  # of 128 threads


def test_progress_rises_from_nothing_to_all(emulator, expected):
    emulator.set(slow_us=20_000)
    seen = []
    assert is_sound(expected, progress=seen.append)
    numbers = np.array([(each.points, each.steps) for each in seen])
    assert (numbers >= 0).all() and (np.diff(numbers, axis=0) >= 0).all()
    assert (numbers[0] == 0).all() and tuple(numbers[-1]) == (expected.size, expected.sum())


# What fails.


@pytest.mark.parametrize("what", ["allocation", "pinned", "copy", "launch"])
def test_a_call_that_fails_once_is_told_and_is_not_the_next_jobs_fault(emulator, expected, what):
    failures = 0
    for n in range(1, 9):
        emulator.set(**{f"fail_{what}": n}, memory=(n + 4) << 22)
        try:
            assert is_sound(expected)
        except dv.DeviceError as error:
            failures += 1
            assert "CUDA could not" in str(error) and "\n" not in str(error)
            assert "gpu.h:" in str(error)  # the place
        emulator.set(**{f"fail_{what}": 0})
        assert is_sound(expected)
    assert failures or what in ("allocation", "pinned")  # which are asked for once, and halved


@pytest.mark.parametrize("n", range(1, 12))
def test_what_a_failing_device_leaves_is_what_another_goes_on_from(emulator, n):
    """Also where some results have come home and the copy of others fails."""
    begun = dv.outcome_at(MAP, *WINDOW.points(), 20, fractions=True, states=True, device="cpu")
    expected = begun.resume(STEPS, device="cpu")
    starts, window = dv.around((0.1, 0.1), 50), dv.Window(width=6, shape=(9, 11))
    clifford = dv.Clifford(2, 2, 1, -1)
    visits = dv.density(clifford, starts, 30, window, skip=10, device="cpu")
    for setting in ({"fail_copy": n}, {"lose_device": 1, "lose_at": n}):
        emulator.start_anew()
        emulator.set(devices=2, **setting)
        again = begun.resume(STEPS, device="cuda")
        for name, array in expected.arrays().items():
            assert np.array_equal(again.arrays()[name], array), name
        emulator.start_anew()
        emulator.set(devices=2, **setting)
        assert (dv.density(clifford, starts, 30, window, skip=10, device="cuda") == visits).all()


def test_a_tile_that_finds_no_memory_is_halved_and_no_more_is_asked_for(emulator):
    window = dv.Window(center=(-0.5, 0), width=3, shape=(1000, 1500))
    expected = dv.times(MAP, window, 30, device="cpu")
    emulator.set(devices=9, memory=5 << 20)
    before = emulator.count("held")
    for _ in range(2):
        assert (dv.times(MAP, window, 30, device="cuda:8") == expected).all()
        assert emulator.count("most") - before <= 5 << 20
        assert emulator.count("allocations") == 1  # too much is not even asked for


def test_without_memory_for_a_few_points_the_device_has_failed(emulator):
    emulator.set(devices=9, memory=1000)
    with pytest.raises(DeviceMemoryError, match="less than 2 MB of memory left"):
        dv.times(dv.Henon(), WINDOW, STEPS, device="cuda:7")


@pytest.mark.parametrize("thread_per_device", [False, True])
@pytest.mark.parametrize("at", [1, 2, 5])
def test_of_four_devices_one_is_lost_in_mid_tile_and_others_do_its_work(
    emulator, expected, at, thread_per_device, monkeypatch
):
    monkeypatch.setattr(schedule, "TILE_POINTS", 200)
    emulator.set(devices=4, lose_device=2, lose_at=at, launch_us=100_000)
    assert is_sound(expected, device="cuda", thread_per_device=thread_per_device)
    assert is_sound(expected, device="cuda:0,1,3")


def test_a_lost_device_says_so_and_others_stay_whole(emulator, expected):
    emulator.set(devices=2, lose_device=1, lose_at=1)
    with pytest.raises(dv.DeviceError, match="unspecified launch failure"):
        times(device="cuda:1")
    with pytest.raises(dv.DeviceError, match="unspecified launch failure"):
        times(device="cuda:1")
    assert is_sound(expected)


@pytest.mark.parametrize(
    ("settings", "cause"),
    [
        ({"devices": 0}, "the NVIDIA driver finds no device"),
        ({"driver": 0}, "no NVIDIA driver is loaded"),
        (
            {"driver": 10020},
            "the NVIDIA driver is too old: it is for CUDA 10.2, and this library for 11.0",
        ),
        (
            {"capability": 61},
            "emulated device 0 has compute capability 6.1, and 7.5 is the least",
        ),
    ],
)
def test_without_a_gpu_the_cpu_computes_and_the_cause_is_told(emulator, expected, settings, cause):
    emulator.set(**settings)
    assert dv.devices()["auto"] == f"cpu; no GPU: {cause}"
    assert "cuda" not in dv.devices()
    assert is_sound(expected, device="auto")
    with pytest.raises(dv.DeviceError, match=f"there is none: {cause}"):
        times()


def test_auto_goes_on_with_the_cpu_when_its_devices_fail_and_says_so(emulator, expected, caplog):
    emulator.set(lose_device=0, lose_at=1)
    assert is_sound(expected, device="auto")
    (message,) = caplog.messages
    assert "unspecified launch failure" in message and message.endswith("; cpu goes on alone")


def test_every_device_that_is_there_is_named(emulator):
    emulator.set(devices=4)
    assert [name for name in dv.devices() if ":" in name] == [f"cuda:{i}" for i in range(4)]


def test_an_interrupt_leaves_the_device_in_order(emulator, expected):
    emulator.set(slow_us=5_000)

    def interrupt(progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        times(progress=interrupt)
    emulator.set(slow_us=0)
    assert is_sound(expected)
    assert emulator.count("streams") <= 2


def test_orbits_count_the_same_visits_in_little_memory(emulator):
    starts = dv.around((0.1, 0.1), 3000)
    clifford, window = dv.Clifford(2, 2, 1, -1), dv.Window(width=6, shape=(40, 50))
    here = dv.density(clifford, starts, 50, window, device="cpu")
    assert (dv.density(clifford, starts, 50, window, device="cuda:0") == here).all()
    orbits = dv.orbit(clifford, starts, 50, device="cpu")
    emulator.set(memory=3 << 20)
    assert np.array_equal(dv.orbit(clifford, starts, 50, device="cuda:0"), orbits)
