"""The same bits from scalar and SIMD builds, any number of threads, any tiling, and last year."""

import json
import os
import subprocess
import sys
from pathlib import Path

import bits
import divergence as dv
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
# A little optimisation compiles in half the time, and must not change a bit either.
OPTIMISATION = "-O1"

GOLDEN = ROOT / "tests" / "golden.json"
WRITE = f"then write the checksums anew: .venv/bin/python tests/bits.py >tests/{GOLDEN.name}"


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    return bits.checksums()


def build(variant: str, *families: str, **environment: str) -> Path:
    """A folder that is kept between runs, and made again when a source changes."""
    folder = ROOT / "build" / f"{variant}{OPTIMISATION}"
    command = [ROOT / "build.sh", "cpu", "--variant", variant, "--out", folder, *families]
    environment = os.environ | {"CXXFLAGS": OPTIMISATION} | environment
    subprocess.run(command, env=environment, check=True)
    return folder


def checksums_of(folder: Path, *families: str, **environment: str) -> dict[str, str]:
    """What another process makes of the libraries of a folder."""
    environment = os.environ | {"DIVERGENCE_BUILD": str(folder)} | environment
    script = [sys.executable, ROOT / "tests" / "bits.py", *families]
    printed = subprocess.run(script, env=environment, capture_output=True, text=True, check=True)
    return json.loads(printed.stdout)


def test_results_change_only_together_with_the_version_of_their_arithmetic(here):
    """By that version stored results are known for those that a kernel still gives."""
    golden = json.loads(GOLDEN.read_text())
    changed = [name for name in golden if here.get(name, golden[name]) != golden[name]]
    assert not changed, (
        f"other results than before of {'; '.join(changed)}. If that is meant, raise `arithmetic` "
        f"of the map, so that stored results are not mixed with new ones, and {WRITE}"
    )
    assert here.keys() == golden.keys(), f"a new map, or a new version of its arithmetic: {WRITE}"


def test_the_windows_show_something():
    for name, system in bits.THREE_BODY.items():
        assert (dv.times(system, bits.T1, bits.MAX_STEPS) < bits.MAX_STEPS).mean() > 0.1, name


@pytest.mark.variants
@pytest.mark.parametrize("variant", ["scalar", "avx2"])
def test_every_build_gives_the_same_bits(here, variant):
    assert checksums_of(build(variant)) == here


@pytest.mark.variants
@pytest.mark.parametrize("version, lanes", [("sse2", 128), ("avx2", 256)])
def test_a_portable_library_gives_the_same_bits(version, lanes):
    """It would take the best version of this machine: the variable asks for a lesser one."""
    folder = build("portable", "descent")
    assert checksums_of(folder, "descent", DIVERGENCE_SIMD=version) == bits.checksums("descent")
    code = (
        "from divergence.kernel import native; print(native.load('descent', 'cpu').name_device(0))"
    )
    environment = {
        "DIVERGENCE_BUILD": str(folder),
        "DIVERGENCE_SIMD": version,
        "PYTHONPATH": str(ROOT / "pysrc"),
    }
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True)
    assert f"of {lanes} bits" in printed.stdout


def test_threads_change_nothing(here):
    assert bits.checksums(threads=1) == here
    assert bits.checksums(threads=7) == here


@pytest.mark.parametrize("name", bits.THREE_BODY)
def test_a_point_does_not_see_its_neighbours(name):
    """Tiles are runs of points: cut anywhere, in any order, or each point by itself."""
    system = bits.THREE_BODY[name]
    x, y = (axis.ravel() for axis in dv.Window(width=40, shape=(7, 7)).points())
    whole = dv.times_at(system, x, y, 4_000)
    order = np.random.default_rng(5).permutation(x.size)
    parts = [dv.times_at(system, x[part], y[part], 4_000) for part in np.split(order, [1, 14, 31])]
    assert (np.concatenate(parts) == whole[order]).all()
    assert (np.array([dv.times_at(system, x[i], y[i], 4_000) for i in range(9)]) == whole[:9]).all()


def test_a_gpu_gives_the_same_bits(here, gpu):
    assert bits.checksums(device=gpu) == here
