"""Films by workers that are killed, of other builds, or on a scheduler that is started again, are
the undisturbed ones."""

import subprocess
from pathlib import Path

import pytest
from machines import (
    HERE,
    ROOT,
    content,
    finish,
    free_port,
    kill,
    processes,
    stored,
    wait_until_stored,
    zoom,
)

pytest.importorskip("distributed", reason="no Dask here: make .venv/cluster")
SMALL = ("--frames", "40", "--shape", "60", "60", "--steps", "20000")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("films") / "film"
    finish(zoom(folder, *SMALL))
    return content(folder)


def test_the_default_film_of_three_workers_two_of_which_are_killed_has_the_same_bytes(tmp_path):
    finish(zoom(tmp_path / "here"), 1200)
    with processes() as started:
        address, _ = started.scheduler()
        workers = [started.worker(address) for _ in range(3)]
        making = started.start(zoom(tmp_path / "there", "--cluster", address))
        for count, worker in zip((4, 8), workers, strict=False):
            wait_until_stored(tmp_path / "there", count)
            kill(worker)
        assert making.wait(1200) == 0
    assert content(tmp_path / "there") == content(tmp_path / "here")


def test_a_scheduler_that_is_killed_and_started_again_costs_what_was_under_way(
    tmp_path, undisturbed
):
    with processes() as started:
        port = free_port(HERE)
        address, scheduler = started.scheduler(HERE, port)
        old = [started.worker(address) for _ in range(2)]
        making = started.start(zoom(tmp_path / "film", *SMALL, "--cluster", address))
        wait_until_stored(tmp_path / "film", 3)
        for process in (scheduler, *old):
            kill(process)
        before = stored(tmp_path / "film")
        started.scheduler(HERE, port)
        for _ in range(2):
            started.worker(address)
        assert making.wait(200) == 0
    after = stored(tmp_path / "film")
    assert {name: after[name] for name in before if name in after}.items() <= before.items()
    assert content(tmp_path / "film") == undisturbed


def test_a_client_that_is_killed_is_gone_on_from(tmp_path, undisturbed):
    with processes() as started:
        address, _ = started.scheduler()
        for _ in range(2):
            started.worker(address)
        making = started.start(zoom(tmp_path / "film", *SMALL, "--cluster", address))
        wait_until_stored(tmp_path / "film", 3)
        kill(making)
        before = stored(tmp_path / "film")
        finish(zoom(tmp_path / "film", *SMALL, "--cluster", address))
    after = stored(tmp_path / "film")
    whole = [name for name in before if name.count(".") == 1]
    assert whole and all(after[name] == before[name] for name in whole)
    assert content(tmp_path / "film") == undisturbed


def test_workers_of_scalar_avx2_and_widest_builds_make_one_film(tmp_path, undisturbed):
    with processes() as started:
        address, _ = started.scheduler()
        folders = [build("scalar"), build("avx2"), ROOT / "build"]
        for folder in folders:
            started.worker(address, DIVERGENCE_BUILD=str(folder))
        report = finish(
            zoom(tmp_path / "film", *SMALL, "--cluster", address, "--verify", "50%"), 300
        )
    assert "3 workers" in str(report["device"])
    assert content(tmp_path / "film") == undisturbed


def build(variant: str) -> Path:
    """The three bodies' library for other processors, as tests/test_bits.py makes it."""
    import test_bits

    return test_bits.build(variant, "three_body")


def test_tls_is_what_dasks_configuration_says(tmp_path, undisturbed):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    make += ["-subj", "/CN=divergence"]
    make += ["-keyout", str(key), "-out", str(certificate)]
    try:
        subprocess.run(make, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl here")
    tls = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(certificate)}
    for who in ("CLIENT", "SCHEDULER", "WORKER"):
        tls[f"DASK_DISTRIBUTED__COMM__TLS__{who}__CERT"] = str(certificate)
        tls[f"DASK_DISTRIBUTED__COMM__TLS__{who}__KEY"] = str(key)
    with processes(**tls) as started:
        flags = ("--protocol", "tls", "--tls-ca-file", str(certificate))
        flags += ("--tls-cert", str(certificate), "--tls-key", str(key))
        address, _ = started.scheduler(HERE, 0, *flags)
        started.worker(address)
        report = finish(zoom(tmp_path / "film", *SMALL, "--cluster", address), **tls)
        refused = subprocess.run(
            zoom(tmp_path / "other", *SMALL, "--cluster", address), capture_output=True, text=True
        )
    assert str(report["device"]).startswith("dask tls://")
    assert content(tmp_path / "film") == undisturbed
    assert refused.returncode == 2 and refused.stderr.count("\n") == 1
