"""What the page may turn: one control for each parameter of a scene's map, from the map itself."""

from collections.abc import Mapping
from decimal import Decimal

from .. import palettes
from ..colormaps import matplotlib
from ..colour import LAWS, SHOWS
from ..maps.base import ALL, Map
from ..maps.escape import EscapeMap
from ..maps.formula import Formula
from ..maps.formula.system import METHODS
from ..maps.three_body import INTEGRATORS, PLANES, PRECISIONS
from ..scenes.scene import Scene

CHOICES = {
    ("three-body", "integrator"): INTEGRATORS,
    ("three-body", "precision"): PRECISIONS,
    ("three-body", "plane"): PLANES,
    ("formula", "method"): METHODS,
}
"""Parameters that are one of a few words, by the name of their map."""


def plain(value: object) -> object:
    """A value of a scene's table as JSON has it: complex numbers and decimals are texts."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, complex):
        return f"{value.real!r}{value.imag:+}i"
    if isinstance(value, Decimal):
        return str(value)
    return value


def controls(table: Mapping[str, object], above: str = "map") -> list[dict[str, object]]:
    """A control for each parameter in a map's table: its path, kind, value, and range of a slider.

    The kinds are "float", "int", "complex", "flag", "text" and "choice"; a map inside a map has its
    controls after the others.
    """
    found, inner = [], []
    for key, value in table.items():
        path = f"{above}.{key}"
        if key == "name" and above == "map":
            continue
        if isinstance(value, Mapping):
            inner += controls(value, path)
        elif isinstance(value, list | tuple):
            found += [c for i, v in enumerate(value) for c in controls({str(i): v}, path)]
        elif key == "name":
            inner_names = [name for name, kind in ALL.items() if issubclass(kind, Map)]
            found.append({"path": path, "kind": "choice", "value": value, "of": inner_names})
        elif choices := CHOICES.get((str(table.get("name")), key)):
            found.append({"path": path, "kind": "choice", "value": value, "of": list(choices)})
        elif (control := _control(path, value)) is not None:
            found.append(control)
    return found + inner


def _control(path: str, value: object) -> dict[str, object] | None:
    if isinstance(value, bool):
        return {"path": path, "kind": "flag", "value": value}
    if isinstance(value, int):
        span = max(10, 2 * abs(value))
        return {"path": path, "kind": "int", "value": value, "from": min(0, -span), "to": span}
    if isinstance(value, float):
        width = max(abs(value), 1e-12) if abs(value) < 1e-2 and value else max(1.0, abs(value))
        control = {"path": path, "kind": "float", "value": value, "step": width / 500}
        return control | {"from": value - width, "to": value + width}
    if isinstance(value, complex):
        return {"path": path, "kind": "complex", "value": plain(value)}
    if isinstance(value, str):
        return {"path": path, "kind": "text", "value": value}
    return None


def colours() -> dict[str, list[str]]:
    """What a colouring can be made of, by the names of its attributes."""
    maps = [name for name in matplotlib().colormaps if not name.endswith("_r")]
    maps = [*palettes.names(), *maps]
    return {"colormap": maps, "law": list(LAWS), "shows": list(SHOWS)}


def deepens(scene: Scene) -> bool:
    """Whether a narrower view of a still scene wants a higher step limit, as those of maps do of
    which points escape ever more slowly towards a boundary."""
    system = scene.frame(0).map if scene.map and not scene.figure else None
    return isinstance(system, EscapeMap) or (
        isinstance(system, Formula) and len(system.plane) == 1 and not system.system.is_flow
    )
