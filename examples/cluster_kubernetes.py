"""A film by the pods of a Kubernetes cluster: `.venv/bin/python examples/cluster_kubernetes.py`.

Needs dask-kubernetes beside requirements-cluster.txt, its operator in the cluster, and an image
that has this package, at the same commit as here, with dask and distributed:

    FROM python:3.12
    COPY dist/divergence-*.whl /
    RUN pip install "$(ls /divergence-*.whl)[cluster]"

`make wheel` builds it for any x86-64 processor, from the same sources and so with the same digest
as here.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "pysrc"))

import divergence as dv  # noqa: E402
from dask_kubernetes.operator import KubeCluster  # noqa: E402
from distributed import Client  # noqa: E402

PODS = int(os.environ.get("PODS", "8"))
IMAGE = os.environ.get("IMAGE", "registry.example.org/divergence")
FOLDER = Path(os.environ.get("FOLDER", "outputs/kubernetes"))


def main() -> None:
    cores = {"cpu": "8", "memory": "16Gi"}
    pods = KubeCluster(
        name="divergence",
        image=IMAGE,
        n_workers=PODS,
        resources={"requests": cores, "limits": cores},
        worker_command=["dask", "worker", "--nthreads", "1"],  # a tile at a time on all cores
    )
    scene = dv.Scene.load("three-body-zoom").with_values({"frames": 20, "window.shape": (64, 64)})
    with pods, Client(pods) as client:
        film = dv.Cluster(client, verify=0.01, threads=8)  # a pod sees all cores of its machine
        report = dv.render(scene, FOLDER, device=film)
    print(report["film"], "on", report["device"])


if __name__ == "__main__":
    main()
