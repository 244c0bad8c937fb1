"""Windows, films, orbits and pictures by workers are the bits that one process gives, whatever
becomes of the workers."""

import argparse
import functools
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import bits
import divergence as dv
import divergence.cluster.cluster
import numpy as np
import pytest
from divergence.cluster import engines, message, tasks, worker
from divergence.cluster.opened import opened
from divergence.command import gallery, parser
from divergence.deep import three_body
from divergence.errors import DeviceError
from divergence.film import render, still
from divergence.film.plan import Layer
from divergence.film.tiles import Job
from divergence.kernel.launch import source
from divergence.kernel.points import Patch
from divergence.scenes.scene import Scene
from film_bytes import content

distributed = pytest.importorskip("distributed", reason="no Dask here: make .venv/cluster")

ROOT = Path(__file__).resolve().parent.parent
SYSTEM, WINDOW, STEPS = dv.ThreeBody(), dv.Window(width=40, shape=(40, 40)), 12_000
NEWTON, PLANE = dv.Newton("x^3-1"), dv.Window(width=4, shape=(60, 50))
FILM = Scene.load("three-body-zoom").with_values(
    {"window.shape": (50, 50), "frames": 30, "max_steps": 12_000}
)
JULIA = Scene.load("julia").resized(40)


@pytest.fixture(scope="module")
def client() -> Iterator[object]:
    """Of three worker processes."""
    with engines.local(3) as client:
        yield client


UNCHANGED = """
import importlib
from divergence.cluster import worker
importlib.reload(worker)
"""


@pytest.fixture
def cluster(client) -> Iterator[dv.Cluster]:
    """The same as a device, whose workers are as they were before, after whatever a test does."""
    client.wait_for_workers(3, timeout=60)
    yield dv.Cluster(client, threads=1)
    client.run(exec, UNCHANGED, {})


def changed(client: object, how_many: int, code: str) -> list[str]:
    """Has some workers run code, and says who they are."""
    some = sorted(client.nthreads())[:how_many]
    client.run(exec, code, {}, workers=some)
    return some


@functools.cache
def expected() -> np.ndarray:
    return dv.times(SYSTEM, WINDOW, STEPS)


def test_maps_and_layers_travel_as_text_without_a_change():
    for name, system in bits.SYSTEMS.items():
        window = dv.Window(("0.1000000000000000000000001", 2.5), "1e-30", (40, 60))
        patch = Patch(window, range(-9, 9), range(-7, 12), (range(-2, 3), range(-1, 4)))
        layer = Layer("ring-00000", system, patch, 100, 2, "deep")
        table, _ = message.unpack(message.pack({"layer": message.layer_table(layer)}))
        assert message.layer_of(table["layer"]) == layer, name


def test_arrays_travel_without_a_change_and_nothing_is_unpickled():
    arrays = dv.outcome_at(SYSTEM, [1.0, 2.0], [3.0, 4.0], 500, states=True).arrays()
    _, again = message.unpack(message.pack({}, arrays))
    assert again.keys() == arrays.keys()
    assert all(again[name].tobytes() == arrays[name].tobytes() for name in arrays)
    with pytest.raises(ValueError, match="[Oo]bject arrays"):
        message.pack({}, {"x": np.array([object()])})


@pytest.mark.parametrize("others", ["sources", "arithmetic"])
def test_a_worker_refuses_what_it_would_compute_otherwise(others):
    layer = Layer("frame-00000", SYSTEM, Patch.of(WINDOW), STEPS)
    job = Job(layer, range(10), None, (), 1.0, 0.0)
    digest = source(SYSTEM, "cpu") if others == "arithmetic" else "f" * 64
    table = message.layer_table(layer) | {"source": digest, "deepest": None}
    asks, _ = tasks.TileTask(job, range(10), table, 1.0).asks()
    if others == "arithmetic":
        key = json.loads(asks["layer"]["key"])
        asks["layer"]["key"] = json.dumps(key | {"arithmetic": key["arithmetic"] + 1})
    told, arrays = message.unpack(
        worker.compute(message.pack(asks | {"device": "cpu", "threads": 1}))
    )
    assert not arrays
    assert f"other {others}" in told["refused"] and "\n" not in told["refused"]


