"""docs/systems.md: every row is drawn, and everything drawn is of a row."""

import inspect
import re
from pathlib import Path

import pytest
from divergence import maps
from divergence.scenes.scene import FOLDER, names

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "systems.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
ROWS = dict(
    re.findall(r"^### ([A-Z]\d+) (.*?)(?=^##|^\[[\w-]+\]: |\Z)", TEXT, re.DOTALL | re.MULTILINE)
)
TARGETS = dict(re.findall(r"^\[([\w-]+)\]: (\S+)$", TEXT, re.MULTILINE))
LINKED = {row: set(re.findall(r"\[([\w-]+)\]", text)) for row, text in ROWS.items()}
MAPS = {map_type.__name__: map_type for map_type in maps.ALL.values()}
SCENES = set(names())


@pytest.mark.parametrize("row", ROWS)
def test_every_row_links_to_a_scene_and_to_nothing_that_is_missing(row):
    assert LINKED[row] & SCENES
    assert LINKED[row] <= SCENES | set(MAPS)


def test_every_scene_and_every_map_is_of_a_row():
    assert SCENES | set(MAPS) <= set().union(*LINKED.values())


def test_links_lead_to_where_the_scenes_and_maps_are():
    assert set(TARGETS) == set().union(*LINKED.values())
    for name, target in TARGETS.items():
        of = inspect.getfile(MAPS[name]) if name in MAPS else FOLDER / f"{name}.toml"
        assert (DOCUMENT.parent / target).resolve() == Path(of).resolve()


def test_rows_that_the_code_names_exist():
    package = FOLDER.parents[1]
    sources = [*package.rglob("*.py"), *package.parents[1].glob("cuda/*.h")]
    for source in sources:
        text = source.read_text(encoding="utf-8")
        for sentence in re.findall(r"[Rr]ows? ([^.\n]*)", text):
            for row in re.findall(r"\b[A-Z]\d+\b", sentence):
                assert row in ROWS, f"{source}: row {row}"
