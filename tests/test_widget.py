"""The explorer as a notebook has it: what Python says is shown, and what is shown Python knows."""

import asyncio
import json

import divergence as dv
import numpy as np
import pytest
from divergence.scenes.scene import Scene

pytest.importorskip("anywidget", reason="pip install 'divergence[widget]'")
from divergence.explorer.widget import PARTS, module  # noqa: E402

WINDOW = dv.Window(center=(0, 0), width=3, shape=(24, 36))
HENON = dv.Henon(a=1.42)


def used(what, *acts, **options):
    """A widget after some acts, each once all before is drawn; and what it told its page."""
    told = []

    async def use():
        widget = dv.explore(what, device="cpu", **options)
        widget.send = lambda content, buffers=(): told.append(
            (json.loads(content["text"]), buffers)
        )
        await widget.drawn()
        for act in acts:
            act(widget)
            await widget.drawn()
        return widget

    return asyncio.run(use()), told


def ask(**message):
    return lambda widget: widget._handle_custom_msg({"text": json.dumps(message)}, [])


def test_a_map_is_shown_and_its_picture_is_a_python_value():
    widget, told = used(HENON, window=WINDOW, max_steps=60)
    assert isinstance(widget.result, dv.Picture)
    assert np.array_equal(widget.result.times, dv.times(HENON, WINDOW, 60))
    assert widget.scene.frame(0).map == HENON
    assert widget.parameters["a"] == 1.42
    rgb = next(buffers[0] for head, buffers in told[::-1] if head["is"] == "picture")
    drawn = dv.draw(HENON, WINDOW, 60)
    assert np.array_equal(np.frombuffer(rgb, np.uint8).reshape(24, 36, 3), drawn)


def test_what_the_hand_does_is_seen_in_python():
    move = ask(do="draw", changes={"window.center": [0.5, 0.25], "map.b": 0.2}, serial=3)
    widget, _ = used(HENON, move, window=WINDOW, max_steps=60)
    assert widget.view["window"]["center"] == [0.5, 0.25]
    assert widget.parameters["b"] == 0.2
    assert widget.result.outcome.map == dv.Henon(a=1.42, b=0.2)


def test_what_python_sets_is_drawn():
    def set_parameters(widget):
        widget.parameters = {"a": 1.1}

    def set_view(widget):
        window = {**widget.view["window"], "width": 1.5}
        widget.view = {**widget.view, "window": window}

    widget, _ = used(HENON, set_parameters, set_view, window=WINDOW, max_steps=60)
    assert widget.parameters == widget.view["map"]
    narrow = dv.Window(center=(0, 0), width=1.5, shape=(24, 36))
    assert np.array_equal(widget.result.times, dv.times(dv.Henon(a=1.1), narrow, 60))


def test_a_value_that_makes_no_sense_is_told_and_leaves_the_view():
    def wrong(widget):
        widget.parameters = {"aa": 3}

    widget, told = used(HENON, wrong, window=WINDOW, max_steps=60)
    assert told[-1][0]["text"] == "map: no key 'aa'; did you mean 'a'?"
    assert widget.scene.frame(0).map == HENON


@pytest.mark.parametrize(
    "system",
    [
        dv.Formula("z^2 + c", plane="z", c=-0.7 + 0.1j),
        dv.ThreeBody(masses=(1, 2, 3)),
        dv.PlanarTwins(dv.Pendulum(), shift=0.001),
        dv.Newton("x^5-x-1"),
    ],
)
def test_any_map_comes_back_from_its_table(system):
    widget, _ = used(system, window=dv.Window((0, 0), 2, (4, 4)), max_steps=20)
    assert widget.scene.frame(0).map == system


def test_scenes_are_shown_and_their_colours_kept():
    widget, _ = used(Scene.load("julia").with_values({"window.shape": (8, 8)}))
    assert widget.view["colour"] == dict(Scene.load("julia").colour)
    with pytest.raises(ValueError, match="did you mean 'julia'"):
        dv.explore("jullia")
    with pytest.raises(ValueError, match="law must be one of"):
        dv.explore(HENON, colouring=dv.Colouring(law=lambda t, limit: t / limit))


def test_a_python_without_a_loop_has_one_for_its_widgets():
    widget = dv.explore(HENON, WINDOW, 60, device="cpu")
    for _ in range(200):
        if widget.result is not None:
            break
        widget._session._closed.wait(0.05)
    assert np.array_equal(widget.result.times, dv.times(HENON, WINDOW, 60))
    widget.close()


def test_the_widget_s_module_is_the_page_s_own_without_imports():
    text = module()
    assert "class Viewer" in text and "class Decimal" in text and len(PARTS) == 4
    assert "\nimport " not in text
    assert text.count("export ") == 1
