"""The widget's own module in a browser, with a model that passes messages to and from Python."""

import base64
import queue

import divergence as dv
import numpy as np
import pytest
from conftest import PATIENCE, pixels

pytest.importorskip("anywidget", reason="pip install 'divergence[widget]'")
from divergence.explorer.widget import module  # noqa: E402

HENON = dv.Henon(a=1.42)
BRIDGE = """async ([code, height]) => {
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const { default: widget } = await import(url);
  const heard = [];
  globalThis.deliver = (text, data) => {
    const bytes = data && Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    for (const act of heard) act({ text }, bytes ? [new DataView(bytes.buffer)] : []);
  };
  const model = {
    get: () => height,
    send: (content) => toPython(content),
    on: (_, act) => heard.push(act),
    off: () => {},
  };
  widget.render({ model, el: document.getElementById("output") });
}"""


def test_the_widget_draws_moves_and_tells_python(page):
    told: queue.Queue = queue.Queue()
    widget = dv.explore(HENON, dv.Window((0, 0), 3, (20, 30)), 60, device="cpu")
    widget.send = lambda content, buffers=(): told.put((content["text"], buffers))
    page.expose_function("toPython", lambda content: widget._handle_custom_msg(content, []))
    page.set_content("<div id=output style='width: 300px'></div>")
    page.add_style_tag(content=widget._css)
    page.evaluate(BRIDGE, [module(), 200])

    def pass_on():
        for _ in range(400):
            page.wait_for_timeout(10)
            while not told.empty():
                text, buffers = told.get()
                data = base64.b64encode(buffers[0]).decode() if buffers else None
                page.evaluate("([text, data]) => deliver(text, data)", [text, data])
            if page.locator("#output[data-complete=true]").count() and told.empty():
                return
        raise AssertionError("nothing was drawn")

    pass_on()
    page.evaluate("document.querySelector('#output canvas').id = 'picture'")
    page.wait_for_timeout(100)
    assert widget.result.window.shape == (200, 300)
    assert np.array_equal(pixels(page), widget.result.image())
    page.mouse.dblclick(150, 100)
    page.wait_for_timeout(200)
    pass_on()
    assert float(widget.view["window"]["width"]) == pytest.approx(1.5, rel=0.05)
    widget.parameters = {"a": 1.2}
    page.locator("#output input[data-path='map.a']").first.wait_for(timeout=PATIENCE)
    for _ in range(100):
        pass_on()
        if widget.scene.map["a"] == 1.2:
            break
    pass_on()
    assert page.locator("#output input[type=text][data-path='map.a']").input_value() == "1.2"
    widget.close()
