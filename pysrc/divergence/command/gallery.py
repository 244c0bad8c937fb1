"""divergence gallery: a small still of every scene, and a page to browse them."""

import argparse
import html
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from .. import checks, files, places
from ..scenes.scene import Scene, groups
from .manners import Result
from .parser import Parser, add_cluster, add_device, check_picture
from .progress import bars

if TYPE_CHECKING:
    from ..kernel.elsewhere import Where

SUMMARY = "draw a small still of every scene, and a page to browse"
SHEET_BYTES = 280_000  # what a README may carry
SHEET_COLUMNS = range(18, 11, -1)
MOST_WORK = 600_000_000  # steps of points: five seconds or so of three bodies
CARD = "<figure data-group="  # as every scene's card begins
PAGE = Path(__file__).with_name("gallery.html")


def add_flags(parser: Parser) -> None:
    add = parser.add_argument
    add("--size", type=int, default=240, help="pixels the long way of a still")
    add("--out", type=Path, help="the folder to fill; by default outputs/gallery")
    add_device(parser)
    add_cluster(parser)
    add("--sheet", type=Path, metavar="PNG", help="a contact sheet as well")


def work(arguments: argparse.Namespace) -> Result:
    from ..film import still
    from ..kernel import devices

    checks.integer("--size", arguments.size, minimum=8, maximum=4096)
    index = (arguments.out or places.outputs() / "gallery") / "index.html"
    if arguments.sheet:
        checks.inside("--sheet", check_picture, arguments.sheet)
        files.check_writable(arguments.sheet)
    files.check_writable(index)
    devices.check(arguments.device)  # a wrong one is refused before any work
    every = [(group, scene) for group, scenes in groups().items() for scene in scenes]
    check_ours(index, [scene.name for _, scene in every])
    scenes, pictures = [scene for _, scene in every], dict[int, NDArray[np.uint8]]()
    with bars(arguments)(len(every), "gallery", "pictures") as shown:
        for place, rgb in thumbnails(scenes, arguments.size, arguments.device):
            scene = scenes[place]
            still.save(index.with_name(f"{scene.name}.png"), rgb, scene.dumps())
            shown.update(place not in pictures)
            pictures[place] = rgb
    files.write(index, page(every).encode())
    if arguments.sheet:
        contact_sheet([pictures[place] for place in sorted(pictures)], arguments.sheet)
    return Result(str(index), {"page": index, "sheet": arguments.sheet, "pictures": len(every)})


def thumbnails(
    scenes: list[Scene], size: int, device: "Where" = "auto"
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """The scenes' stills, or the middle frames of films, by their places: (rows, columns, 3) sRGB,
    size the long way; in the order in which they are drawn.

    Where one is more than MOST_WORK, fewer points are computed, and each is shown larger.
    """
    from ..film import still
    from ..kernel.elsewhere import elsewhere

    small = [affordable(scene, size) for scene in scenes]
    if there := elsewhere(device):
        drawn = there.pictures([(one, 0) for one in small])
    else:
        drawn = ((place, still.draw(one, device=device)) for place, one in enumerate(small))
    for place, rgb in drawn:
        rows, columns = scenes[place].resized(size).window["shape"]
        if rgb.shape[:2] != (rows, columns):
            image = Image.fromarray(rgb.copy())
            rgb = np.asarray(image.resize((columns, rows), Image.Resampling.NEAREST))
        yield place, rgb


def affordable(scene: Scene, size: int) -> Scene:
    """A scene's still, or a film's middle frame, of so many pixels the long way or fewer."""
    small, middle = scene.resized(size), scene.frames // 2
    rows, columns = small.window["shape"]
    work = rows * columns * steps_of(small, middle)
    if work > MOST_WORK:
        small = scene.resized(max(8, int(size * (MOST_WORK / work) ** 0.5)))
    return small.still(middle)


def steps_of(scene: Scene, i: int) -> int:
    """The most steps that a point of a frame may take, as far as the scene says so."""
    frame = scene.frame(i)
    if not scene.figure:
        return frame.max_steps
    figure: Any = scene.figure_at(i)
    if figure.kind == "bodies":
        return 2 * int(figure.at_step)
    return frame.max_steps if figure.kind == "comparison" else 1


def check_ours(index: Path, names: list[str]) -> None:
    """Whether a page and the pictures beside it, as far as they are there, are a gallery's.
    ValueError: they are somebody's own."""
    if index.exists() and CARD not in index.read_text(encoding="utf-8", errors="replace"):
        raise ValueError(f"{index} is no page of a gallery: use another folder")
    for picture in (index.with_name(f"{name}.png") for name in names):
        if picture.exists():
            checks.inside("use another folder", Scene.load, picture)


def contact_sheet(pictures: list[NDArray[np.uint8]], path: Path) -> None:
    """All pictures on one, in squares as large as fit into SHEET_BYTES."""
    from ..film import still

    columns = min(SHEET_COLUMNS, key=lambda columns: -len(pictures) % columns)  # fewest left empty
    rows = -(-len(pictures) // columns)
    for side in range(96, 16, -8):
        sheet = Image.new("RGB", (columns * side, rows * side))
        for place, rgb in enumerate(pictures):
            tile = ImageOps.pad(Image.fromarray(rgb.copy()), (side, side), Image.Resampling.LANCZOS)
            row, column = divmod(place, columns)
            sheet.paste(tile, (column * side, row * side))
        still.save(path, sheet.quantize(256))
        if path.stat().st_size < SHEET_BYTES:
            return


def page(every: list[tuple[str, Scene]]) -> str:
    """The gallery's page, which needs nothing but the pictures beside it."""
    cards = "\n".join(card(group, scene) for group, scene in every)
    names = "".join(f"<option>{html.escape(g)}</option>" for g in dict(every))
    text = PAGE.read_text(encoding="utf-8")
    return text.replace("{groups}", names).replace("{cards}", cards)


def card(group: str, scene: Scene) -> str:
    """A scene's picture and words on the page."""
    kind = f"film of {scene.frames} frames" if scene.frames > 1 else "still"
    name, title, look = (html.escape(text) for text in (scene.name, scene.title, scene.look_for))
    return f"""{CARD}"{html.escape(group)}" data-kind="{kind.split()[0]}">
<a href="{name}.png"><img src="{name}.png" alt="{title}" loading="lazy"></a>
<figcaption><b>{title}</b><p>{look}</p><code>{name}</code> <small>{kind}</small></figcaption>
</figure>"""
