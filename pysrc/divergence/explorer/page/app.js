// The page: what is drawn, kept in its address; what a hand changes, sent to the server.

import { build } from "./controls.js";
import { Place, Viewer } from "./viewer.js";

const $ = (id) => document.getElementById(id);
const token = new URLSearchParams(location.search).get("token") ?? "";
const state = { table: null, toml: "", python: "", serial: 0, places: new Map(), opened: null };

// The connection. What is asked for while it is closed is asked again when it is open.

let socket, waiting = [];

function connect() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(`${scheme}//${location.host}/view?token=${encodeURIComponent(token)}`);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    for (const message of waiting.splice(0)) socket.send(message);
  };
  socket.onmessage = ({ data }) => (typeof data === "string" ? told(JSON.parse(data)) : pictured(data));
  socket.onclose = () => {
    say("The explorer has ended, or the connection is lost: trying again.");
    setTimeout(() => {
      connect();
      if (state.table) ask({ do: "draw", table: state.table });
    }, 1500);
  };
}

function tell(message) {
  const text = JSON.stringify(message);
  if (socket.readyState === WebSocket.OPEN) socket.send(text);
  else if (waiting.length < 20) waiting.push(text);
}

/** Asks for a picture. */
function ask(message) {
  state.serial += 1;
  tell({ serial: state.serial, shape: viewer.shape, ...message });
}

// What the server says.

const answers = {
  scene(message) {
    state.table = message.table;
    state.toml = message.toml;
    state.python = message.python;
    state.opened ??= message.table;
    const place = Place.of(message.table.window);
    state.places.set(message.serial, place);
    for (const serial of state.places.keys()) if (serial < message.serial - 20) state.places.delete(serial);
    if (message.serial === state.serial && !state.held) viewer.go(place);
    say("");
    shown(message);
  },
  point(message) {
    const time = message.time === undefined ? "" : message.stopped
      ? `\ntime ${message.time}${message.fraction ? ` + ${message.fraction.toFixed(3)}` : ""}  ${message.fate}`
      : `\nnot stopped by ${message.time}`;
    $("point").textContent = `${message.x}, ${message.y}${time}`;
  },
  orbit: (message) => viewer.follow(message.points.map((p) => p.slice(0, 2))),
  films: ({ films }) => listFilms(films),
  error(message) {
    if (message.about === "formula") {
      $("formula_error").textContent = message.text;
      $("formula_error").hidden = false;
    } else {
      say(message.text);
    }
  },
};

const told = (message) => answers[message.is]?.(message);

function pictured(data) {
  const bytes = new Uint8Array(data), end = bytes.indexOf(10);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  const place = state.places.get(head.serial);
  if (!place) return;
  if (head.serial === state.serial) {
    $("progress").value = head.share;
    $("progress").classList.toggle("done", head.complete);
  }
  state.last = { rgb: bytes.subarray(end + 1), rows: head.rows, columns: head.columns, complete: head.complete };
  document.body.dataset.complete = String(head.complete && head.serial === state.serial);
  document.body.dataset.computed = head.computed;
  viewer.show(state.last.rgb, head.rows, head.columns, place, head.complete);
}

function say(text) {
  $("error").textContent = text;
  $("error").hidden = !text;
}

// What a hand does.

let due = 0, sent = 0;

const viewer = new Viewer($("picture"), $("over"), {
  changed(place, settled) {
    if (!state.table) return;
    state.held = !settled;
    clearTimeout(due);
    due = setTimeout(() => {
      sent = performance.now();
      const square = state.table.window.height === null || state.table.window.height === undefined;
      const window = place.window(viewer.shape, square);
      const changes = Object.fromEntries(Object.entries(window).map(([k, v]) => [`window.${k}`, v]));
      ask({ do: "draw", changes });
      if (settled) keep();
    }, settled ? 0 : Math.max(0, 60 - (performance.now() - sent)));
  },
  hover(row, column) {
    if (row === undefined) {
      $("point").textContent = "";
      return;
    }
    tell({ do: "probe", row, column });
    if ($("orbit").checked && viewer.place) {
      const { width, height, center } = viewer.place, [rows, columns] = viewer.shape;
      const x = center[0].number() + ((column + 0.5) / columns - 0.5) * width;
      const y = center[1].number() + ((row + 0.5) / rows - 0.5) * height;
      tell({ do: "orbit", x, y, steps: Number($("orbit_steps").value) || 200 });
    }
  },
});

function change(path, value) {
  ask({ do: "draw", changes: { [path]: value } });
  keep();
}

// The panel.

function shown({ table, controls, colours }) {
  $("title").textContent = table.title;
  $("look_for").textContent = table.look_for;
  build($("map"), controls, change);
  const [x, y] = table.window.center;
  build($("view"), [
    { path: "window.center.0", label: "x", kind: "text", value: x },
    { path: "window.center.1", label: "y", kind: "text", value: y },
    { path: "window.width", label: "width", kind: "text", value: table.window.width },
    { path: "max_steps", label: "step limit", kind: "int", value: table.max_steps, from: 1, to: 10 * table.max_steps },
  ], change);
  const colour = { colormap: "inferno", law: "linear", shows: "max_steps - times", period: 64, smooth: false, interior: "", ...table.colour };
  build($("colour"), [
    { path: "colour.colormap", label: "colormap", kind: "choice", value: colour.colormap, of: [...new Set([colour.colormap, ...colours.colormap])] },
    { path: "colour.law", label: "law", kind: "choice", value: colour.law, of: colours.law },
    { path: "colour.period", label: "period", kind: "float", value: colour.period, from: 1, to: 500, step: 0.5 },
    { path: "colour.shows", label: "shows", kind: "choice", value: colour.shows, of: colours.shows },
    { path: "colour.smooth", label: "smooth", kind: "flag", value: colour.smooth },
    { path: "colour.interior", label: "interior", kind: "text", value: colour.interior },
  ], change);
}

