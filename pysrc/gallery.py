"""Draws a small still of every scene, a film's middle frame, and a page to browse them.

python pysrc/gallery.py && xdg-open outputs/gallery/index.html
"""

import environment

environment.enter()

import html
from pathlib import Path

import numpy as np
from divergence import checks, cli, files
from divergence.film import still
from divergence.kernel.devices import resolve
from divergence.scenes.scene import Scene, groups
from PIL import Image, ImageOps

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "outputs" / "gallery"
SHEET_BYTES = 280_000  # what a README may carry
SHEET_COLUMNS = range(18, 11, -1)


def parser() -> cli.Parser:
    parser = cli.Parser(description="Draws a small still of every scene, and a page to browse.")
    parser.add_argument("--size", type=int, default=240, help="pixels the long way of a still")
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder to fill")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:0,1")
    parser.add_argument("--sheet", type=Path, metavar="PNG", help="a contact sheet as well")
    return parser


def work(arguments) -> None:
    checks.integer("--size", arguments.size, minimum=8, maximum=4096)
    every = [(group, scene) for group, scenes in groups().items() for scene in scenes]
    pictures = {}
    index = arguments.out / "index.html"
    files.check_writable(index)
    resolve(arguments.device)  # what is wrong here is said before all else
    if arguments.sheet:
        files.check_writable(arguments.sheet)
    with cli.bar(len(every), "gallery", "pictures") as bar:
        for _, scene in every:
            bar.set_postfix_str(scene.name, refresh=False)
            rgb = thumbnail(scene, arguments.size, arguments.device)
            still.save(arguments.out / f"{scene.name}.png", rgb, scene.dumps())
            pictures[scene.name] = rgb
            bar.update()
    files.write(index, page(every).encode())
    if arguments.sheet:
        contact_sheet(list(pictures.values()), arguments.sheet)
    print(index)


def thumbnail(scene: Scene, size: int, device: str) -> np.ndarray:
    """A film's middle frame or the still itself: (rows, columns, 3) sRGB, size the long way."""
    return still.draw(scene.resized(size), scene.frames // 2, device=device)


def contact_sheet(pictures: list[np.ndarray], path: Path) -> None:
    """All pictures on one, in squares as large as fit into SHEET_BYTES."""
    columns = min(SHEET_COLUMNS, key=lambda columns: -len(pictures) % columns)  # fewest left empty
    rows = -(-len(pictures) // columns)
    for side in range(96, 16, -8):
        sheet = Image.new("RGB", (columns * side, rows * side))
        for place, rgb in enumerate(pictures):
            tile = ImageOps.pad(Image.fromarray(rgb.copy()), (side, side), Image.LANCZOS)
            row, column = divmod(place, columns)
            sheet.paste(tile, (column * side, row * side))
        still.save(path, sheet.quantize(256))
        if path.stat().st_size < SHEET_BYTES:
            return


def page(every: list[tuple[str, Scene]]) -> str:
    """The gallery's page, which needs nothing but the pictures beside it."""
    cards = "\n".join(card(group, scene) for group, scene in every)
    names = "".join(f"<option>{html.escape(g)}</option>" for g in dict(every))
    return PAGE.replace("{groups}", names).replace("{cards}", cards)


def card(group: str, scene: Scene) -> str:
    kind = f"film of {scene.frames} frames" if scene.frames > 1 else "still"
    name, title, look = (html.escape(text) for text in (scene.name, scene.title, scene.look_for))
    return f"""<figure data-group="{html.escape(group)}" data-kind="{kind.split()[0]}">
<a href="{name}.png"><img src="{name}.png" alt="{title}" loading="lazy"></a>
<figcaption><b>{title}</b><p>{look}</p><code>{name}</code> <small>{kind}</small></figcaption>
</figure>"""


PAGE = (Path(__file__).parent / "divergence" / "gallery.html").read_text(encoding="utf-8")

if __name__ == "__main__":
    cli.run(parser(), work)
