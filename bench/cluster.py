"""What it costs to compute by workers: beside threads of one process, for each tile, and with
hundreds of simulated workers on a real scheduler."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import divergence as dv
import numpy as np
from divergence.bars import Silent
from divergence.cluster import cluster as clusters
from divergence.cluster import engines, message
from divergence.cluster.crew import Crew
from divergence.film.layer_cache import LayerCache
from divergence.film.layer_store import FolderStore
from divergence.film.plan import Layer, Plan
from divergence.kernel.points import Patch
from measure import HERE, Measurement

TITLE = "Workers: two processes beside two threads, row T1 at 300x300 and 50 000 steps"
T1, STEPS = dv.Window(width=40, shape=(300, 300)), 50_000
TURNS = 5
TINY_TILES = 1500
SIMULATED = (64, 512)  # workers
TILE_SECONDS = (1.0, 4.0)
POINTS_A_SECOND = 40  # of a simulated worker: as of a map with millions of steps a point
MOST_STEPS = 1000  # of each of its points
ROUNDS = 6  # tiles of each simulated worker


def beside_threads() -> list[Measurement]:
    """Two threads and two processes by turns; the best of each counts, as the least disturbed.

    On a busy machine the seconds of cores say more, of client, scheduler and workers together; and
    most, what client and scheduler take of them, and how much of the time workers compute.
    """
    system, seconds, of_cores = dv.ThreeBody(), dict[str, float](), dict[str, float]()
    with engines.local(2) as client:
        there = dv.Cluster(client, threads=1)
        there.crew = crew = _Counting()
        dv.times(system, dv.Window(width=40, shape=(30, 30)), STEPS, device=there)
        for _ in range(TURNS):
            for name, device in (("two threads", "cpu"), ("two worker processes", there)):
                began, used, before = time.perf_counter(), cpu_seconds_of_all(), cpu_seconds()
                crew.busy = 0.0
                times = dv.times(system, T1, STEPS, device=device)
                took, worked = time.perf_counter() - began, cpu_seconds_of_all() - used
                own = (cpu_seconds() - before) / worked
                busy = crew.busy / (2 * took)
                seconds[name] = min(took, seconds.get(name, np.inf))
                of_cores[name] = min(worked, of_cores.get(name, np.inf))
    steps, load = times.sum(dtype=np.int64) / 1e6, os.getloadavg()[0]
    note = f"best of {TURNS} by turns, load {load:.1f}"
    rows = [(name, steps / of_cores[name], "of a core") for name in of_cores]
    rows += [(name, steps / seconds[name], "of the clock") for name in seconds]
    table = [
        Measurement(f"{name}, second {whose}", rate, "million steps", note, whose == "of a core")
        for name, rate, whose in rows
    ]
    return [
        *table,
        Measurement("client and scheduler", 100 * own, "% of all seconds of cores", "", False),
        Measurement("workers compute", 100 * busy, "% of the time", "", False),
    ]


class _Counting(Crew):
    """A crew whose workers' seconds are added."""

    busy = 0.0

    def note(self, worker: str, steps: float, seconds: float, wait: float) -> None:
        super().note(worker, steps, seconds, wait)
        self.busy += seconds


def for_each_tile() -> list[Measurement]:
    """Tiles of next to no work, one after another by two workers."""
    with engines.local(2) as client, constants(FIRST_STEPS=1.0, LEAST_SECONDS=0.0):
        there = dv.Cluster(client, threads=1)
        layer = Layer("frame-00000", dv.Henon(), Patch.of(dv.Window(shape=(1, TINY_TILES))), 1)
        with constants(TILE_SECONDS=0.0, OWN_SHARE=np.inf):
            began, used = time.perf_counter(), cpu_seconds()
            complete(layer, there)
            seconds, own = time.perf_counter() - began, cpu_seconds() - used
    return [
        Measurement("a tile", 1e3 * seconds / TINY_TILES, "ms", "of two workers", False),
        Measurement(
            "a tile, of the client", 1e3 * own / TINY_TILES, "ms of a core", "storing it", False
        ),
    ]


def simulated() -> list[Measurement]:
    """Workers that sleep as long as kernels would take: how much of their time they are busy."""
    rows = []
    for workers in SIMULATED:
        with sleeping_workers(workers) as (client, scheduler):
            for seconds in TILE_SECONDS:
                busy, rate, costs = share_busy(client, scheduler, workers, seconds)
                rows.append(
                    Measurement(
                        f"{workers} simulated workers, tiles of {seconds:g} s",
                        100 * busy,
                        "% busy",
                        f"{rate:.0f} tiles/s; of a core, client {1e3 * costs[0]:.2g} ms and "
                        f"scheduler {1e3 * costs[1]:.2g} ms each; load {os.getloadavg()[0]:.0f}",
                        False,
                    )
                )
    return rows


