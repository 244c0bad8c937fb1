"""The same bits from a processor of another kind: libraries for ARM, run by an emulator."""

import shutil
import subprocess

import bits
import divergence as dv
import numpy as np
import pytest
from divergence.kernel import native
from test_bits import ROOT, build

COMPILER, EMULATOR = "aarch64-linux-gnu-g++", "qemu-aarch64"
MISSING = [tool for tool in (COMPILER, EMULATOR) if shutil.which(tool) is None]
pytestmark = [
    pytest.mark.variants,
    pytest.mark.skipif(bool(MISSING), reason=f"no {' and no '.join(MISSING)} here"),
]

FAMILIES = ("three_body", "escape", "descent")
SYSTEMS = {name: map_ for name, map_ in bits.SYSTEMS.items() if map_.family in FAMILIES}
FEW = dv.Window(center=(0.1, 0.2), width=40, shape=(3, 4))  # an emulator is slow


@pytest.fixture(scope="module")
def run_map(tmp_path_factory):
    """The command of tests/run_map.cpp, but for its arguments, and the libraries' folder."""
    program = tmp_path_factory.mktemp("aarch64") / "run_map"
    source = ROOT / "tests" / "run_map.cpp"
    subprocess.run([COMPILER, "-std=c++17", "-Wall", "-Wextra", source, "-o", program], check=True)
    libraries = build("baseline", *FAMILIES, CXX=COMPILER)
    return [EMULATOR, "-L", "/usr/aarch64-linux-gnu", program], libraries


@pytest.mark.parametrize("name", SYSTEMS)
def test_arm_gives_the_same_bits(run_map, name):
    system = SYSTEMS[name]
    window, steps = (FEW, 6_000) if name in bits.THREE_BODY else (bits.NEAR_0, 300)
    x, y = (np.ascontiguousarray(axis.ravel()) for axis in window.points())
    here = dv.outcome_at(system, x, y, steps, fates=True, fractions=True, states=True, device="cpu")

    command, libraries = run_map
    library = libraries / f"lib{system.family}.cpu.so"
    parameters = native.load(system.family, "cpu").parameters(system)
    numbers = (parameters.nbytes, x.size, here.states.itemsize // 8, steps)
    run = subprocess.run(
        [*command, library, system.entry, *map(str, numbers)],
        input=parameters.tobytes() + x.tobytes() + y.tobytes(),
        capture_output=True,
    )
    assert run.returncode == 0, run.stderr
    place = 0
    for expected in here.arrays().values():
        there = np.frombuffer(run.stdout, expected.dtype, expected.size, place)
        np.testing.assert_array_equal(there.reshape(expected.shape), expected)
        place += expected.nbytes