def test_windows_by_workers_have_the_bits_of_one_process(cluster):
    progress = []
    times = dv.times(SYSTEM, WINDOW, STEPS, device=cluster, progress=progress.append)
    assert np.array_equal(times, expected())
    assert progress[-1].points == progress[-1].total_points == WINDOW.shape[0] * WINDOW.shape[1]
    assert progress[-1].steps == times.sum()
    there, here = (dv.fates(NEWTON, PLANE, 50, device=where) for where in (cluster, "cpu"))
    assert np.array_equal(there.times, here.times) and np.array_equal(there.fates, here.fates)


def test_deep_windows_by_workers_have_the_bits_of_one_process(cluster):
    window = dv.Window((0, 1), "1e-25", (30, 30))
    there, here = (dv.times(dv.Mandelbrot(), window, 2000, device=d) for d in (cluster, "cpu"))
    assert np.array_equal(there, here) and len(np.unique(here)) > 5


def test_a_worker_follows_the_reference_of_a_deep_film_once(tmp_path, monkeypatch):
    """Whichever ring it begins with: here the workers are threads, which share their references."""
    scene = Scene.load("three-body-zoom").with_values(
        {
            "map.plane": "yz",
            "map.shift": 1e-6,
            "window": {"center": (0.3, 0.2), "width": 0.04, "shape": (6, 6)},
            "frames": 3,
            "changes": {"window.width": {"halve_every": 1}, "map.shift": {"halve_every": 1}},
            "max_steps": 60_000,
            "arithmetic": "deep",
            "film.exact": True,
        }
    )
    followed, follow = [], three_body.computed
    monkeypatch.setattr(three_body, "_kept", {})
    monkeypatch.setattr(
        three_body, "computed", lambda *arguments: followed.append(1) or follow(*arguments)
    )
    with ThreadPoolExecutor(2) as workers:
        render.render(scene, tmp_path / "there", device=workers)
    assert len(followed) == 1
    render.render(scene, tmp_path / "here", device="cpu")
    there, here = content(tmp_path / "there"), content(tmp_path / "here")
    assert all(there[name] == here[name] for name in there) and "times/frame-00002.npz" in there


def test_orbits_densities_and_diagrams_by_workers_have_the_bits_of_one_process(cluster):
    starts = dv.around((0, 0), 200, 1.0)
    window = dv.Window(center=(3.2, 0.5), width=1.6, shape=(30, 40))
    clifford, counted = dv.Clifford(2, 2, 1, -1), dv.around((0, 0), 5)
    for work in (
        lambda device: dv.orbit(dv.Henon(), starts, 50, 10, device=device),
        lambda device: dv.density(clifford, starts, 300, counted_in(), device=device),
        lambda device: dv.density(clifford, counted, 300, counted_in(), limit=9000, device=device),
        lambda device: dv.orbit_diagram(dv.LogisticMap(), "r", None, window, device=device),
    ):
        assert np.array_equal(work(cluster), work("cpu"), equal_nan=True)


def counted_in() -> dv.Window:
    return dv.Window(center=(0.3, 0), width=2, shape=(40, 30))


def test_pictures_of_figures_are_drawn_by_workers(cluster):
    scene = Scene.load("clifford-zoom").with_values({"frames": 3}).resized(40)
    assert scene.figure
    there, here = (still.draw(scene, 1, device=device) for device in (cluster, "cpu"))
    assert np.array_equal(there, here)


def test_the_gallery_of_workers_is_that_of_one_process(cluster):
    scenes = [Scene.load(name) for name in ("julia", "newton-quintic", "clifford-zoom", "cantor")]
    there, here = (dict(gallery.thumbnails(scenes, 24, device)) for device in (cluster, "cpu"))
    assert there.keys() == here.keys() == set(range(4))
    assert all(np.array_equal(there[place], here[place]) for place in here)


