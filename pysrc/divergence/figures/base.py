"""What every kind of figure has in common, and its table in a scene."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_type_hints

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .. import checks, colormaps
from ..frame import Frame
from ..maps.base import ALL as MAPS
from ..maps.base import Map
from ..window import Window

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Plot

Rgb = NDArray[np.uint8]

ALL: dict[str, type["Figure"]] = {}
"""Every kind of figure by the name that scenes use."""


@dataclass(frozen=True)
class Figure(ABC):
    """A way to draw; every concrete kind is a frozen dataclass of what can be chosen about it.

    A figure is drawn of a frame: a scene's map, its window, whose shape is the picture's, and its
    step limit, as far as the kind has a use for them.

    Attributes:
        kind: what scenes call it, such as ``density``.
        group: what its scenes are listed under.
        of: the maps that it can be drawn of; None where it needs no map.
    """

    kind: ClassVar[str]
    group: ClassVar[str]
    of: ClassVar[type[Map] | tuple[type[Map], ...] | None] = None

    def __init_subclass__(cls, **arguments: object) -> None:
        super().__init_subclass__(**arguments)
        if "kind" in vars(cls):
            ALL[cls.kind] = cls

    def check(self, system: Map | None) -> None:
        """Whether it can be drawn of a map. ValueError: it cannot."""
        if self.of and not isinstance(system, self.of):
            kinds = self.of if isinstance(self.of, tuple) else (self.of,)
            allowed = [name for name, map_type in MAPS.items() if issubclass(map_type, kinds)]
            raise ValueError(f"a {self.kind} is of one of the maps {', '.join(allowed)}")

    @abstractmethod
    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        """The picture, (rows, columns, 3) sRGB, top row first."""

    @staticmethod
    def film(
        figures: Sequence["Figure"],
        frames: Sequence[Frame],
        wanted: Iterable[int],
        device: str = "auto",
    ) -> Iterator[Rgb]:
        """Pictures of a film, those with the numbers `wanted`, which rise; a kind may share work
        between them."""
        for i in wanted:
            yield figures[i].draw(frames[i], device)


def complete(table: Mapping[str, object]) -> dict[str, object]:
    """A figure's table with the defaults filled in. ValueError: an unknown kind or key."""
    if "kind" not in table:
        raise ValueError(f"kind is missing, one of {', '.join(ALL)}")
    kind = ALL[checks.known("kind", table["kind"], ALL)]
    known = [field.name for field in fields(kind)]
    for key in table:
        checks.known("key", key, ["kind", *known])
    defaults = {field.name: field.default for field in fields(kind)}
    for key, value in defaults.items():
        if value is MISSING and key not in table:
            raise ValueError(f"{key} is missing")
    return {"kind": kind.kind} | defaults | dict(table)


def build(table: Mapping[str, object]) -> Figure:
    """The figure of a complete table. ValueError: what it says of its choices."""
    kind = ALL[str(table["kind"])]
    hints = get_type_hints(kind)
    arguments = {}
    for key, value in table.items():
        if key == "kind":
            continue
        hint = hints[key]
        if hint is int and isinstance(value, float):
            value = round(value)  # as the laws of a film give it
        elif hint is int:
            value = checks.integer(key, value, minimum=-(2**63), maximum=2**63)
        elif hint is float:
            value = checks.number(key, value)
        elif hint in (str, bool) and not isinstance(value, hint):
            raise ValueError(f"{key} must be {'a text' if hint is str else 'true or false'}")
        arguments[key] = value
    return kind(**arguments)


LEAST_ROWS = 100
WHITE = [
    *("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"),
    *("lines.color", "patch.edgecolor", "grid.color"),
]
STYLE = {
    **dict.fromkeys(WHITE, "white"),
    "axes.facecolor": "black",
    "figure.edgecolor": "black",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": "medium",
    "figure.facecolor": "black",
    "lines.linewidth": 1.0,
}
COLOURS = ["#ff5a4f", "#f4f4f0", "#4f8dff", "#ffc857", "#5ad1a0", "#c58cff"]


@contextmanager
def own_settings() -> Iterator[None]:
    """Matplotlib's own settings, whatever a user's matplotlibrc or a notebook has made of them;
    these are left as they are. Not the backend: who draws names a canvas."""
    matplotlib = colormaps.matplotlib()
    defaults = {k: v for k, v in matplotlib.rcParamsDefault.items() if not k.startswith("backend")}
    with matplotlib.rc_context():
        dict.update(matplotlib.rcParams, defaults)  # they are valid, and some warn of their age
        yield


@contextmanager
def plot(
    window: Window, layout: Literal["constrained"] | None = "constrained"
) -> Iterator[tuple["Plot", list[Rgb]]]:
    """A dark Matplotlib figure as large as the window's shape, whose letters grow with it.

    Yields the figure and a list into which its picture goes when the context is left.
    """
    rows, columns = window.shape
    larger = -(-LEAST_ROWS // rows)  # letters cannot be drawn of a pixel or two
    picture: list[Rgb] = []
    matplotlib = colormaps.matplotlib()
    with own_settings():
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as Plot

        matplotlib.rcParams.update(STYLE | {"axes.prop_cycle": matplotlib.cycler(color=COLOURS)})
        figure = Plot(figsize=(5 * columns / rows, 5), dpi=larger * rows / 5, layout=layout)
        canvas: Any = FigureCanvasAgg(figure)  # which has no types
        yield figure, picture
        canvas.draw()
        drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
        picture.append(np.asarray(drawn.resize((columns, rows), Image.Resampling.BOX)))
