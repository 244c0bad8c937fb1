"""The explorer as a person uses it, in headless Chromium."""

import base64
import json

import divergence as dv
import numpy as np
import pytest
from conftest import PATIENCE, pixels, put, scene_of, settle, show, unfold, until, value
from divergence.film import still
from divergence.scenes.scene import Scene
from PIL import Image


@pytest.mark.parametrize("scene", ["henon-basin", "newton-quintic-roots", "formula-burning-ship"])
def test_the_page_shows_what_draw_gives_pixel_by_pixel(page, explorer, scene):
    show(page, explorer, scene)
    there = scene_of(page)
    frame = there.frame(0)
    colouring = dv.Colouring.of(there.colour)
    drawn = dv.draw(frame.map, frame.window, frame.max_steps, colouring=colouring)
    assert np.array_equal(pixels(page), drawn)


def test_dragging_moves_the_window_by_as_many_pixels(page, explorer):
    show(page, explorer)
    x, width = float(value(page, "window.center.0")), float(value(page, "window.width"))
    wide = page.locator("#picture").bounding_box()["width"]
    page.mouse.move(200, 200)
    page.mouse.down()
    page.mouse.move(260, 200, steps=5)
    page.mouse.up()
    settle(page)
    moved = float(value(page, "window.center.0")) - x
    assert moved == pytest.approx(-60 * width / wide, abs=2 * width / wide)


def test_the_wheel_zooms_about_the_cursor(page, explorer):
    show(page, explorer)
    width = float(value(page, "window.width"))
    before = page.evaluate("explorer.viewer.at(0.5, 0.5)")
    page.mouse.move(*before)
    page.mouse.wheel(0, -240)
    settle(page)
    assert float(value(page, "window.width")) == pytest.approx(width / 2, rel=0.02)
    assert page.evaluate("explorer.viewer.at(0.5, 0.5)") == pytest.approx(before, abs=3)


def test_a_double_click_halves_the_window_and_undo_brings_it_back(page, explorer):
    show(page, explorer)
    width = float(value(page, "window.width"))
    page.wait_for_timeout(600)
    page.mouse.dblclick(150, 150)
    settle(page)
    assert float(value(page, "window.width")) == pytest.approx(width / 2, rel=0.02)
    page.wait_for_timeout(600)
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert float(value(page, "window.width")) == pytest.approx(width, rel=0.02)


def test_deeper_views_of_escaping_maps_have_more_steps_until_there_is_something_to_see(
    page, explorer
):
    show(page, explorer, "mandelbrot")
    before = int(value(page, "max_steps"))
    put(page, "window.center.0", "-0.743643887037151")
    put(page, "window.center.1", "0.131825904205330")
    put(page, "window.width", "1e-9")
    settle(page)
    page.locator("#picture").focus()
    page.keyboard.press("+")
    settle(page)
    until(page, "document.body.dataset.complete === 'true'")
    assert int(value(page, "max_steps")) > 20 * before
    assert len(np.unique(pixels(page).reshape(-1, 3), axis=0)) > 50


def test_a_box_is_what_is_shown_next(page, explorer):
    show(page, explorer)
    width = float(value(page, "window.width"))
    wide = page.locator("#picture").bounding_box()["width"]
    page.keyboard.down("Shift")
    page.mouse.move(100, 100)
    page.mouse.down()
    page.mouse.move(100 + wide / 4, 150, steps=3)
    page.mouse.up()
    page.keyboard.up("Shift")
    settle(page)
    assert float(value(page, "window.width")) == pytest.approx(width / 4, rel=0.02)


