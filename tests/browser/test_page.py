"""The explorer as a person uses it, in headless Chromium."""

import base64
import os
import re
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from divergence.film import still
from divergence.scenes.scene import Scene
from PIL import Image

playwright = pytest.importorskip("playwright.sync_api", reason="run `make test-browser`")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium: apt install chromium")
ROOT = Path(__file__).resolve().parents[2]
COMPLETE = "body[data-complete=true]"
PATIENCE = 60_000  # ms, of a machine that others use as well


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as p:
        launched = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def address():
    """Of an explorer that runs as the command starts it."""
    command = [sys.executable, str(ROOT / "pysrc" / "explore.py"), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture
def page(browser, request):
    options = {"viewport": {"width": 700, "height": 420}} | getattr(request, "param", {})
    context = browser.new_context(**options)
    opened = context.new_page()
    said = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert said == []  # nothing on the console


def show(page, address, scene="henon-basin"):
    page.goto(re.sub("#.*", f"#scene={scene}", address))
    settle(page)


def settle(page):
    """Waits for the picture of what was asked for last."""
    page.wait_for_timeout(300)
    page.wait_for_selector(COMPLETE, timeout=PATIENCE)


def value(page, path):
    return page.locator(f"input[type=text][data-path='{path}']").input_value()


def shown(page):
    """The pixels of the picture on the page."""
    data = page.evaluate("document.getElementById('picture').toDataURL('image/png')")
    return np.asarray(Image.open(BytesIO(base64.b64decode(data.partition(",")[2]))).convert("RGB"))


def scene_of(page):
    page.get_by_text("Take it home").click()
    page.get_by_role("button", name="Scene as TOML").click()
    return Scene.loads(page.locator("#text").inner_text(), "explored", "the page")


def test_the_page_shows_what_draw_gives_pixel_by_pixel(page, address):
    show(page, address)
    assert np.array_equal(shown(page), still.draw(scene_of(page)))


def test_dragging_moves_the_window_by_as_many_pixels(page, address):
    show(page, address)
    x, width = float(value(page, "window.center.0")), float(value(page, "window.width"))
    pixels = page.locator("#picture").bounding_box()["width"]
    page.mouse.move(200, 200)
    page.mouse.down()
    page.mouse.move(260, 200, steps=5)
    page.mouse.up()
    settle(page)
    moved = float(value(page, "window.center.0")) - x
    assert moved == pytest.approx(-60 * width / pixels, abs=2 * width / pixels)


def test_a_double_click_halves_the_window_and_undo_brings_it_back(page, address):
    show(page, address)
    width = float(value(page, "window.width"))
    page.wait_for_timeout(600)
    page.mouse.dblclick(150, 150)
    settle(page)
    assert float(value(page, "window.width")) == pytest.approx(width / 2, rel=0.02)
    page.wait_for_timeout(600)
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert float(value(page, "window.width")) == pytest.approx(width, rel=0.02)


def test_the_keyboard_alone_moves_and_zooms(page, address):
    show(page, address)
    before = float(value(page, "window.center.1")), float(value(page, "window.width"))
    page.locator("#picture").focus()
    page.keyboard.press("ArrowUp")
    settle(page)
    page.keyboard.press("+")
    settle(page)
    after = float(value(page, "window.center.1")), float(value(page, "window.width"))
    assert after[0] > before[0]
    assert after[1] < before[1]


def test_a_parameter_is_changed_and_a_wrong_one_is_told(page, address):
    show(page, address)
    box = page.locator("input[type=text][data-path='map.a']")
    box.fill("1.1")
    box.press("Enter")
    settle(page)
    assert scene_of(page).map["a"] == 1.1
    width = page.locator("input[type=text][data-path='window.width']")
    width.fill("-3")
    width.press("Enter")
    page.wait_for_selector("#error:not([hidden])")
    assert page.locator("#error").inner_text() == "window: width must be positive, not -3.0"


def test_the_address_holds_the_view(page, address):
    show(page, address)
    box = page.locator("input[type=text][data-path='map.b']")
    box.fill("0.25")
    box.press("Enter")
    settle(page)
    page.wait_for_timeout(600)
    page.goto("about:blank")
    page.go_back()
    settle(page)
    assert value(page, "map.b") == "0.25"


def test_scenes_are_found_by_a_word_and_opened(page, address):
    show(page, address)
    page.locator("#search").fill("quintic")
    page.locator("#scenes button[data-scene=newton-quintic]").click()
    settle(page)
    assert page.locator("#title").inner_text() == Scene.load("newton-quintic").title


def test_the_cursor_tells_the_time_and_draws_the_orbit(page, address):
    show(page, address)
    page.mouse.move(120, 100)
    page.locator("#point", has_text="time").wait_for(timeout=PATIENCE)
    assert "escaped" in page.locator("#point").inner_text()


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 640}}], indirect=True)
def test_a_phone_s_window_has_picture_and_panel(page, address):
    show(page, address)
    box = page.locator("#picture").bounding_box()
    assert box["width"] == 360
    assert box["height"] >= 250
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
