"""dv.explore(): the explorer's viewer as a widget of Jupyter, marimo and VS Code."""

from typing import TYPE_CHECKING

from ..colour import Colouring
from ..maps.base import Map
from ..scenes.scene import Scene
from ..window import Window
from .opened import of_map

if TYPE_CHECKING:
    from .widget import Explorer

SHAPE = (400, 600)
STEPS = 1000


def explore(
    what: "Map | Scene | str",
    window: Window | None = None,
    max_steps: int = STEPS,
    *,
    colouring: Colouring | None = None,
    device: str = "auto",
    height: int = SHAPE[0],
) -> "Explorer":
    """A picture that is moved by hand, as the last line of a notebook's cell.

    Args:
        what: a map; or a scene, or the name of one, which says the rest.
        window: of a map, to begin with; by default 4 wide, around the origin.
        max_steps: of a map, the step limit.
        colouring: of a map; see Colouring.
        device: as of times().
        height: of the widget, in pixels; it is as wide as the notebook.

    Returns:
        The widget. Its `view`, a scene's table, and its `parameters`, those of the map, follow the
        hand, and may be set; its `result` is the last whole Picture, with times and fates.

    Raises:
        ValueError: a bad value. ImportError: anywidget is not installed.
    """
    if isinstance(what, Map):
        scene = of_map(what, window or Window((0.0, 0.0), 4.0, SHAPE), max_steps, colouring)
    else:
        scene = what if isinstance(what, Scene) else Scene.load(what)
    try:
        from .widget import Explorer
    except ImportError as error:
        said = f"the widget needs {error.name}: pip install 'divergence[widget]'"
        raise ImportError(said, name=error.name) from None
    return Explorer(scene, device=device, height=height)
