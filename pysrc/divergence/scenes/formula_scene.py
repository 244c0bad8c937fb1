"""A scene for a formula that nobody has said more about: a window, a step limit and colours."""

import re
from collections.abc import Mapping

from .. import checks
from ..maps.formula import Formula
from .scene import Scene

STEPS = {"complex": 300, "real": 500, "flow": 5000, "taylor": 200}  # of flows 100 units of time
SIDES = {"complex": 480, "real": 480, "flow": 300}  # in pixels: a picture in some seconds
WIDTHS = {"complex": 4.0, "real": 10.0, "flow": 10.0}
ZOOM: dict[str, object] = {
    "frames": 150,
    "changes.window.width.halve_every": 15,
}  # ten octaves in five seconds


def formula_scene(
    text: str,
    plane: str = "",
    method: str = "",
    parameters: Mapping[str, object] | None = None,
) -> Scene:
    """A still of a formula's plane about 0, in the colours that its first stop asks for.

    Args:
        text, plane, method: as of a Formula; empty for the defaults.
        parameters: numbers by the names of its parameters; complex ones may be texts.

    Raises:
        ValueError: as of Formula.
    """
    table = {"name": "formula", "text": text, "plane": plane, "method": method}
    table = {key: value for key, value in table.items() if value}
    complete = Formula.completed(table | dict(parameters or {}))
    formula = Formula(**{key: value for key, value in complete.items() if key != "name"})  # type: ignore[arg-type]
    system = formula.system
    is_complex = len(system.plane) == 1
    kind = "flow" if system.is_flow else "complex" if is_complex else "real"
    steps = STEPS["taylor" if formula.program.flow else kind]
    escapes = system.stops[0].kind == "escape"
    colour: dict[str, object] = {"colormap": "inferno", "law": "equalised"}
    if is_complex or escapes:
        colour |= {"colormap": "twilight_shifted", "shows": "times", "interior": "black"}
        colour["law"] = "logarithmic"
    if formula.program.has_fractions:
        colour["smooth"] = True
    return Scene.of(
        {
            "name": re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:60] or "formula",
            "title": " ".join(text.split()),
            "max_steps": steps,
            "map": complete,
            "window": {"center": (0.0, 0.0), "width": WIDTHS[kind], "shape": (SIDES[kind],) * 2},
            "colour": colour,
        }
    )


def zoomed(scene: Scene, center: tuple[checks.Exact, checks.Exact]) -> Scene:
    """A film into a point of a still."""
    return scene.with_values(ZOOM | {"window.center": center})
