"""A headless Chromium, an explorer that runs, and what tests do with both."""

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
from divergence.scenes.scene import Scene
from PIL import Image

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ROOT = Path(__file__).resolve().parents[2]
COMPLETE = "body[data-complete=true]"
PATIENCE = 30_000  # ms, of a machine that others use as well


def pytest_collection_modifyitems(items):
    if not CHROMIUM:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="no chromium: apt install chromium"))


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="run `make test-browser`")
    with playwright.sync_playwright() as p:
        launched = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


class Explorer:
    """An explorer as the command starts it, which can be killed and started again."""

    def __init__(self, folder):
        self.folder = folder
        self.start()

    def start(self):
        command = [sys.executable, str(ROOT / "pysrc" / "explore.py"), "--no-browser"]
        command += ["--out", str(self.folder / "explorer")]
        environment = os.environ | {"XDG_CONFIG_HOME": str(self.folder)}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        self.address = self.process.stdout.readline().strip()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def of(self, scene):
        return re.sub("#.*", f"#scene={scene}", self.address)


@pytest.fixture(scope="session")
def explorer(tmp_path_factory):
    running = Explorer(tmp_path_factory.mktemp("explorer"))
    yield running
    running.process.terminate()
    running.process.wait()


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


def show(page, explorer, scene="henon-basin"):
    page.goto(explorer.of(scene))
    settle(page)


def settle(page):
    """Waits for the picture of what was asked for last."""
    page.wait_for_timeout(300)
    page.wait_for_selector(COMPLETE, timeout=PATIENCE)


def until(page, expression):
    """Waits for something on the page to be so; its policy keeps Playwright's own way out."""
    for _ in range(PATIENCE // 50):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never: {expression}")


def unfold(page, summary):
    """Opens a part of the panel, if it is closed."""
    page.evaluate(
        "name => [...document.querySelectorAll('summary')].find((s) => s.textContent === name)"
        ".parentElement.open = true",
        summary,
    )


def value(page, path):
    return page.locator(f"input[type=text][data-path='{path}']").input_value()


def put(page, path, text):
    box = page.locator(f"input[type=text][data-path='{path}']")
    box.fill(text)
    box.press("Enter")


def pixels(page, canvas="picture"):
    """Of a canvas on the page."""
    data = page.evaluate("id => document.getElementById(id).toDataURL('image/png')", canvas)
    return np.asarray(Image.open(BytesIO(base64.b64decode(data.partition(",")[2]))).convert("RGB"))


def scene_of(page):
    unfold(page, "Take it home")
    page.get_by_role("button", name="Scene as TOML").click()
    return Scene.loads(page.locator("#text").inner_text(), "explored", "the page")