def test_everything_can_be_done_by_the_keyboard_alone(page, explorer):
    show(page, explorer)
    before = float(value(page, "window.center.1")), float(value(page, "window.width"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "picture"
    page.keyboard.press("ArrowUp")
    settle(page)
    page.keyboard.press("+")
    settle(page)
    assert float(value(page, "window.center.1")) > before[0]
    assert float(value(page, "window.width")) < before[1]
    page.keyboard.press("c")
    until(page, "document.getElementById('point').textContent.includes('\\n')")
    reached = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
        if page.evaluate("document.activeElement.id") == "file":
            break
        if page.evaluate("document.activeElement.tagName") == "SUMMARY" and not page.evaluate(
            "document.activeElement.parentElement.open"
        ):
            page.keyboard.press("Enter")
        page.evaluate("document.getElementById('scenes').replaceChildren()")  # 200 more tabs
    wanted = {"undo", "home", "search", "formula", "histogram", "edit_palette", "orbit"}
    wanted |= {"measure_x", "keep_place", "mark", "make_film", "codec", "save", "file"}
    assert wanted - reached == {"histogram"}  # which is a picture


def test_a_parameter_is_changed_and_a_wrong_one_is_told(page, explorer):
    show(page, explorer)
    put(page, "map.a", "1.1")
    settle(page)
    assert scene_of(page).map["a"] == 1.1
    put(page, "window.width", "-3")
    page.wait_for_selector("#error:not([hidden])")
    assert page.locator("#error").inner_text() == "window: width must be positive, not -3.0"


def test_a_complex_parameter_is_dragged_on_its_plane(page, explorer):
    show(page, explorer, "julia")
    plane = page.locator("#map canvas.plane").first
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.5)
    settle(page)
    a = scene_of(page).map["a"]
    assert a.real == pytest.approx(1, abs=0.05)
    assert a.imag == pytest.approx(0, abs=0.05)


def test_a_formula_is_drawn_and_a_wrong_one_shows_where(page, explorer):
    show(page, explorer)
    unfold(page, "Formula")
    page.locator("#formula").fill("z^3 + sinn(c)")
    page.locator("#draw_formula").click()
    page.wait_for_selector("#formula_error:not([hidden])")
    assert "did you mean 'sin'" in page.locator("#formula_error").inner_text()
    page.locator("#formula").fill("z^3 + c")
    page.locator("#formula").press("Control+Enter")
    settle(page)
    assert page.locator("#formula_error").is_hidden()
    assert scene_of(page).map["text"] == "z^3 + c"


def test_the_address_holds_the_view(page, explorer):
    show(page, explorer)
    put(page, "map.b", "0.25")
    settle(page)
    page.wait_for_timeout(600)
    page.goto("about:blank")
    page.go_back()
    settle(page)
    assert value(page, "map.b") == "0.25"


def test_scenes_are_found_by_words_and_opened(page, explorer):
    show(page, explorer)
    page.locator("#search").fill("quintic newton")
    page.locator("#scenes button[data-scene=newton-quintic]").click()
    settle(page)
    assert page.locator("#title").inner_text() == Scene.load("newton-quintic").title
    until(page, "document.querySelector('#scenes img').naturalWidth > 0")


def test_the_panel_goes_and_comes_and_a_slash_searches(page, explorer):
    show(page, explorer)
    page.locator("#hide").click()
    assert page.locator("#panel").is_hidden()
    page.locator("#unhide").click()
    assert page.locator("#panel").is_visible()
    page.locator("#scenes button").first.wait_for(timeout=PATIENCE)
    page.locator("#picture").focus()
    page.keyboard.press("/")
    page.keyboard.type("halley")
    page.keyboard.press("Enter")
    until(page, "explorer.state.table.title.includes('Halley')")
    settle(page)


def test_the_cursor_tells_the_time_and_draws_the_orbit(page, explorer):
    show(page, explorer)
    unfold(page, "Under the cursor")
    page.locator("#orbit").check()
    page.mouse.move(120, 100)
    page.locator("#point", has_text="time").wait_for(timeout=PATIENCE)
    assert "escaped" in page.locator("#point").inner_text()
    until(page, "explorer.viewer.orbit?.length > 1")


def test_the_julia_set_of_the_point_is_drawn_beside_and_a_click_pins_it(page, explorer):
    show(page, explorer, "mandelbrot")
    page.mouse.move(150, 200)
    page.wait_for_timeout(500)
    first = pixels(page, "companion")
    assert len(np.unique(first.reshape(-1, 3), axis=0)) > 20
    page.mouse.move(230, 120)
    page.wait_for_timeout(500)
    second = pixels(page, "companion")
    assert not np.array_equal(first, second)
    page.mouse.click(230, 120)
    page.wait_for_timeout(300)
    page.mouse.move(100, 300)
    page.wait_for_timeout(500)
    assert np.array_equal(pixels(page, "companion"), second)


def test_three_bodies_run_in_space(page, explorer):
    page.goto(explorer.of("three-body-plane"))
    until(page, "explorer.viewer.shown.length > 0")
    page.mouse.move(200, 200)
    page.wait_for_timeout(1000)
    before = pixels(page, "companion")
    page.wait_for_timeout(500)
    assert not np.array_equal(before, pixels(page, "companion"))


def test_a_palette_is_edited_kept_by_name_and_read_from_a_file(page, explorer):
    show(page, explorer)
    unfold(page, "Colour")
    page.locator("#edit_palette").click()
    page.locator("#stops input[type=color]").first.wait_for()
    page.locator("#stops input[type=color]").first.fill("#00ff00")
    settle(page)
    assert scene_of(page).colour["colormap"].startswith("0 #00ff00, 0.125 #")
    page.locator("#palette_name").fill("leaf")
    page.locator("#keep_palette").click()
    until(page, "explorer.state.table.colour.colormap === 'leaf'")
    settle(page)
    kept = json.loads((explorer.folder / "divergence" / "palettes" / "leaf.json").read_text())
    assert kept["colours"].startswith("0 #00ff00")
    ugr = b"mine {\ngradient:\nindex=0 color=255\nindex=200 color=0\n}\n"
    file = {"name": "mine.ugr", "mimeType": "text/plain", "buffer": ugr}
    page.locator("#palette_file").set_input_files(file)
    until(page, "explorer.state.table.colour.colormap.startsWith('#ff0000')")
    settle(page)
    assert scene_of(page).colour["colormap"] == "#ff0000, #000000, #ff0000"


def test_the_histogram_has_the_colours_of_the_picture(page, explorer):
    show(page, explorer)
    unfold(page, "Colour")
    until(page, "document.getElementById('histogram').title.includes('times 0 to')")
    seen = {tuple(colour) for colour in pixels(page, "histogram").reshape(-1, 3)}
    assert tuple(pixels(page)[5, 5]) in seen


def test_the_view_is_measured(page, explorer):
    show(page, explorer)
    unfold(page, "Measures")
    page.locator("#measure_basins").click()
    page.locator("#measured", has_text="% escaped").or_(
        page.locator("#measured", has_text="escaped")
    ).first.wait_for(timeout=PATIENCE)
    page.locator("#measure_dimension").click()
    page.locator("#measured", has_text="box dimension 1.").wait_for(timeout=PATIENCE)
    page.locator("#measure_y").click()
    page.locator("#measured", has_text="Lyapunov exponents").wait_for(timeout=PATIENCE)


def test_a_place_has_a_name_and_is_found_again(page, explorer):
    show(page, explorer)
    put(page, "map.a", "1.17")
    settle(page)
    unfold(page, "Places")
    page.locator("#place_name").fill("a thinner basin")
    page.locator("#place_name").press("Enter")
    page.locator("#places button[data-place]").wait_for()
    show(page, explorer, "julia")
    unfold(page, "Places")
    page.locator("#places button[data-place='a thinner basin']").click()
    settle(page)
    assert value(page, "map.a") == "1.17"
    page.get_by_role("button", name="forget a thinner basin").click()
    page.locator("#places button[data-place]").wait_for(state="detached")


def test_a_picture_is_taken_home_and_dropped_on_the_page_again(page, explorer):
    show(page, explorer)
    put(page, "map.a", "1.23")
    settle(page)
    unfold(page, "Take it home")
    page.locator("#columns").fill("120")
    with page.expect_download() as download:
        page.locator("#save").click()
    path = download.value.path()
    assert np.array_equal(
        Image.open(path), still.draw(Scene.loads(Image.open(path).info["Scene"], "a", "a"))
    )
    show(page, explorer, "julia")
    page.evaluate(
        """text => {
          const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([bytes], "there.png", { type: "image/png" }));
          dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
        }""",
        base64.b64encode(path.read_bytes()).decode(),
    )
    until(page, "explorer.state.table.map.name === 'henon'")
    settle(page)
    assert value(page, "map.a") == "1.23"


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 640}}], indirect=True)
def test_a_phone_s_window_has_picture_and_panel(page, explorer):
    show(page, explorer, "mandelbrot")
    box = page.locator("#picture").bounding_box()
    assert box["width"] == 360
    assert box["height"] >= 250
    for summary in ("Colour", "Measures", "Film", "Places", "Take it home"):
        unfold(page, summary)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("document.getElementById('panel').scrollWidth") <= 360


