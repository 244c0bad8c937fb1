"""What the tests share."""

import signal

import divergence as dv
import pytest

# A script's background jobs ignore Ctrl-C, and so would the processes that the tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def gpu() -> str:
    """The first GPU, for tests marked gpu; they are skipped where there is none."""
    if "cuda" not in dv.devices():
        pytest.skip("no GPU that can be used here")
    return "cuda:0"
