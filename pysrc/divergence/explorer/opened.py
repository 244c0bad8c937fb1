"""Scenes as views have them: of a map or a picture too, in the page's shape, within limits."""

from dataclasses import fields
from io import BytesIO

import numpy as np
from PIL import Image

from .. import checks, palettes
from ..checks import decimal
from ..colormaps import check_colormap, matplotlib, table
from ..colour import LAWS, Colouring
from ..maps.base import Map
from ..scenes.map_tables import table_of
from ..scenes.scene import Scene
from ..window import Window

MOST_PIXELS = 4_000_000  # of a view
MOST_PICTURE_PIXELS = 64_000_000  # of a picture to take home
STOPS = 9  # of a colormap that is edited
MOST_STEPS = 10_000_000  # a pixel


def of_map(
    system: Map, window: Window, max_steps: int, colouring: Colouring | None = None
) -> Scene:
    """A scene of a map. ValueError: its colours have no word in a scene, as functions have none."""
    place = {field.name: getattr(window, field.name) for field in fields(window)}
    if window == Window(window.center, window.width, window.shape):
        del place["height"]  # which follows from the shape, also of another picture
    colour: dict[str, object] = {}
    if colouring is not None:
        default = Colouring()
        names = [field.name for field in fields(Colouring) if field.compare]
        colour = {
            name: value
            for name in names
            if (value := getattr(colouring, name)) != getattr(default, name)
        }
        if not isinstance(colour.get("law", ""), str):
            raise ValueError(f"law must be one of {', '.join(LAWS)} here")
    return Scene.of(
        {
            "name": system.name,
            "title": type(system).__name__,
            "map": table_of(system),
            "max_steps": max_steps,
            "window": place,
            "colour": colour,
        }
    )


def checked(scene: Scene, shape: object, most_pixels: int = MOST_PIXELS) -> Scene:
    """The scene in a picture of this shape, if it is not too much work.

    Raises:
        ValueError: too many pixels or steps, and how many are allowed.
    """
    rows, columns = (
        checks.integer("shape", n, minimum=1) for n in checks.numbers("shape", shape, 2)
    )
    if rows * columns > most_pixels:
        raise ValueError(f"shape must have at most {most_pixels:,} pixels")
    if scene.max_steps > MOST_STEPS:
        raise ValueError(f"max_steps must be at most {MOST_STEPS:,} here, not {scene.max_steps:,}")
    return fitted(scene, (rows, columns))


def fitted(scene: Scene, shape: tuple[int, int]) -> Scene:
    """The scene in a picture of another shape: the same centre and height, as wide as fits; where
    its pixels are not square, all of its area."""
    window = scene.frame(0).window
    if window.shape == shape:
        return scene
    if scene.window["height"] is not None:
        return scene.with_values({"window.shape": shape})
    width = decimal(window.height) * shape[1] / shape[0]
    return scene.with_values({"window.shape": shape, "window.width": float(width)})


def scene_in(png: bytes) -> Scene:
    """The scene that a PNG of this project carries. ValueError: it carries none."""
    try:
        with Image.open(BytesIO(png), formats=("PNG",)) as image:
            text = image.info.get("Scene")
    except (OSError, SyntaxError):
        raise ValueError("that is no PNG") from None
    if not isinstance(text, str):
        raise ValueError("that picture carries no scene")
    return Scene.loads(text, "explored", "the picture's scene")


def stops_of(colormap: str) -> list[list[object]]:
    """The places and colours of a palette, or of a colormap at nine places: [[0, "#000000"], ...].

    Raises:
        ValueError: no such colormap.
    """
    check_colormap("colormap", colormap)
    text = colormap if palettes.is_text(colormap) else palettes.kept(colormap)
    if text is not None:
        return [[place, to_hex(colour)] for place, colour in palettes.stops(text)]
    colours = table(colormap)
    at = np.linspace(0, len(colours) - 1, STOPS).round().astype(int)
    return [[i / (STOPS - 1), to_hex(colours[place])] for i, place in enumerate(at)]


def to_hex(colour: object) -> str:
    """A colour as pages write it: "#e08020"."""
    return str(matplotlib().colors.to_hex(colour))


def python_lines(scene: Scene) -> str:
    """Lines of Python that draw the same picture."""
    if scene.figure or scene.overlay:
        return (
            "import divergence as dv\n"
            "from divergence.film import still\n"
            "from PIL import Image\n\n"
            f"scene = dv.Scene.loads({scene.dumps()!r}, {scene.name!r}, {scene.name!r})\n"
            "image = Image.fromarray(still.draw(scene))\n"
        )
    return (
        "import divergence as dv\n\n"
        f"scene = dv.Scene.loads({scene.dumps()!r}, {scene.name!r}, {scene.name!r})\n"
        "frame, colouring = scene.frame(0), dv.Colouring.of(scene.colour)\n"
        "image = dv.draw(frame.map, frame.window, frame.max_steps, colouring=colouring)\n"
    )
