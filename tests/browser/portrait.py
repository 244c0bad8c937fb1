"""Draws the explorer's portraits in docs/, a picture and a short film, with what its tests use.

.venv/bin/python tests/browser/portrait.py
"""

import shutil
import tempfile
from io import BytesIO
from pathlib import Path

from conftest import ROOT, Explorer, put, settle, unfold
from PIL import Image
from playwright.sync_api import sync_playwright

MOST_BYTES = 300_000  # of each, in the repository
FILM_SIZE = 640  # pixels across
PICTURE, FILM = ROOT / "docs" / "explorer.png", ROOT / "docs" / "explorer.webp"


def shot(page):
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


def portrait(page, explorer):
    """A Mandelbrot set with its Julia set beside, its colours and their histogram."""
    page.goto(explorer.of("mandelbrot"))
    settle(page)
    for summary in ("Scenes", "Map", "View"):
        page.locator("summary", has_text=summary).first.click()
    unfold(page, "Colour")
    put(page, "colour.relief", "0.12")
    settle(page)
    page.mouse.move(300, 330)
    page.wait_for_timeout(3000)
    shot(page).quantize(128).save(PICTURE, optimize=True)


def film(page, explorer):
    """A cursor that wanders, a zoom, three bodies."""
    frames = []

    def look(milliseconds=120):
        page.wait_for_timeout(milliseconds)
        frames.append(shot(page).resize((FILM_SIZE, FILM_SIZE * 5 // 8), Image.Resampling.LANCZOS))

    page.goto(explorer.of("mandelbrot"))
    settle(page)
    for i in range(12):
        page.mouse.move(300 + 20 * i, 180 + 10 * i)
        look(350)
    for _ in range(10):
        page.mouse.move(*page.evaluate("explorer.viewer.at(-0.7453, 0.1127)"))
        page.mouse.wheel(0, -200)
        settle(page)
        look()
    page.goto(explorer.of("three-body-plane"))
    page.wait_for_timeout(40_000)  # of sharpening
    page.mouse.move(330, 420)
    for _ in range(14):
        look(400)
    for quality in range(60, 5, -6):
        frames[0].save(
            FILM, save_all=True, append_images=frames[1:], duration=220, loop=0, quality=quality
        )
        if FILM.stat().st_size <= MOST_BYTES:
            return


def main():
    with sync_playwright() as p, tempfile.TemporaryDirectory() as folder:
        explorer = Explorer(Path(folder))
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1120, "height": 700}, color_scheme="dark")
        try:
            portrait(page, explorer)
            film(page, explorer)
        finally:
            browser.close()
            explorer.process.terminate()
    for path in (PICTURE, FILM):
        print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
