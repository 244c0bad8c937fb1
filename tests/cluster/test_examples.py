"""The scripts for Slurm, PBS and Kubernetes make their film, by processes in the place of nodes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from machines import ROOT, content, finish, zoom

pytest.importorskip("distributed", reason="no Dask here: make .venv/cluster")
# What dask-jobqueue and dask-kubernetes have, as far as the scripts use it.
NODES = """
from distributed import LocalCluster

class Nodes(LocalCluster):
    def __init__(self, **flags):
        assert flags, "says what a node is"
        super().__init__(n_workers=flags.get("n_workers", 0), threads_per_worker=1)

    def adapt(self, minimum_jobs, maximum_jobs):
        return super().adapt(minimum=minimum_jobs, maximum=maximum_jobs)

SLURMCluster = PBSCluster = KubeCluster = Nodes
"""


@pytest.mark.parametrize("name", ["slurm", "pbs", "kubernetes"])
def test_the_script_of_a_scheduler_makes_its_film(tmp_path: Path, name: str) -> None:
    for module in ("dask_jobqueue", "dask_kubernetes/operator"):
        (tmp_path / f"{module}.py").parent.mkdir(exist_ok=True)
        (tmp_path / f"{module}.py").write_text(NODES)
    settings = {"PYTHONPATH": f"{tmp_path}:{ROOT / 'pysrc'}", "NODES": "2", "PODS": "2"}
    settings["FOLDER"] = str(tmp_path / "film")
    script = [sys.executable, ROOT / f"examples/cluster_{name}.py"]
    done = subprocess.run(
        script, env=os.environ | settings, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr
    assert "on dask tcp://" in done.stdout
    finish(zoom(tmp_path / "here", "--preset", "full", "--frames", "20", "--shape", "64", "64"))
    there, here = content(tmp_path / "film"), content(tmp_path / "here")
    assert {k: v for k, v in there.items() if "times/" in k} == {
        k: v for k, v in here.items() if "times/" in k
    }
