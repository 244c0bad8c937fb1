"""Hosts with addresses of their own, as network namespaces: films by them, and one cut off."""

import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from machines import content, finish, processes, wait_until_stored, zoom

pytest.importorskip("distributed", reason="no Dask here: make .venv/cluster")
SMALL = ("--frames", "40", "--shape", "60", "60", "--steps", "20000")
NET = "10.213.77"  # of a bridge that nothing else has
COUNT = itertools.count()  # as what is deleted goes a little later


@contextmanager
def hosts(count: int) -> Iterator[list[str]]:
    """Namespaces with an address each, on one bridge with this machine, which is NET.1."""
    name = f"dv{os.getpid() % 10**6}n{next(COUNT)}"
    made = [f"{name}h{i}" for i in range(count)]
    try:
        ip("link", "add", name, "type", "bridge")
        ip("addr", "add", f"{NET}.1/24", "dev", name)
        ip("link", "set", name, "up")
        for i, host in enumerate(made):
            ip("netns", "add", host)
            ip("link", "add", f"{host}a", "type", "veth", "peer", "name", f"{host}b")
            ip("link", "set", f"{host}a", "master", name, "up")
            ip("link", "set", f"{host}b", "netns", host)
            within = ("netns", "exec", host, "ip")
            ip(*within, "addr", "add", f"{NET}.{i + 2}/24", "dev", f"{host}b")
            ip(*within, "link", "set", f"{host}b", "up")
            ip(*within, "link", "set", "lo", "up")
        yield made
    finally:
        for host in made:
            ip("netns", "del", host, check=False)
        ip("link", "del", name, check=False)


def ip(*arguments: str, check: bool = True) -> None:
    subprocess.run(["ip", *arguments], capture_output=True, check=check)


@pytest.fixture(scope="module", autouse=True)
def root() -> None:
    if os.geteuid() != 0:
        pytest.skip("network namespaces are root's to make")
    if shutil.which("ip") is None:
        pytest.skip("no ip here: install iproute2")
    tried = subprocess.run(
        ["ip", "netns", "add", f"dv{os.getpid()}"], capture_output=True, text=True
    )
    if tried.returncode:
        pytest.skip(f"no network namespaces here: {tried.stderr.strip()}")
    ip("netns", "del", f"dv{os.getpid()}")


@pytest.mark.parametrize("count", [2, 3])
def test_a_film_by_hosts_of_which_one_is_cut_off_is_the_undisturbed_one(tmp_path, count):
    """Its cable is pulled: nothing tells the scheduler that it is gone."""
    finish(zoom(tmp_path / "here", *SMALL))
    with hosts(count) as made, processes() as started:
        address, _ = started.scheduler(f"{NET}.1")
        for host in made:
            started.worker(address, within=("ip", "netns", "exec", host))
        making = started.start(zoom(tmp_path / "there", *SMALL, "--cluster", address))
        wait_until_stored(tmp_path / "there", 2)
        ip("link", "set", f"{made[0]}a", "down")
        assert making.wait(200) == 0
    assert content(tmp_path / "there") == content(tmp_path / "here")
