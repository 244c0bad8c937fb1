"""Clusters that a command line names, opened for as long as it works."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from .. import checks
from . import engines
from .cluster import ADDRESS, Cluster

NAMES = "tcp://host:8786, tls://host:8786, local:4 or mpi"


@contextmanager
def opened(name: str, verify: float = 0.0, threads: int = 0) -> Iterator[Cluster | None]:
    """The workers of a name.

    Args:
        name: "tcp://host:8786" or "tls://host:8786" for the scheduler of Dask's there; "local:4"
            for so many processes on this machine; "mpi" for the processes that mpiexec started.
        verify, threads: see Cluster.

    Yields:
        A cluster; in the processes of MPI that were its workers None, when all is done.

    Raises:
        ValueError: the name means nothing. DeviceError: the workers cannot be reached.
    """
    if re.fullmatch(ADDRESS, name):
        yield Cluster(name, verify=verify, threads=threads)
    elif found := re.fullmatch(r"local:(\d+)", name):
        workers = checks.integer("local", int(found[1]), minimum=1, maximum=1024)
        with engines.local(workers) as client:
            each = threads or engines.threads_each(workers)
            yield Cluster(client, verify=verify, threads=each)
    elif name == "mpi":
        with engines.mpi() as executor:
            yield Cluster(executor, verify=verify, threads=threads) if executor else None
    else:
        raise ValueError(f"cluster must be {NAMES}, not {name!r}")
