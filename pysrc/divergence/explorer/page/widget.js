// The viewer as an output of a notebook, whose messages go through the widget's model.

import { build } from "./controls.js";
import { Place, Viewer } from "./viewer.js";

function render({ model, el }) {
  const stage = document.createElement("div"), panel = document.createElement("div");
  const picture = document.createElement("canvas"), over = document.createElement("canvas");
  const point = document.createElement("output"), error = document.createElement("p");
  const state = { table: null, serial: 0, places: new Map(), held: false };
  let due = 0;
  el.classList.add("divergence");
  stage.className = "stage";
  stage.style.height = `${model.get("height")}px`;
  panel.className = "controls";
  picture.tabIndex = 0;
  picture.setAttribute("aria-label", "The picture: drag to move; wheel, once it is clicked, or + and - to zoom");
  error.setAttribute("role", "alert");
  error.hidden = true;
  stage.append(picture, over, point, error);
  el.append(stage, panel);

  const tell = (message) => model.send({ text: JSON.stringify(message) });
  const ask = (message) => tell({ serial: ++state.serial, shape: viewer.shape, ...message });
  const change = (path, value) => ask({ do: "draw", changes: { [path]: value } });
  const viewer = new Viewer(picture, over, {
    polite: true,
    changed(place, settled) {
      if (!state.table) return;
      state.held = !settled;
      clearTimeout(due);
      due = setTimeout(() => {
        const square = (state.table.window.height ?? null) === null;
        const window = Object.entries(place.window(viewer.shape, square));
        ask({ do: "draw", changes: Object.fromEntries(window.map(([key, value]) => [`window.${key}`, value])) });
      }, settled ? 0 : 60);
    },
    hover(row, column) {
      if (row === undefined) point.textContent = "";
      else tell({ do: "probe", row, column });
    },
  });

  const answers = {
    scene(message) {
      state.table = message.table;
      const place = Place.of(message.window), serial = message.serial ?? ++state.serial;
      state.places.set(serial, place);
      if (serial === state.serial && !state.held) viewer.go(place);
      error.hidden = true;
      build(panel, message.controls, change);
      // What Python has set is drawn in the shape that it has here.
      if (message.serial === undefined || message.serial === null) ask({ do: "draw" });
    },
    picture({ serial, rows, columns, complete }, rgb) {
      const place = state.places.get(serial);
      if (place) viewer.show(rgb, rows, columns, place, complete);
      el.dataset.complete = String(complete && serial === state.serial);
    },
    point(message) {
      const time = message.time === undefined ? "" : message.stopped ? `  time ${message.time} ${message.fate}` : "  not stopped";
      point.textContent = `${message.x}, ${message.y}${time}`;
    },
    error({ text }) {
      error.textContent = text;
      error.hidden = false;
    },
  };
  const heard = ({ text }, buffers) => {
    const message = JSON.parse(text), data = buffers?.[0];
    const bytes = data && new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength);
    answers[message.is]?.(message, bytes);
  };
  model.on("msg:custom", heard);
  requestAnimationFrame(() => ask({ do: "draw" }));
  return () => model.off("msg:custom", heard);
}

export default { render };
