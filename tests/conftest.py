"""What the tests share."""

import divergence as dv
import pytest


@pytest.fixture(scope="session")
def gpu() -> str:
    """The first GPU, for tests marked gpu; they are skipped where there is none."""
    if "cuda" not in dv.devices():
        pytest.skip("no GPU that can be used here")
    return "cuda:0"
