// Beside the picture: what belongs to the point under the cursor. A click, or a tap, pins the point;
// c takes the middle of the view.

import { Space } from "./space.js";
import { bitmapOf } from "./viewer.js";

const TITLES = { julia: "Julia set here", cobweb: "Cobweb here", bodies: "Three bodies and their twin" };
const STEPS = { julia: 2, cobweb: 60, bodies: 1500 };
const PATIENCE = 3000; // ms, after which an answer is no longer waited for

export function install(page) {
  const { $, state } = page;
  const canvas = $("companion"), space = new Space(canvas);
  let kind = "", scene = "", pin = null, latest = null;
  const asked = { companion: -Infinity, orbit: -Infinity }; // when; -Infinity once it has arrived

  const request = (what, kind, steps) => {
    if (!latest || performance.now() - asked[what] < PATIENCE) return;
    asked[what] = performance.now();
    const [x, y] = latest;
    latest[what] = true;
    page.tell({ do: "beside", kind, x, y, steps, about: kind });
  };
  const look = () => {
    if (kind && !$("beside").hidden && !latest?.companion) request("companion", kind, STEPS[kind]);
    if ($("orbit").checked && state.beside?.includes("orbit") && !latest?.orbit) {
      request("orbit", "orbit", Math.max(2, Number($("orbit_steps").value) || 200));
    }
  };
  const arrived = (what) => {
    asked[what] = -Infinity;
    look(); // the cursor may have gone on
  };
  const at = (x, y) => {
    latest = [x, y];
    look();
  };

  page.moments.hovered.push((x, y) => pin || at(x, y));
  page.moments.pinned.push((x, y) => {
    pin = pin ? null : [x, y];
    page.viewer.mark(pin);
    at(x, y);
  });
  page.moments.shown.push(({ table, beside, window }) => {
    const found = beside.find((one) => TITLES[one]) ?? "";
    if (found !== kind || table.name !== scene) {
      [kind, scene] = [found, table.name];
      pin = latest = null;
      page.viewer.mark(null);
      space.stop();
      canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
    }
    $("beside").hidden = !kind || !$("companions").checked;
    $("beside_title").textContent = TITLES[kind] ?? "";
    if (pin) at(...pin);
    else if (kind && !latest) at(...window.center.map(Number));
  });
  $("companions").addEventListener("change", () => {
    $("beside").hidden = !kind || !$("companions").checked;
    if ($("beside").hidden) space.stop();
  });
  $("orbit").addEventListener("change", () => ($("orbit").checked ? look() : page.viewer.follow(null)));
  $("picture").addEventListener("keydown", (event) => {
    if (event.key !== "c" || event.ctrlKey || event.metaKey || event.altKey) return;
    const [rows, columns] = page.viewer.shape;
    page.tell({ do: "probe", row: rows >> 1, column: columns >> 1 });
    at(...page.viewer.point(rows >> 1, columns >> 1));
  });

  page.answers.orbit = ({ points }) => {
    if ($("orbit").checked) page.viewer.follow(points.map((point) => point.slice(0, 2)));
    arrived("orbit");
  };
  page.answers.julia = async ({ rgb, rows, columns }) => {
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = true;
    context.drawImage(await bitmapOf(rgb, rows, columns), 0, 0, canvas.width, canvas.height);
    arrived("companion");
  };
  page.answers.cobweb = (message) => {
    drawCobweb(canvas, message);
    arrived("companion");
  };
  page.answers.bodies = (message) => {
    space.show(message);
    arrived("companion");
  };
  for (const one of ["julia", "cobweb", "bodies", "orbit"]) {
    page.failures[one] = () => arrived(one === "orbit" ? one : "companion");
  }
}

function drawCobweb(canvas, { curve, points, from, to }) {
  const context = canvas.getContext("2d"), { width, height } = canvas;
  const x = (v) => ((v - from) / (to - from)) * width, y = (v) => height - ((v - from) / (to - from)) * height;
  const line = (colour, wide, path) => {
    context.strokeStyle = colour;
    context.lineWidth = wide;
    context.beginPath();
    path.forEach(([a, b], i) => (i ? context.lineTo(x(a), y(b)) : context.moveTo(x(a), y(b))));
    context.stroke();
  };
  context.globalAlpha = 1;
  context.fillStyle = "#101114";
  context.fillRect(0, 0, width, height);
  line("#777", 1, [[from, from], [to, to]]);
  line("#7fb7ff", 2, curve.filter(([, b]) => Number.isFinite(b)));
  const steps = points.flatMap((v, i) => (i ? [[points[i - 1], v], [v, v]] : [[v, v]]));
  line("#ffb27a", 1, steps);
}
