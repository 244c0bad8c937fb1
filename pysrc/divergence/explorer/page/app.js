// The page: its connection to the server, the scene that is shown, and the controls of that.

import * as address from "./address.js";
import * as beside from "./beside.js";
import { build, forget } from "./controls.js";
import * as films from "./films.js";
import * as home from "./home.js";
import * as measures from "./measures.js";
import * as palettes from "./palettes.js";
import * as presets from "./presets.js";
import { Place, Viewer } from "./viewer.js";

const $ = (id) => document.getElementById(id);
const token = new URLSearchParams(location.search).get("token") ?? "";
const LONGEST_QUEUE = 20;
const MOST_STEPS = 1e7, MOST_BOOST = 16;

/** What the parts of the page share. A part adds to `answers` what it does with a message of the
 * server by its "is", to `failures` by what an error is about, and to `moments`. */
const page = {
  $,
  state: { table: null, toml: "", python: "", serial: 0, frame: 0, places: new Map(), opened: null },
  answers: {},
  failures: {},
  moments: { shown: [], pictured: [], hovered: [], pinned: [] },
  happened: (moment, ...what) => page.moments[moment].forEach((act) => act(...what)),
  link: (path, more = {}) => `${path}?${new URLSearchParams({ token, ...more })}`,
  tell,
  ask,
  say,
  open,
  change,
};
const { state } = page;

// The connection. What is asked for while it is closed is asked again when it is open.

let socket, waiting = [];

function connect() {
  socket = new WebSocket(`ws://${location.host}/${page.link("view")}`);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    for (const message of waiting.splice(0)) socket.send(message);
  };
  socket.onmessage = ({ data }) => (typeof data === "string" ? told(JSON.parse(data)) : pictured(data));
  socket.onclose = () => {
    say("The explorer has ended, or the connection is lost: trying again.");
    setTimeout(() => {
      connect();
      tell({ do: "films" });
      if (state.table) ask({ do: "draw", table: state.table });
    }, 1500);
  };
}

function tell(message) {
  const text = JSON.stringify(message);
  if (socket.readyState === WebSocket.OPEN) socket.send(text);
  else if (waiting.length < LONGEST_QUEUE) waiting.push(text);
}

/** Asks for a picture. */
function ask(message) {
  state.serial += 1;
  document.body.dataset.complete = "false";
  $("progress").removeAttribute("value"); // until something is known
  $("progress").classList.remove("done");
  tell({ serial: state.serial, shape: page.viewer.shape, frame: state.frame, ...message });
}

function told(message) {
  if (message.is !== "error") return page.answers[message.is]?.(message);
  $("progress").classList.add("done"); // nothing more comes of what was asked for
  document.body.dataset.complete = "true";
  if (["formula", undefined, null].includes(message.about)) state.opening = false;
  if (page.failures[message.about]) page.failures[message.about](message.text);
  else say(message.text);
}

function pictured(data) {
  const bytes = new Uint8Array(data), end = bytes.indexOf(10);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  page.answers[head.is]?.({ ...head, rgb: bytes.subarray(end + 1) });
}

page.answers.scene = (message) => {
  Object.assign(state, { table: message.table, toml: message.toml, python: message.python });
  Object.assign(state, { frame: message.frame, beside: message.beside, deepens: message.deepens });
  if (!state.opened || state.opening) {
    state.opening = false;
    state.opened = message.table;
    state.base = { steps: message.table.max_steps, width: Number(message.table.window.width), boost: 1 };
    page.viewer.shown = [];
    for (const id of ["map", "view"]) forget($(id));
  }
  const place = Place.of(message.window);
  state.places.set(message.serial, place);
  for (const serial of state.places.keys()) if (serial < message.serial - 20) state.places.delete(serial);
  if (message.serial === state.serial && !state.held) page.viewer.go(place);
  say("");
  panel(message);
  page.happened("shown", message);
};

page.answers.picture = ({ serial, share, stayed, complete, computed, rows, columns, rgb }) => {
  const place = state.places.get(serial);
  if (!place) return;
  const latest = serial === state.serial;
  if (latest) {
    $("progress").value = share;
    $("progress").classList.toggle("done", complete);
  }
  document.body.dataset.complete = String(complete && latest);
  document.body.dataset.computed = computed;
  page.viewer.show(rgb, rows, columns, place, complete);
  page.happened("pictured", complete && latest);
  if (complete && latest && stayed === 1 && deepening() && narrower() && state.base.boost < MOST_BOOST) {
    state.base.boost *= 2; // nothing is to be seen: perhaps with more steps
    ask({ do: "draw", changes: { max_steps: stepsAt(Number(state.table.window.width)) } });
  }
};

