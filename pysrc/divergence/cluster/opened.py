"""Clusters that a command line names, opened for as long as it works."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from .. import checks
from . import engines
from .cluster import Cluster

NAMES = "tcp://host:8786, tls://host:8786, local:4 or mpi"


@contextmanager
def opened(
    name: str, verify: float = 0.0, device: str = "auto", threads: int = 0
) -> Iterator[Cluster | None]:
    """The workers of a name.

    Args:
        name: "tcp://host:8786" or "tls://host:8786" for the scheduler of Dask's there; "local:4"
            for so many processes on this machine; "mpi" for the processes that mpiexec started.
        verify, device, threads: see Cluster.

    Yields:
        A cluster; in the processes of MPI that were its workers None, when all is done.

    Raises:
        ValueError: the name means nothing. DeviceError: the workers cannot be reached.
    """
    if re.fullmatch(engines.ADDRESS, name):
        yield Cluster(name, verify=verify, device=device, threads=threads)
    elif found := re.fullmatch(r"local:(\d+)", name):
        workers = checks.integer("local", int(found[1]), minimum=1, maximum=1024)
        with engines.local(workers) as client:
            each = threads or engines.threads_each(workers)
            yield Cluster(client, verify=verify, device=device, threads=each)
    elif name == "mpi":
        with engines.mpi() as executor:
            if executor is None:
                yield None
            else:
                yield Cluster(executor, verify=verify, device=device, threads=threads)
    else:
        raise ValueError(f"cluster must be {NAMES}, not {name!r}")