@pytest.mark.parametrize("executor", [ThreadPoolExecutor, "a client's"])
def test_whatever_has_submit_is_a_device(executor, client):
    if executor == "a client's":
        assert np.array_equal(dv.times(SYSTEM, WINDOW, STEPS, device=client), expected())
    else:
        with executor(2) as pool:
            assert np.array_equal(dv.times(SYSTEM, WINDOW, STEPS, device=pool), expected())


def test_what_other_machines_do_not_compute_is_one_line(cluster):
    with pytest.raises(DeviceError, match="compute windows, films, orbits"):
        dv.times_at(SYSTEM, [1.0], [2.0], 10, device=cluster)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict[str, bytes]:
    """A film by this process alone."""
    folder = tmp_path_factory.mktemp("undisturbed")
    render.render(FILM, folder)
    return content(folder)


def test_the_film_of_three_workers_two_of_which_are_killed_is_the_undisturbed_one(
    undisturbed, cluster, client, tmp_path
):
    """They are killed in mid-tile, as there are always tiles that wait."""
    victims = [pid for _, pid in sorted(client.run(os.getpid).items())][:2]

    def kill() -> None:
        for pid in victims:
            time.sleep(0.4)
            os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    report = render.render(FILM, tmp_path, device=cluster)
    killer.join()
    assert report["device"].startswith("dask tcp://")
    assert content(tmp_path) == undisturbed


def test_a_film_that_resumes_its_frames_is_the_same_by_workers(cluster, tmp_path):
    """Frames that share points wait for each other, and states travel."""
    growing = {"frames": 4, "changes.max_steps": {"add": 30}, "film.exact": True}
    scene = JULIA.with_values(growing | {"changes.window.width": {"halve_every": 1}})
    for name, device in (("here", "cpu"), ("there", cluster)):
        render.render(scene, tmp_path / name, device=device)
    assert content(tmp_path / "here") == content(tmp_path / "there")


OTHER_SOURCES = """
from divergence.cluster import worker
worker.source = lambda system, device: "0" * 64
"""
WRONG_TIMES = """
from divergence.cluster import worker
right = worker.computed
def computed(*arguments):
    stored = right(*arguments)
    stored.outcome.times[-1] ^= 1
    return stored
worker.computed = computed
"""
TOO_FEW_TIMES = """
from divergence.cluster import worker
right = worker.computed
def computed(*arguments):
    stored = right(*arguments)
    return stored._replace(outcome=stored.outcome.take(slice(1, None)))
worker.computed = computed
"""


@pytest.mark.parametrize(
    ("code", "reason"),
    [(OTHER_SOURCES, "was built from other sources"), (TOO_FEW_TIMES, "its answer is none")],
    ids=["other sources", "too few times"],
)
def test_a_worker_that_is_of_no_use_is_named_and_left_out(
    cluster, client, caplog, monkeypatch, code, reason
):
    monkeypatch.setattr(divergence.cluster.cluster, "FIRST_STEPS", 2e6)  # a tile for each, and more
    (useless,) = changed(client, 1, code)
    assert np.array_equal(dv.times(SYSTEM, WINDOW, STEPS, device=cluster), expected())
    (line,) = warnings_in(caplog)
    assert useless in line and reason in line


def test_a_worker_whose_times_are_wrong_is_named_and_its_tiles_are_computed_again(
    undisturbed, cluster, client, tmp_path, caplog
):
    (wrong,) = changed(client, 1, WRONG_TIMES)
    render.render(FILM, tmp_path, device=dv.Cluster(client, verify=1, threads=1))
    (line,) = warnings_in(caplog)
    assert wrong in line and "bad memory, or a wrong build" in line
    assert content(tmp_path) == undisturbed