page.answers.point = (message) => {
  const fraction = message.fraction ? ` + ${message.fraction.toFixed(3)}` : "";
  const time = message.time === undefined ? "" : message.stopped
    ? `\ntime ${message.time}${fraction}  ${message.fate}`
    : `\nnot stopped by ${message.time}`;
  $("point").textContent = `${message.x}, ${message.y}${time}`;
};

function say(text) {
  $("error").textContent = text;
  $("error").hidden = !text;
}

// What a hand does.

let due = 0, sent = 0;

page.viewer = new Viewer($("picture"), $("over"), {
  changed(place, settled) {
    if (!state.table) return;
    state.held = !settled;
    clearTimeout(due);
    due = setTimeout(() => {
      sent = performance.now();
      const square = (state.table.window.height ?? null) === null;
      const window = place.window(page.viewer.shape, square);
      const changes = Object.fromEntries(Object.entries(window).map(([k, v]) => [`window.${k}`, v]));
      if (deepening()) changes.max_steps = stepsAt(Number(window.width));
      ask({ do: "draw", changes });
      if (settled) address.keep(page);
    }, settled ? 0 : Math.max(0, 60 - (performance.now() - sent)));
  },
  hover(row, column) {
    if (row === undefined) {
      $("point").textContent = "";
      return;
    }
    tell({ do: "probe", row, column });
    page.happened("hovered", ...page.viewer.point(row, column));
  },
  pinned: (row, column) => page.happened("pinned", ...page.viewer.point(row, column)),
});

const narrower = () => Number(state.table.window.width) < state.base.width / 2;
const deepening = () => state.deepens && $("deepen").checked;

/** A step limit that rises with the octaves that a view is narrower than the first. */
function stepsAt(width) {
  const octaves = Math.max(0, Math.log2(state.base.width / width));
  const steps = state.base.steps * (1 + octaves) * (narrower() ? state.base.boost : 1);
  return Math.min(MOST_STEPS, Math.round(steps));
}

function change(path, value) {
  if (path === "max_steps") state.base = { steps: value, width: Number(state.table.window.width), boost: 1 };
  ask({ do: "draw", changes: { [path]: value } });
  address.keep(page);
}

function open(what) {
  state.opening = true;
  page.viewer.follow(null);
  ask({ do: "open", frame: 0, ...what });
  address.keep(page);
}

// The panel.

function panel({ table, controls, frame }) {
  $("title").textContent = table.title;
  $("look_for").textContent = table.look_for;
  document.title = `${table.title} – Divergence`;
  build($("map"), controls, change);
  const [x, y] = table.window.center, steps = table.max_steps;
  const view = [
    { path: "window.center.0", label: "x", kind: "text", value: x },
    { path: "window.center.1", label: "y", kind: "text", value: y },
    { path: "window.width", label: "width", kind: "text", value: table.window.width },
    { path: "max_steps", label: "step limit", kind: "int", value: steps, from: 1, to: 10 * steps },
  ];
  if (table.frames > 1) {
    view.push({ path: "frame", label: "frame", kind: "int", value: Math.round(frame), from: 0, to: table.frames - 1 });
  }
  $("deepens").hidden = !state.deepens;
  build($("view"), view, (path, value) => {
    if (path !== "frame") return change(path, value);
    ask({ do: "draw", frame: Math.max(0, Math.min(table.frames - 1, value)) });
  });
}

$("home").addEventListener("click", () => {
  if (!state.opened) return;
  ask({ do: "draw", table: state.opened, frame: 0 });
  address.keep(page);
});
for (const id of ["hide", "unhide"]) {
  $(id).addEventListener("click", () => document.querySelector("main").classList.toggle("alone"));
}
addEventListener("keydown", (event) => {
  if (event.target.matches?.("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "p") $("hide").click();
  if (event.key === "Home") $("home").click();
  if (event.key === "/") {
    event.preventDefault();
    $("search").closest("details").open = true;
    $("search").focus();
  }
});
$("panel").addEventListener("submit", (event) => event.preventDefault());

globalThis.explorer = page; // for the tests, and for whoever looks from the console
connect();
for (const part of [beside, films, home, measures, palettes, presets, address]) part.install(page);
