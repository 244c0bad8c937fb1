"""The queue of tiles, with devices that only pretend."""

import threading
import time

import numpy as np
import pytest
from divergence.errors import DeviceError, DeviceMemoryError
from divergence.kernel.devices import Device
from divergence.kernel.schedule import LEAST_POINTS, run_tiles, tiles


def cpus(*numbers):
    return [Device("cpu", number) for number in numbers]


def cut(points, size):
    return [slice(start, min(start + size, points)) for start in range(0, points, size)]


both_ways = pytest.mark.parametrize("thread_per_device", [False, True])


class FakeRun:
    """Adds 1 to each point of its tile after some polls, or fails there."""

    alive = 0

    def __init__(self, out, tile, polls, fails):
        self.out, self.tile, self.left, self.fails = out, tile, polls, fails
        self.points = self.steps = 0
        FakeRun.alive += 1

    def poll(self, seconds):
        time.sleep(0.0005)
        self.left -= 1
        if self.left > 0:
            return False
        if self.fails:
            raise DeviceError("it fell off the bus")
        self.out[self.tile] += 1
        self.points = self.steps = self.tile.stop - self.tile.start
        return True

    def release(self):
        FakeRun.alive -= 1


def fake_devices(out, failures=()):
    """A start function; a device named in failures breaks at its n-th tile."""
    count = dict.fromkeys(range(10), 0)
    lock = threading.Lock()

    def start(worker, tile):
        device = worker.index
        with lock:
            count[device] += 1
        fails = count[device] >= dict(failures).get(device, 10**9)
        if fails and device % 2:
            raise DeviceError("it does not even start")
        return FakeRun(out, tile, polls=1 + device, fails=fails)

    return start, count


@pytest.mark.parametrize("points", [1, 7, 64, 1009])
@pytest.mark.parametrize("workers", [1, 2, 5])
def test_tiles_cover_every_point_once_whatever_the_remainder(points, workers):
    covered = np.zeros(points, int)
    for tile in tiles(points, cpus(*range(workers)), least=8):
        covered[tile] += 1
    assert (covered == 1).all()


@both_ways
def test_each_tile_is_done_once_and_every_device_takes_part(thread_per_device):
    out = np.zeros(1009, int)
    start, count = fake_devices(out)
    work = cut(out.size, 10)
    run_tiles(cpus(0, 1, 2), work, start, thread_per_device=thread_per_device)
    assert (out == 1).all()
    assert sum(count.values()) == len(work) and min(count[i] for i in range(3)) > 0
    assert FakeRun.alive == 0


@both_ways
def test_one_gpu_named_twice_is_two_workers(thread_per_device):
    out = np.zeros(100, int)
    start, _ = fake_devices(out)
    run_tiles(cpus(0, 0), cut(100, 9), start, thread_per_device=thread_per_device)
    assert (out == 1).all()


@both_ways
@pytest.mark.parametrize("failures", [{0: 1}, {1: 2}, {0: 2, 1: 3}, {1: 1, 2: 1}])
def test_a_device_that_fails_drops_out_and_others_do_its_tile(failures, thread_per_device):
    out = np.zeros(300, int)
    start, count = fake_devices(out, failures)
    run_tiles(cpus(0, 1, 2), cut(300, 10), start, thread_per_device=thread_per_device)
    assert (out == 1).all()
    assert FakeRun.alive == 0
    for device, last in failures.items():
        assert count[device] <= last


@both_ways
def test_when_every_device_has_failed_the_call_fails_with_their_words(thread_per_device):
    out = np.zeros(300, int)
    start, _ = fake_devices(out, {0: 2, 2: 1})
    with pytest.raises(DeviceError, match="fell off the bus"):
        run_tiles(cpus(0, 2), cut(300, 10), start, thread_per_device=thread_per_device)
    assert FakeRun.alive == 0