def share_busy(
    client: Any, scheduler: int, workers: int, seconds: float
) -> tuple[float, float, tuple[float, float]]:
    """Of the workers' time, with tiles of so many seconds; tiles a second; and the seconds of a
    core that client and scheduler need for each."""
    points = int(workers * ROUNDS * seconds * POINTS_A_SECOND)
    layer = Layer("frame-00000", dv.Henon(), Patch.of(dv.Window(shape=(1, points))), MOST_STEPS)
    there = dv.Cluster(_Sleeping(client))
    rate = POINTS_A_SECOND * MOST_STEPS
    with constants(
        FIRST_STEPS=rate * seconds,
        TILE_SECONDS=seconds,
        LEAST_SECONDS=seconds,  # no smaller ones in the end: what counts here is in the middle
        OWN_SHARE=np.inf,
    ):
        began, used = time.perf_counter(), [cpu_seconds(), cpu_seconds(scheduler)]
        tiles = complete(layer, there)
        took = time.perf_counter() - began
        own, others = cpu_seconds() - used[0], cpu_seconds(scheduler) - used[1]
    return points / POINTS_A_SECOND / (workers * took), tiles / took, (own / tiles, others / tiles)


def complete(layer: Layer, there: dv.Cluster) -> int:
    """Has a layer computed and stored in a folder; how many tiles came."""
    count = [0]
    with tempfile.TemporaryDirectory() as place:
        planned = Plan((), (layer,), (), keyframes=False)
        cache = LayerCache(FolderStore(Path(place) / "times"), planned, (), there)
        (Path(place) / "times").mkdir()
        cache.complete(Silent, lambda: count.__setitem__(0, count[0] + 1))
    return count[0]


class _Sleeping:
    """A client of Dask's whose workers sleep where they would compute."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_executor(self, **how: Any) -> Any:
        executor = self._client.get_executor(**how)

        class Executor:
            def submit(self, _: Any, request: bytes, **more: Any) -> Any:
                return executor.submit(sleep, request, **more)

        return Executor()


def sleep(request: bytes) -> bytes:
    """What a worker says after as long as it would have computed."""
    from distributed import get_worker

    asked, _ = message.unpack(request)
    points = len(range(*asked["part"]))
    seconds = points / POINTS_A_SECOND
    time.sleep(seconds)
    told = {"worker": get_worker().address, "seconds": seconds, "steps": points * MOST_STEPS}
    return message.pack(told, {"times": np.full(points, MOST_STEPS, np.int32)})


@contextmanager
def sleeping_workers(count: int) -> Iterator[tuple[Any, int]]:
    """A client of a scheduler in a process of its own, whose id it gives, and workers in two
    others."""
    import distributed

    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    paths = os.pathsep.join([str(HERE), str(HERE.parent / "pysrc")])
    environment = os.environ | {"PYTHONPATH": paths, **WORKERS_AT_REST}
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "scheduler.json"
        command = [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", "0"]
        command += ["--no-dashboard", "--scheduler-file", str(file)]
        started = [subprocess.Popen(command, env=environment, **quiet)]
        try:
            while not file.exists():
                time.sleep(0.1)
            for half in (count // 2, count - count // 2):
                host = [sys.executable, __file__, str(file), str(half)]
                started.append(subprocess.Popen(host, env=environment, **quiet))
            with distributed.Client(scheduler_file=str(file)) as client:
                client.wait_for_workers(count, timeout=120)
                time.sleep(2)
                yield client, started[0].pid
        finally:
            for process in started:
                process.kill()
                process.wait()


WORKERS_AT_REST = {  # what hundreds in one process would do besides
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "60s",
    "DASK_DISTRIBUTED__WORKER__MEMORY__MONITOR_INTERVAL": "60s",
}


def host(file: str, count: int) -> None:
    """Many workers of one thread each in this process."""
    import asyncio

    from distributed import Worker

    async def serve() -> None:
        more = {"nthreads": 1, "memory_limit": 0, "dashboard": False}
        workers = [Worker(scheduler_file=file, **more) for _ in range(count)]
        await asyncio.gather(*workers)
        await asyncio.gather(*(worker.finished() for worker in workers))

    asyncio.run(serve())


@contextmanager
def constants(**values: float) -> Iterator[None]:
    """Other constants of the cluster's for a while."""
    before = {name: getattr(clusters, name) for name in values}
    for name, number in values.items():
        setattr(clusters, name, number)
    try:
        yield
    finally:
        for name, number in before.items():
            setattr(clusters, name, number)


def cpu_seconds_of_all() -> float:
    """Of this process and those that it has started."""
    import psutil

    me = psutil.Process()
    return sum(cpu_seconds(process.pid) for process in (me, *me.children(recursive=True)))


def cpu_seconds(process: int | None = None) -> float:
    """Of a process, by default this one."""
    import psutil

    used = psutil.Process(process).cpu_times()
    return float(used.user + used.system)


def run() -> list[Measurement]:
    return [*beside_threads(), *for_each_tile(), *simulated()]


if __name__ == "__main__":
    host(sys.argv[1], int(sys.argv[2]))
