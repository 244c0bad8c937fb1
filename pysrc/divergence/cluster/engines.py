"""The engines that requests are given to: an executor of anybody's, or a Client of Dask's.

Which worker computes what, who moves it to another when a worker is lost, and who wakes machines
up and lets them go is theirs to know.
"""

import logging
import re
import signal
import threading
import time
from collections.abc import Collection, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any, Protocol

from ..errors import DeviceError
from ..kernel.devices import cpu_threads
from .worker import compute

ADDRESS = r"(dask|tcp|tls)://[^/\s]+"
CONNECT_SECONDS = 10
GONE = ("closing", "closed")  # what a Client of Dask's says of itself
ASK_SECONDS = 1.0  # between two looks at how many workers there are
AT_REST = {  # of workers on this machine; by default these take three hundredths of two cores
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.worker.memory.monitor-interval": "2s",
    "distributed.worker.profile.enabled": False,
}
LOG = logging.getLogger(__name__)
INSTALL = "'make .venv/cluster', or pip install 'divergence[cluster]', installs it"


class Engine(Protocol):
    """Somebody's workers."""

    names_workers: bool  # whether it can be told whom not to give something to

    def submit(self, request: bytes, but: Collection[str]) -> Future[bytes]:
        """Has a request answered by any worker but those that are named."""

    def slots(self, but: Collection[str]) -> int:
        """How many requests the workers compute at a time, but for those that are named."""


class Pool:
    """An executor of concurrent.futures', of MPI or of anybody's.

    Args:
        executor: it has submit(), and says in num_workers or _max_workers how many workers it has.
    """

    names_workers = False

    def __init__(self, executor: Any) -> None:
        self._executor = executor
        known = (getattr(executor, name, None) for name in ("num_workers", "_max_workers"))
        self._slots = next((count for count in known if isinstance(count, int) and count > 0), 1)

    def submit(self, request: bytes, but: Collection[str]) -> Future[bytes]:
        """See Engine. DeviceError: the executor is broken or shut down, in its own words."""
        try:
            return self._executor.submit(compute, request)
        except RuntimeError as error:  # as executors say it, BrokenExecutor among them
            raise DeviceError(f"{self}: {error}") from None

    def slots(self, but: Collection[str]) -> int:
        """See Engine."""
        return self._slots

    def __str__(self) -> str:
        return type(self._executor).__name__


class Dask:
    """A Client of Dask's, whose workers come and go."""

    names_workers = True

    def __init__(self, client: Any) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False)
        self._workers: dict[str, int] = {}
        self._asked = 0.0

    def submit(self, request: bytes, but: Collection[str]) -> Future[bytes]:
        """See Engine."""
        if self._client.status in GONE:
            raise DeviceError(f"{self} is not there any more")
        others = [name for name in self._known() if name not in but] if but else None
        return self._executor.submit(compute, request, workers=others or None)

    def slots(self, but: Collection[str]) -> int:
        """See Engine."""
        return sum(count for name, count in self._known().items() if name not in but)

    def _known(self) -> dict[str, int]:
        """The workers by their addresses, with how many requests each computes at a time."""
        now = time.monotonic()
        if now - self._asked > ASK_SECONDS and self._client.status == "running":
            self._asked = now
            try:
                self._workers = dict(self._client.nthreads())
            except OSError:  # the scheduler is being started again
                self._workers = {}
        return self._workers

    def __str__(self) -> str:
        scheduler = self._client.scheduler
        return f"dask {scheduler.address if scheduler else ''}".rstrip()


def engine_of(submits: Any) -> Engine:
    """The engine that an executor or a client is."""
    return Dask(submits) if hasattr(submits, "get_executor") else Pool(submits)


def client(address: str) -> Any:
    """A Client of the scheduler at an address, the same one as long as it is connected.

    Args:
        address: "tcp://host:port", of which "dask://" is another name, or "tls://host:port", with
            the certificates that Dask's own configuration names.

    Raises:
        ValueError: the address is none. DeviceError: nobody is there, or Dask is not installed.
    """
    if not re.fullmatch(ADDRESS, address):
        raise ValueError(f"workers must be at tcp://host:port or tls://host:port, not {address!r}")
    if address not in _clients or _clients[address].status in GONE:
        distributed = _distributed()
        try:
            _clients[address] = distributed.Client(
                re.sub("^dask", "tcp", address), timeout=CONNECT_SECONDS
            )
        except (OSError, ValueError, TypeError) as error:
            first = (str(error) or type(error).__name__).splitlines()[0]
            said = f"{address}: no scheduler of Dask's can be reached: {first}"
            raise DeviceError(said) from None
    return _clients[address]


_clients: dict[str, Any] = {}


@contextmanager
def local(workers: int) -> Iterator[Any]:
    """A Client of so many worker processes on this machine, which share its cores."""
    distributed = _distributed()
    import dask.config

    with _deaf_to_interrupts(), dask.config.set(AT_REST):
        cluster = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.ERROR,
        )
    with cluster, distributed.Client(cluster) as made:
        LOG.info("Dask's dashboard is at %s, where bokeh is installed", made.dashboard_link)
        yield made


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Lets processes that are started meanwhile ignore Ctrl-C, which is for their client."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def mpi() -> Iterator[Executor | None]:
    """An executor of the other processes that mpiexec has started; in those it is None, and comes
    when there is nothing more to do. DeviceError: there are none, or no MPI."""
    try:
        from mpi4py import MPI, futures
    except (ImportError, RuntimeError) as error:
        raise DeviceError(f"no MPI here ({error}): {INSTALL}, and the system has libmpi") from None
    if MPI.COMM_WORLD.size < 2:
        raise DeviceError("mpi: there is one process: say mpiexec -n 2, or more")
    with futures.MPICommExecutor(MPI.COMM_WORLD, root=0) as executor:
        yield executor  # type: ignore[misc, unused-ignore] # one that mpi4py's stubs call otherwise


def threads_each(workers: int) -> int:
    """Of the CPU, for each of so many workers on this machine."""
    return max(1, cpu_threads() // workers)


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise DeviceError(f"no Dask here ({error}): {INSTALL}") from None
    return distributed
