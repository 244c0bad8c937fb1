"""Schedulers and workers of Dask's, as processes of their own, and commands that use them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from film_bytes import content  # noqa: E402, F401 # for the tests beside this

HERE = "127.0.0.1"
QUICK = {  # what Dask waits for minutes for
    "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "4s",
    "DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "1h",
    "DASK_DISTRIBUTED__WORKER__MEMORY__SPILL": "false",
}
Command = Sequence[str | Path]


class Processes:
    """What has been started, to be ended together.

    Args:
        environment: of each.
    """

    def __init__(self, **environment: str) -> None:
        paths = {"PYTHONPATH": str(ROOT / "pysrc")}
        self.environment = os.environ | paths | QUICK | environment
        self.every: list[subprocess.Popen[str]] = []

    def start(self, command: Command, within: Command = (), **environment: str) -> subprocess.Popen:
        """Starts a command, within a command such as `ip netns exec NAME`."""
        started = subprocess.Popen(
            [*within, *command],
            env=self.environment | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self.every.append(started)
        return started

    def scheduler(
        self, host: str = HERE, port: int = 0, *flags: str
    ) -> tuple[str, subprocess.Popen]:
        """The address of a scheduler, and it."""
        port = port or free_port(host)
        command = [
            *dask("scheduler"),
            "--host",
            host,
            "--port",
            str(port),
            "--no-dashboard",
            *flags,
        ]
        started = self.start(command)
        wait_for(host, port)
        return f"{'tls' if '--tls-cert' in flags else 'tcp'}://{host}:{port}", started

    def worker(
        self, address: str, *flags: str, within: Command = (), **environment: str
    ) -> subprocess.Popen:
        """One worker of one thread, which nobody starts again."""
        command = [*dask("worker"), address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        return self.start([*command, *flags], within, **environment)

    def end(self) -> None:
        for started in self.every:
            kill(started)


@contextmanager
def processes(**environment: str) -> Iterator[Processes]:
    """Processes that end with the context."""
    started = Processes(**environment)
    try:
        yield started
    finally:
        started.end()


def dask(part: str) -> list[str]:
    return [sys.executable, "-m", "dask", part]


def kill(started: subprocess.Popen) -> None:
    """kill -9, which nobody can prepare for."""
    if started.poll() is None:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def free_port(host: str) -> int:
    with socket.socket() as free:
        free.bind((host, 0))
        return int(free.getsockname()[1])


def wait_for(host: str, port: int, seconds: float = 60.0) -> None:
    """Until somebody listens there."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection((host, port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def zoom(folder: Path, *flags: str | Path) -> list[str | Path]:
    """The command that makes a film, or goes on with it."""
    return [sys.executable, ROOT / "pysrc/zoom.py", "--json", "--out", folder, *flags]


def finish(command: Command, seconds: float = 300, **environment: str) -> dict[str, object]:
    """What a command of ours reports."""
    done = subprocess.run(
        command,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def stored(folder: Path) -> dict[str, int]:
    """The layers and tiles that a film's folder has, with when they came there."""
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("times/*.npz")}


def wait_until_stored(folder: Path, count: int, seconds: float = 120.0) -> None:
    """Until so many layers and tiles are there."""
    deadline = time.monotonic() + seconds
    while len(stored(folder)) < count:
        assert time.monotonic() < deadline, f"{len(stored(folder))} of {count} layers came"
        time.sleep(0.05)