def warnings_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What a cluster has warned of."""
    found = [record for record in caplog.records if record.levelno >= logging.WARNING]
    return [record.getMessage() for record in found if record.name.startswith("divergence")]


def test_where_all_workers_are_wrong_the_last_is_named(cluster, client):
    changed(client, 3, OTHER_SOURCES)
    with pytest.raises(DeviceError, match=r"no worker is left; tcp://.*other sources"):
        dv.times(SYSTEM, WINDOW, STEPS, device=cluster)


class Slow(Executor):
    """Threads whose first request is never answered, and whose third is lost."""

    num_workers = 2

    def __init__(self) -> None:
        self.pool, self.count = ThreadPoolExecutor(2), 0

    def submit(self, work, *arguments):
        self.count += 1
        if self.count == 1:
            return Future()
        if self.count == 3:
            lost = Future()
            lost.cancel()
            lost.set_running_or_notify_cancel()
            return lost
        return self.pool.submit(work, *arguments)


def test_what_is_late_or_lost_is_handed_out_again(monkeypatch):
    monkeypatch.setattr(divergence.cluster.cluster, "FIRST_STEPS", 2e6)
    slow = Slow()
    assert np.array_equal(dv.times(SYSTEM, WINDOW, STEPS, device=slow), expected())


def test_an_engine_that_fails_ends_in_a_line():
    class Failing(Slow):
        def submit(self, work, *arguments):
            failed = Future()
            failed.set_exception(OSError("no such host"))
            return failed

    with pytest.raises(DeviceError, match="Failing: OSError: no such host"):
        dv.times(SYSTEM, WINDOW, STEPS, device=Failing())


def test_an_executor_whose_process_is_killed_ends_in_a_line():
    """As those of the standard library do; the folder of a film would have what came before."""
    with ProcessPoolExecutor(1) as pool:
        os.kill(pool.submit(os.getpid).result(), signal.SIGKILL)
        with pytest.raises(DeviceError, match="ProcessPoolExecutor: .*terminated abruptly"):
            dv.times(SYSTEM, WINDOW, STEPS, device=pool)


def test_two_answers_are_judged_by_this_machine():
    layer = Layer("frame-00000", SYSTEM, Patch.of(WINDOW), STEPS)
    job, part = Job(layer, range(1600), None, (), 1.0, 0.0), range(100, 300)
    table = message.layer_table(layer) | {"source": source(SYSTEM, "cpu"), "deepest": None}
    task = tasks.TileTask(job, part, table, 1.0)
    asks, arrays = task.asks()
    answer = worker.compute(message.pack(asks | {"device": "cpu", "threads": 1}, arrays))
    right = task.read(*message.unpack(answer))
    wrong = replace(right.outcome, times=right.outcome.times.copy())
    wrong.times[150] += 1
    wrong = right._replace(outcome=wrong)
    assert task.alike(right, right) and not task.alike(right, wrong)
    assert task.true(right, wrong) == (True, False)
    assert task.true(wrong, right) == (False, True)


def test_dask_and_mpi_are_imported_only_where_they_are_asked_for():
    code = "import divergence, sys; print({'dask', 'distributed', 'mpi4py'} & set(sys.modules))"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "pysrc")}
    printed = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout == "set()\n"


@pytest.mark.parametrize(
    ("name", "error", "line"),
    [
        ("host:8786", ValueError, "cluster must be tcp://host:8786"),
        ("local:0", ValueError, "local must be from 1"),
        ("mpi", DeviceError, "mpiexec -n 2|no MPI here"),
        ("tcp://127.0.0.1:1", DeviceError, "no scheduler of Dask's can be reached"),
    ],
)
def test_a_cluster_that_cannot_be_reached_is_one_line(name, error, line, monkeypatch):
    monkeypatch.setattr(engines, "CONNECT_SECONDS", 0.3)
    with pytest.raises(error, match=line), opened(name):
        pass


def test_a_command_computes_by_workers(client, tmp_path):
    flags = ["--shape", "40", "40", "--json", "--out", tmp_path / "julia.npy"]
    flags += ["--cluster", client.scheduler.address, "--verify", "5%"]
    command = [sys.executable, ROOT / "pysrc/render.py", "julia", *flags]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert np.array_equal(np.load(tmp_path / "julia.npy"), still.times(JULIA))
    assert "workers" in done.stdout


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1%", 0.01), ("0.25", 0.25), ("100%", 1.0), ("101%", None), ("x", None), ("-1", None)],
)
def test_shares_of_tiles_are_numbers_or_percents(text, expected):
    if expected is None:
        with pytest.raises(argparse.ArgumentTypeError, match="must be from 0 to 1"):
            parser.share(text)
    else:
        assert parser.share(text) == expected