@both_ways
def test_an_interrupt_releases_whatever_runs(thread_per_device):
    out = np.zeros(1000, int)
    start, _ = fake_devices(out)

    def interrupt(points, steps):
        if points > 100:
            raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_tiles(
            cpus(3, 4, 5),
            cut(1000, 10),
            start,
            interrupt,
            thread_per_device=thread_per_device,
        )
    assert FakeRun.alive == 0
    assert (out <= 1).all() and out.sum() < 1000
    assert time.monotonic() - began < 10


@both_ways
def test_an_error_that_is_no_devices_fault_ends_the_call_whichever_device_meets_it(
    thread_per_device,
):
    out = np.zeros(100, int)
    sound, _ = fake_devices(out)
    met = threading.Event()

    def start(worker, tile):
        if worker.index == 1:
            met.set()
            raise LookupError("there is no such library")
        met.wait(5)
        return sound(worker, tile)

    with pytest.raises(LookupError, match="no such library"):
        run_tiles(cpus(0, 1), cut(100, 9), start, thread_per_device=thread_per_device)
    assert FakeRun.alive == 0


def test_several_devices_are_begun_side_by_side():
    out, all_here = np.zeros(3, int), threading.Barrier(3)
    sound, _ = fake_devices(out)

    def start(worker, tile):
        all_here.wait(20)  # for the other two to begin
        return sound(worker, tile)

    run_tiles(cpus(0, 1, 2), cut(3, 1), start)
    assert (out == 1).all()


@both_ways
def test_a_gpu_computes_a_tile_while_another_is_prepared_or_brought_home(thread_per_device):
    out, alive = np.zeros(100, int), []
    start, _ = fake_devices(out)

    def watched(worker, tile):
        run = start(worker, tile)
        alive.append(FakeRun.alive)
        return run

    run_tiles([Device("cuda", 0)], cut(100, 10), watched, thread_per_device=thread_per_device)
    assert (out == 1).all()
    assert max(alive) == 2


@both_ways
@pytest.mark.parametrize("room", [LEAST_POINTS, 5 * LEAST_POINTS, 10**9])
def test_a_tile_that_finds_no_memory_is_halved_until_it_does(room, thread_per_device):
    out, size = np.zeros(40 * LEAST_POINTS, int), 20 * LEAST_POINTS
    sound, _ = fake_devices(out)
    held, lock, sizes = [0, 0], threading.Lock(), []

    def start(worker, tile):
        points = tile.stop - tile.start
        with lock:
            if held[worker.index] + points > room:
                raise DeviceMemoryError("there is too little memory")
            held[worker.index] += points
            sizes.append(points)
        run = sound(worker, tile)
        release = run.release

        def give_back():
            release()
            with lock:
                held[worker.index] -= points

        run.release = give_back
        return run

    gpus = [Device("cuda", 0), Device("cuda", 1)]
    run_tiles(gpus, cut(out.size, size), start, thread_per_device=thread_per_device)
    assert (out == 1).all() and FakeRun.alive == 0
    assert max(sizes) <= room and (max(sizes) == size) == (room >= size)


def test_a_device_without_memory_for_a_few_points_has_failed():
    def start(worker, tile):
        raise DeviceMemoryError("there is too little memory")

    with pytest.raises(DeviceMemoryError, match="too little"):
        run_tiles([Device("cuda", 0)], cut(10**6, 10**6), start)


def test_tiles_of_a_gpu_are_of_a_size_that_its_memory_has_room_for():
    gpu = [Device("cuda", 0)]
    assert tiles(10**7, gpu, 20)[0] == slice(0, 1 << 22)
    with_states = tiles(10**7, gpu, 216)
    assert max(tile.stop - tile.start for tile in with_states) * 216 <= 1 << 28
    assert len(tiles(10**6, [Device("cpu")], 216)) == 1


def test_reports_rise_to_the_whole():
    out = np.zeros(500, int)
    start, _ = fake_devices(out)
    seen = []
    run_tiles(cpus(1, 2), cut(500, 10), start, lambda *args: seen.append(args[0]))
    assert seen == sorted(seen) and seen[-1] == 500
