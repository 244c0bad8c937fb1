"""A film by the nodes of a Slurm cluster: `.venv/bin/python examples/cluster_slurm.py`, on a node
that may run for as long as the film takes.

Needs dask-jobqueue beside requirements-cluster.txt, and this checkout on a file system that all
nodes see. What is killed, by a time limit or otherwise, costs the tiles that were under way:
started again, the script goes on from its folder.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "pysrc"))

import divergence as dv  # noqa: E402
from dask_jobqueue import SLURMCluster  # noqa: E402
from distributed import Client  # noqa: E402

NODES = int(os.environ.get("NODES", "8"))  # at most, of which there are as many as Slurm gives
FOLDER = Path(os.environ.get("FOLDER", "outputs/slurm"))


def main() -> None:
    # One job is one node and one worker, which computes a tile at a time on all cores or GPUs.
    nodes = SLURMCluster(
        cores=1,
        processes=1,
        job_cpu=32,
        memory="16 GB",
        walltime="02:00:00",
        job_extra_directives=["--exclusive"],  # and "--gres=gpu:4" where nodes have GPUs
        job_script_prologue=[f"export PYTHONPATH={ROOT / 'pysrc'}"],
    )
    nodes.adapt(minimum_jobs=1, maximum_jobs=NODES)
    scene = dv.Scene.load("three-body-zoom").with_values({"frames": 20, "window.shape": (64, 64)})
    with Client(nodes) as client:
        report = dv.render(scene, FOLDER, device=dv.Cluster(client, verify=0.01))
    print(report["film"], "on", report["device"])


if __name__ == "__main__":
    main()
