"""Films by the processes that mpiexec starts."""

import os
import shutil
import subprocess

import pytest
from machines import content, finish, zoom

SMALL = ("--frames", "20", "--shape", "60", "60")
AS_ROOT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


@pytest.fixture(scope="module", autouse=True)
def mpi() -> None:
    if shutil.which("mpiexec") is None:
        pytest.skip("no mpiexec here: install Open MPI or MPICH")
    try:
        from mpi4py import MPI  # noqa: F401
    except (ImportError, RuntimeError) as error:
        pytest.skip(f"no mpi4py that finds an MPI: {error}")


def mpiexec(ranks: int) -> list[str]:
    """Not bound to processors: how many the client may use decides how films are encoded."""
    said = subprocess.run(["mpiexec", "--version"], capture_output=True, text=True).stdout
    is_open_mpi = "Open MPI" in said or "OpenRTE" in said
    flags = ["--oversubscribe", "--bind-to", "none"] if is_open_mpi else []
    return ["mpiexec", *flags, "-n", str(ranks)]


@pytest.mark.parametrize("ranks", [2, 3])
def test_ranks_make_the_film_that_one_process_makes(tmp_path, ranks):
    finish(zoom(tmp_path / "here", *SMALL))
    there = zoom(tmp_path / "there", *SMALL, "--cluster", "mpi", "--verify", "20%")
    report = finish([*mpiexec(ranks), *there], **AS_ROOT)
    assert report["device"] == f"MPIPoolExecutor, {ranks - 1} workers"
    assert content(tmp_path / "there") == content(tmp_path / "here")


def test_what_is_wrong_is_said_once(tmp_path):
    wrong = zoom(tmp_path / "film", "--cluster", "mpi", "--frames", "0")
    done = subprocess.run(
        [*mpiexec(2), *wrong], env=os.environ | AS_ROOT, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 2
    assert done.stderr.count("frames must be") == 1