async function scenes() {
  const answer = await fetch(`scenes?token=${encodeURIComponent(token)}`);
  if (!answer.ok) return say(await answer.text());
  const rows = await answer.json();
  const list = () => {
    const word = $("search").value.toLowerCase();
    const found = rows.filter((s) => `${s.group} ${s.name} ${s.title}`.toLowerCase().includes(word));
    $("scenes").replaceChildren(...found.map((s) => {
      const item = document.createElement("li"), button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: s.title, title: `${s.name}: ${s.look_for}` });
      button.dataset.scene = s.name;
      button.addEventListener("click", () => open({ scene: s.name }));
      item.append(button);
      return item;
    }));
  };
  $("search").addEventListener("input", list);
  list();
}

function open(what) {
  state.opened = null;
  viewer.follow(null);
  ask({ do: "open", ...what });
  keep();
}

// A formula of one's own, with the parser's words under it.

function drawFormula() {
  $("formula_error").hidden = true;
  open({ formula: $("formula").value, plane: $("plane").value, about: "formula" });
}
$("draw_formula").addEventListener("click", drawFormula);
$("formula").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) drawFormula();
});

// Films: from a view that was marked to the one that is shown.

$("mark").addEventListener("click", () => {
  state.mark = state.table;
  $("mark").textContent = "Begins there ✓";
});
$("make_film").addEventListener("click", () => {
  const message = { do: "film", frames: Number($("frames").value), fps: Number($("fps").value) };
  tell(state.mark ? { ...message, from: state.mark } : message);
  state.mark = null;
  $("mark").textContent = "Begins here";
});

let looking = 0;

function listFilms(films) {
  clearTimeout(looking);
  if (films.some((film) => ["waiting", "running"].includes(film.state))) {
    looking = setTimeout(() => tell({ do: "films" }), 500);
  }
  $("films").replaceChildren(...films.map((film) => {
    const item = document.createElement("li"), label = document.createElement("span");
    const button = document.createElement("button"), bar = document.createElement("progress");
    item.dataset.state = film.state;
    label.textContent = `${film.title}: ${film.frames} frames, ${film.state}${film.state === "failed" ? `: ${film.text}` : ""}`;
    button.type = "button";
    const running = ["waiting", "running"].includes(film.state);
    button.textContent = film.state === "complete" ? "Play" : running ? "Pause" : "Resume";
    button.addEventListener("click", () => {
      if (film.state === "complete") {
        $("player").src = `film/${film.name}?token=${encodeURIComponent(token)}`;
        $("player").hidden = false;
        $("player").play().catch(() => {});
      } else {
        tell({ do: running ? "pause" : "resume", name: film.name });
      }
    });
    item.append(label, button);
    if (film.state === "running") {
      bar.max = 1;
      bar.value = film.share;
      bar.setAttribute("aria-label", film.doing);
      item.append(bar);
    }
    return item;
  }));
}

// The address holds the whole view, so that Back and Forward are undo and redo.

let keeping = 0;

function keep() {
  clearTimeout(keeping);
  keeping = setTimeout(async () => {
    if (!state.table) return;
    const hash = `#view=${await packed(JSON.stringify(state.table))}`;
    if (hash !== location.hash) history.pushState(null, "", hash);
  }, 400);
}

async function packed(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(stream).text();
}

async function restore() {
  const said = new URLSearchParams(location.hash.slice(1));
  if (said.has("view")) {
    try {
      ask({ do: "draw", table: JSON.parse(await unpacked(said.get("view"))) });
      return;
    } catch {
      say("The address holds no view.");
    }
  }
  ask({ do: "open", scene: said.get("scene") ?? "mandelbrot" });
}

addEventListener("popstate", restore);
$("undo").addEventListener("click", () => history.back());
$("redo").addEventListener("click", () => history.forward());
$("home").addEventListener("click", () => state.opened && (ask({ do: "draw", table: state.opened }), keep()));
$("hide").addEventListener("click", () => document.querySelector("main").classList.toggle("alone"));
$("orbit").addEventListener("change", () => $("orbit").checked || viewer.follow(null));
addEventListener("keydown", (event) => {
  if (event.target.matches?.("input, select, textarea") || event.ctrlKey || event.metaKey) return;
  if (event.key === "p") $("hide").click();
  if (event.key === "Home") $("home").click();
});

// Taking it home.

function text(value) {
  $("text").textContent = value;
  $("text").hidden = false;
  navigator.clipboard?.writeText(value).catch(() => {});
}
$("copy_toml").addEventListener("click", () => text(state.toml));
$("copy_python").addEventListener("click", () => text(state.python));
$("copy_link").addEventListener("click", () => text(location.href));
$("save_png").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = `picture?token=${encodeURIComponent(token)}&shape=${viewer.shape.join("x")}&scene=${encodeURIComponent(state.toml)}`;
  link.download = `${state.table.name}.png`;
  link.click();
});

async function take(file) {
  if (file.size > 4e6) return say("That file is larger than 4 MB.");
  if (file.name.endsWith(".toml")) return open({ toml: await file.text() });
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  open({ png: btoa(binary) });
}
$("file").addEventListener("change", () => $("file").files[0] && take($("file").files[0]));
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
});
$("panel").addEventListener("submit", (event) => event.preventDefault());

globalThis.explorer = { state, viewer }; // for the tests, and for whoever looks from the console
connect();
tell({ do: "films" });
scenes();
restore();
