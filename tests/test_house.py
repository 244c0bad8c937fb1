"""The rooms of the package: imports point downwards, and there is no circle."""

import ast
import graphlib
from pathlib import Path

import divergence as dv

PACKAGE = Path(dv.__file__).parent
# From the ground up: a room imports from those before it. "" is what lies in the package's root.
ROOMS = [
    "",
    "maps",
    "kernel",
    "deep",
    "analysis",
    "figures",
    "scenes",
    "film",
    "cluster",
    "explorer",
    "command",
]
ENTRANCES = {"__init__", "__main__"}  # they show what the whole house has
LIGHT = {"scenes", "maps"}  # rooms that the root's own modules may know


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        found[name.removesuffix(".__init__") if name != "__init__" else name] = path
    return found


def imports_of(name: str, path: Path, known: set[str]) -> set[str]:
    """The modules of the package that a module imports anywhere but for types alone."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    found = set()
    for node in ast.walk(_without_types(ast.parse(path.read_text()))):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = package[: len(package) - node.level + 1]
        if node.module:
            base = [*base, *node.module.split(".")]
        for alias in node.names:
            inner = ".".join([*base, alias.name])
            found.add(inner if inner in known else ".".join(base))
    return {module for module in found if module in known} - {name}


def _without_types(tree: ast.Module) -> ast.Module:
    tree.body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    ]
    return tree


def graph() -> dict[str, set[str]]:
    every = modules()
    inside = {name: path for name, path in every.items() if name not in ENTRANCES}
    return {name: imports_of(name, path, set(inside)) for name, path in inside.items()}


def room(module: str) -> str:
    head = module.split(".")[0]
    return head if (PACKAGE / head).is_dir() else ""


def test_every_room_is_in_the_drawing():
    assert {room(module) for module in modules() if module not in ENTRANCES} <= set(ROOMS)


def test_imports_point_downwards():
    for module, others in graph().items():
        for other in others:
            if room(module) == "":
                assert room(other) in ("", *LIGHT), f"{module} imports {other}"
            else:
                floors = ROOMS.index(room(module)), ROOMS.index(room(other))
                assert floors[0] >= floors[1], f"{module} imports {other}, which is above it"


def test_there_is_no_circle():
    graphlib.TopologicalSorter(graph()).prepare()  # raises CycleError


def test_files_are_of_one_idea():
    long = {name: len(p.read_text().splitlines()) for name, p in modules().items()}
    assert {name: lines for name, lines in long.items() if lines > 420} == {}
