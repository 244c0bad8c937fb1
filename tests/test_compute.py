"""times and times_at: shapes, devices, progress, cancelling, threads, memory, bad values."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import divergence as dv
import numpy as np
import pytest

SYSTEM = dv.ThreeBody()
PYSRC = Path(dv.__file__).resolve().parents[1]


@pytest.mark.parametrize("shape", [(1, 1), (1, 13), (17, 1), (7, 11), (2, 64)])
def test_times_have_the_windows_shape_whatever_it_is(shape):
    window = dv.Window(center=(-2, 3), width=30, shape=shape)
    times = dv.times(SYSTEM, window, 3_000)
    assert times.shape == shape and times.dtype == np.int32
    one_by_one = [
        [int(dv.times_at(SYSTEM, x, y, 3_000)) for x in window.x[:5]] for y in window.y[:5]
    ]
    assert (times[:5, :5] == one_by_one).all()


def test_times_at_broadcasts_points_of_any_shape():
    x, y = np.linspace(-10, 10, 5), np.linspace(-5, 5, 3)[:, None]
    times = dv.times_at(SYSTEM, x, y, 5_000)
    assert times.shape == (3, 5)
    strided = np.zeros((5, 6))[:, ::2] + x[:, None]
    assert dv.times_at(SYSTEM, strided, 0.0, 100).shape == (5, 3)
    assert dv.times_at(SYSTEM, [], [], 100).shape == (0,)
    assert dv.times_at(SYSTEM, 1, 2, 100).shape == ()


@pytest.mark.parametrize("threads", [1, 2, 3, 64])
def test_the_number_of_threads_changes_nothing(threads):
    window = dv.Window(shape=(20, 23))
    assert (
        dv.times(SYSTEM, window, 4_000, threads=threads) == dv.times(SYSTEM, window, 4_000)
    ).all()


@pytest.mark.parametrize("max_steps", [1, 16, 70, 1500])
@pytest.mark.parametrize("system", [dv.Henon(), dv.Mandelbrot(), dv.Newton("x^3-1")])
def test_a_point_does_not_see_its_neighbours(system, max_steps):
    """Neighbours are stepped side by side while all of them go on; in another order few do."""
    x, y = (axis.ravel() for axis in dv.Window(width=3, shape=(61, 64)).points())
    order = np.random.default_rng(3).permutation(x.size)
    asked = {"fates": True, "fractions": True, "states": True}
    whole = dv.outcome_at(system, x, y, max_steps, **asked)
    mixed = dv.outcome_at(system, x[order], y[order], max_steps, **asked)
    for name in ("times", *asked):
        one, other = getattr(whole, name), getattr(mixed, name)
        if name == "states":
            one, other = (a.view((np.float64, a.itemsize // 8)) for a in (one, other))
        assert np.array_equal(one[order], other, equal_nan=True), name


def test_two_python_threads_can_compute_at_once():
    window = dv.Window(shape=(40, 40))
    expected = dv.times(SYSTEM, window, 3_000)
    results = [None, None]

    def compute(i):
        results[i] = dv.times(SYSTEM, window, 3_000)

    threads = [threading.Thread(target=compute, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all((result == expected).all() for result in results)


def test_python_goes_on_while_the_kernel_computes():
    ticks = []
    stop = threading.Event()

    def tick():
        while not stop.wait(0.01):
            ticks.append(time.monotonic())

    thread = threading.Thread(target=tick)
    thread.start()
    dv.times(SYSTEM, dv.Window(shape=(60, 60)), 20_000)
    stop.set()
    thread.join()
    assert len(ticks) > 3


def test_memory_stays_flat_over_200_calls():
    def resident():
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    window = dv.Window(shape=(100, 100))
    for _ in range(20):
        dv.times(SYSTEM, window, 1)
    before = resident()
    for _ in range(200):
        dv.times(SYSTEM, window, 1)
    assert resident() - before < 2e6  # one call's arrays are 200 kB


def test_progress_counts_every_point_and_every_step():
    seen = []
    window = dv.Window(shape=(30, 30))
    times = dv.times(SYSTEM, window, 2_000, progress=seen.append)
    assert seen[-1] == dv.Progress(900, 900, int(times.sum()))
    assert [s.points for s in seen] == sorted(s.points for s in seen)


def test_ctrl_c_ends_a_long_call_within_a_second_and_leaves_python_usable():
    script = f"""
