"""What a user of the package sees: its names, their types, and what mistakes are called."""

import inspect
from pathlib import Path

import divergence as dv
import pytest
from divergence.maps.base import ALL


def test_every_map_is_public_and_the_table_of_them_is_not():
    assert {kind.__name__ for kind in ALL.values()} <= set(dv.__all__)
    assert "ALL" not in dv.__all__
    assert not hasattr(dv, "ALL")


def test_public_names_exist_and_stand_there_once():
    assert all(hasattr(dv, name) for name in dv.__all__)
    assert len(dv.__all__) == len(set(dv.__all__))


def test_type_checkers_are_told_that_the_package_is_typed():
    assert (Path(dv.__file__).parent / "py.typed").exists()


@pytest.mark.parametrize("name", dv.__all__)
def test_everything_public_says_what_it_is(name):
    assert inspect.getdoc(getattr(dv, name)) or not callable(getattr(dv, name))