CONTRASTS = """() => {
  const light = (text) => {
    const canvas = document.createElement("canvas"), context = canvas.getContext("2d");
    context.fillStyle = text;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = [...context.getImageData(0, 0, 1, 1).data].map((v) => v / 255);
    const linear = [r, g, b].map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return [0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2], a];
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const [value, opaque] = light(getComputedStyle(e).backgroundColor);
      if (opaque > 0.99) return value;
    }
    return 1;
  };
  for (const details of document.querySelectorAll("details")) details.open = true;
  const kinds = "h1, p, span, button, summary, input, select, textarea, output, pre";
  const said = (e) => e.offsetParent && (e.textContent.trim() || e.value) && !e.closest("#stage");
  return [...document.querySelectorAll(kinds)].filter(said)
    .map((e) => {
      const [front] = light(getComputedStyle(e).color), back = behind(e);
      const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
      return [e.id || e.textContent.trim().slice(0, 30) || e.tagName, e.disabled ? 21 : ratio];
    });
}"""


@pytest.mark.parametrize("page", [{"color_scheme": c} for c in ("light", "dark")], indirect=True)
def test_words_stand_out_by_day_and_by_night(page, explorer):
    show(page, explorer)
    ratios = page.evaluate(CONTRASTS)
    assert len(ratios) > 60
    assert [(name, ratio) for name, ratio in ratios if ratio < 4.5] == []  # WCAG 2.2, level AA


def test_day_and_night_differ(browser, explorer):
    backs = set()
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        show(page, explorer)
        backs.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    assert len(backs) == 2
