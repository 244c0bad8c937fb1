"""The explorer in headless Chromium: how soon there is something to see, how smoothly it is
dragged, and what memory it keeps. Needs `make .venv/browser .venv/explore` and Debian's chromium.
"""

import math
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from measure import Measurement

TITLE = "The explorer: a page of 1280x800, the Mandelbrot set"
ROOT = Path(__file__).resolve().parents[1]
VIEWS = 1000
SIZE, SMALL = {"width": 1280, "height": 800}, {"width": 720, "height": 400}
DRAG = """async () => {
  const canvas = document.getElementById("picture"), times = [];
  const at = (type, x, buttons) => canvas.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, clientX: x, clientY: 400, buttons, bubbles: true,
  }));
  canvas.setPointerCapture = () => {};
  at("pointerdown", 400, 1);
  const from = explorer.viewer.frames, began = performance.now();
  for (let i = 0; performance.now() - began < 4000; i += 1) {
    await new Promise(requestAnimationFrame);
    times.push(performance.now());
    at("pointermove", 400 + 200 * Math.sin(i / 15), 1);
  }
  const seconds = (performance.now() - began) / 1000, frames = explorer.viewer.frames - from;
  at("pointerup", 400, 0);
  const gaps = times.slice(1).map((t, i) => t - times[i]).sort((a, b) => a - b);
  return [frames / seconds, gaps[Math.floor(0.99 * gaps.length)]];
}"""


def run() -> list[Measurement]:
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if not chromium:
        return [Measurement("no playwright or no chromium here", math.nan, "s")]
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        page.goto("about:blank")
        starts = [_started(page) for _ in range(5)]
        with tempfile.TemporaryDirectory() as folder, _explorer(folder) as process:
            page.goto(process.stdout.readline().strip())
            _wait(page, "document.body.dataset.complete === 'true'")
            page.wait_for_timeout(3000)  # until its list of scenes is there
            rate, longest = page.evaluate(DRAG)
            page.set_viewport_size(SMALL)
            page.wait_for_timeout(1000)
            before = _megabytes(process.pid)
            for i in range(VIEWS):
                page.evaluate("w => explorer.change('window.width', w)", 3 * 0.998**i)
                _wait(page, "document.body.dataset.complete === 'true'")
            after = _megabytes(process.pid)
            heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
            process.terminate()
        browser.close()
    first = statistics.median(starts)
    return [
        Measurement(
            "from the command to the first picture", first, "s", f"worst {max(starts):.3g} s"
        ),
        Measurement(
            "frames a second while it is dragged",
            rate,
            "",
            f"1 % longer than {longest:.0f} ms",
            compare=False,
        ),
        Measurement("the server's memory before", before, "MB", compare=False),
        Measurement(
            f"after {VIEWS} views", after, "MB", f"the page's heap {heap:.0f} MB", compare=False
        ),
    ]


def _explorer(folder: str) -> "subprocess.Popen[str]":
    command = [sys.executable, ROOT / "pysrc" / "explore.py", "--no-browser", "--out", folder]
    return subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, text=True)


def _started(page: object) -> float:
    """Seconds from the command until a browser that runs already shows a picture."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with _explorer(folder) as process:
            page.goto(process.stdout.readline().strip(), wait_until="commit")
            _wait(page, "globalThis.explorer?.viewer?.shown?.length > 0")
            seconds = time.perf_counter() - began
            page.goto("about:blank")
            process.terminate()
    return seconds


def _wait(page: object, expression: str) -> None:
    until: Callable[[], bool] = lambda: page.evaluate(expression)  # noqa: E731
    while not until():
        time.sleep(0.002)


def _megabytes(pid: int) -> float:
    """Of a process, what is in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
