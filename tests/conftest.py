"""What the tests share."""

import signal
from collections.abc import Iterator
from pathlib import Path

import divergence as dv
import emulation
import pytest

# A script's background jobs ignore Ctrl-C, and so would the processes that the tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def emulated_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of libraries whose GPUs are emulated."""
    folder = tmp_path_factory.mktemp("emulated")
    emulation.build(folder)
    return folder


@pytest.fixture
def emulator(emulated_build: Path) -> Iterator[emulation.Emulator]:
    """Emulated GPUs, which can be made to fail."""
    with emulation.emulated(emulated_build) as emulator:
        yield emulator


@pytest.fixture(params=["emulated", pytest.param("hardware", marks=pytest.mark.gpu)])
def gpu(request: pytest.FixtureRequest) -> str:
    """The first GPU: an emulated one, and that of this machine if it has one."""
    if request.param == "emulated":
        request.getfixturevalue("emulator")
    elif "cuda" not in dv.devices():
        pytest.skip("no GPU that can be used here")
    return "cuda:0"