import sys, time
sys.path.insert(0, {str(PYSRC)!r})
import divergence as dv
print("ready", flush=True)
try:
    dv.times(dv.ThreeBody(gravity=0), dv.Window(shape=(2000, 2000)), 2**31 - 1)
except KeyboardInterrupt:
    print("interrupted", int(dv.times_at(dv.ThreeBody(), 1, 1, 10)), flush=True)
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.5)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "interrupted 10\n"
    assert time.monotonic() - began < 1
    assert process.wait(10) == 0


def test_an_interrupt_in_a_progress_report_is_a_clean_end_too():
    def report(progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dv.times(SYSTEM, dv.Window(shape=(500, 500)), 10**6, progress=report)
    assert dv.times_at(SYSTEM, 1, 1, 10) == 10


def test_devices_says_what_a_device_can_be():
    here = dv.devices()
    assert {"auto", "cpu"} <= set(here)
    for name in here:
        assert dv.times_at(SYSTEM, 1, 1, 10, device=name) == 10


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: dv.Window(width=-1), "width must be positive, not -1"),
        (lambda: dv.Window(width=0), "width must be positive"),
        (lambda: dv.Window(center=(np.nan, 0)), "center must be finite"),
        (lambda: dv.Window(center=(1, 2, 3)), "center must be 2 numbers, not 3 of them"),
        (lambda: dv.Window(center="ab"), "center must be 2 numbers"),
        (lambda: dv.Window(shape=(0, 5)), "rows must be from 1 to"),
        (lambda: dv.Window(shape=(5, 2.5)), "columns must be a whole number"),
        (lambda: dv.Window(shape=7), r"shape must be \(rows, columns\)"),
        (lambda: dv.Window(height=np.inf), "height must be finite"),
        (lambda: dv.Window(center=(1, 0), width=1e-15).points(), "too close for float64"),
        (lambda: dv.Window(width="1e-3x"), "width must be a number, not '1e-3x'"),
        (lambda: dv.Window(center=("Infinity", 0)), "center must be finite, not 'Infinity'"),
        (lambda: dv.ThreeBody(masses=(1, 2)), "masses must be 3 numbers, not 2 of them"),
        (lambda: dv.ThreeBody(masses=(1, 2, -3)), "masses must be at least 0"),
        (lambda: dv.ThreeBody(masses=(0, 0, 0)), "not all of them 0"),
        (lambda: dv.ThreeBody(masses="abc"), "masses must be 3 numbers"),
        (lambda: dv.ThreeBody(positions=[(0, 0, 0)] * 2), "positions must be three vectors"),
        (lambda: dv.ThreeBody(velocities=[(0, 0)] * 3), r"velocities\[0\] must be 3 numbers"),
        (lambda: dv.ThreeBody(dt=0), "dt must be positive"),
        (lambda: dv.ThreeBody(shift=-1e-3), "shift must be at least 0"),
        (lambda: dv.ThreeBody(gravity="heavy"), "gravity must be a number, not 'heavy'"),
        (lambda: dv.ThreeBody(critical_distance=np.nan), "critical_distance must be finite"),
        (lambda: dv.ThreeBody(plane="xx"), "plane must be one of xy, xz"),
        (lambda: dv.ThreeBody(integrator="rk4"), "integrator must be one of euler"),
        (lambda: dv.times_at(SYSTEM, 0, 0, 0), "max_steps must be from 1 to 2147483647, not 0"),
        (lambda: dv.times_at(SYSTEM, 0, 0, 2**31), "max_steps must be from 1"),
        (lambda: dv.times_at(SYSTEM, 0, 0, 1.5), "max_steps must be a whole number"),
        (lambda: dv.times_at(SYSTEM, np.nan, 0, 10), "x must be finite everywhere"),
        (lambda: dv.times_at(SYSTEM, 0, "north", 10), "y must be an array of numbers"),
        (lambda: dv.times_at(SYSTEM, [1, 2], [1, 2, 3], 10), "x and y must fit together"),
        (lambda: dv.times_at(SYSTEM, 0, 0, 10, threads=-1), "threads must be from 0"),
        (lambda: dv.times_at(SYSTEM, 0, 0, 10, device="tpu"), "device must be"),
        (lambda: dv.times_at(SYSTEM, 0, 0, 10, device="cuda:0,"), "device must be"),
    ],
)
def test_a_bad_value_is_one_line_that_says_what_and_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_a_gpu_that_is_not_there_is_named():
    with pytest.raises(dv.DeviceError, match="GPU"):
        dv.times_at(SYSTEM, 0, 0, 10, device="cuda:99")
