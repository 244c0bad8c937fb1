// Colour without computing: how times become colours, their histogram, and a palette of one's own.

import { build } from "./controls.js";

const DEFAULTS = {
  colormap: "inferno", law: "linear", shows: "max_steps - times", period: 64, smooth: false,
  interior: "", fates: "", relief: 0, azimuth: 315,
};
const MOST_STOPS = 24; // that can be edited by hand

export function install(page) {
  const { $, state } = page;
  let stops = [], colormaps = [];
  const own = (name) => name.includes(",");

  page.moments.shown.push(({ table, colours }) => {
    colormaps = colours.colormap;
    const colour = { ...DEFAULTS, ...table.colour };
    const choices = (value) => [...new Set([value, ...colormaps])];
    const names = Object.fromEntries([colour.colormap, colour.fates].filter(own).map((text) => [text, "your palette"]));
    build($("colour"), [
      { path: "colour.colormap", kind: "choice", value: colour.colormap, of: choices(colour.colormap), names },
      { path: "colour.law", kind: "choice", value: colour.law, of: colours.law },
      { path: "colour.period", kind: "float", value: colour.period, from: 1, to: 500, step: 0.5 },
      { path: "colour.shows", kind: "choice", value: colour.shows, of: colours.shows },
      { path: "colour.smooth", kind: "flag", value: colour.smooth },
      { path: "colour.interior", kind: "text", value: colour.interior },
      { path: "colour.fates", kind: "choice", value: colour.fates, of: ["", ...choices(colour.fates).filter(Boolean)], names },
      { path: "colour.relief", kind: "float", value: colour.relief, from: 0, to: 1, step: 0.01 },
      { path: "colour.azimuth", kind: "float", value: colour.azimuth, from: 0, to: 360, step: 1 },
    ].map((control) => ({ label: control.path.slice("colour.".length), ...control })), page.change);
    if (own(colour.colormap) && !$("stops").contains(document.activeElement)) {
      page.tell({ do: "palette of", colormap: colour.colormap });
    }
  });

  // The histogram, where somebody looks at it.
  const count = () => $("colour_details").open && page.tell({ do: "histogram", about: "histogram" });
  page.failures.histogram = () => {};
  page.moments.pictured.push((complete) => complete && count());
  $("colour_details").addEventListener("toggle", count);
  page.answers.histogram = (message) => draw($("histogram"), message);

  // The palette that is edited.
  page.answers.stops = (message) => {
    stops = message.stops.length > MOST_STOPS
      ? message.stops.filter((_, i, all) => i % Math.ceil(all.length / MOST_STOPS) === 0 || i === all.length - 1)
      : message.stops;
    list();
  };
  const changed = () => {
    stops.sort((a, b) => a[0] - b[0]);
    const [first, last] = [stops[0][0], stops.at(-1)[0]];
    stops = stops.map(([place, colour]) => [(place - first) / (last - first || 1), colour]);
    page.change("colour.colormap", stops.map(([place, colour]) => `${+place.toFixed(4)} ${colour}`).join(", "));
  };
  const list = () => {
    $("strip").style.background = stops.length < 2 ? "none"
      : `linear-gradient(to right, ${stops.map(([p, c]) => `${c} ${100 * p}%`).join(", ")})`;
    $("stops").replaceChildren(...stops.map((stop, i) => {
      const item = document.createElement("li");
      const place = document.createElement("input"), colour = document.createElement("input");
      const remove = document.createElement("button");
      Object.assign(place, { type: "range", min: 0, max: 1, step: 0.005, value: stop[0] });
      Object.assign(colour, { type: "color", value: stop[1] });
      place.setAttribute("aria-label", `place of colour ${i + 1}`);
      colour.setAttribute("aria-label", `colour ${i + 1}`);
      place.disabled = i === 0 || i === stops.length - 1;
      place.addEventListener("change", () => {
        stop[0] = Number(place.value);
        changed();
        list();
      });
      colour.addEventListener("input", () => {
        stop[1] = colour.value;
        changed();
      });
      Object.assign(remove, { type: "button", textContent: "✕", disabled: stops.length <= 2 });
      remove.setAttribute("aria-label", `leave out colour ${i + 1}`);
      remove.addEventListener("click", () => {
        stops.splice(i, 1);
        changed();
        list();
      });
      item.append(place, colour, remove);
      return item;
    }));
  };
  $("edit_palette").addEventListener("click", () => {
    page.tell({ do: "palette of", colormap: state.table.colour?.colormap ?? DEFAULTS.colormap });
  });
  $("add_stop").addEventListener("click", () => {
    if (stops.length < 2 || stops.length >= MOST_STOPS) return;
    const widest = stops.slice(1).map(([p], i) => [p - stops[i][0], i]).sort((a, b) => b[0] - a[0])[0][1];
    stops.splice(widest + 1, 0, [(stops[widest][0] + stops[widest + 1][0]) / 2, stops[widest][1]]);
    changed();
    list();
  });

  // Palettes of files, and kept ones.
  page.readPalette = async (file) => {
    if (file.size > 1e6) return page.say(`${file.name} is larger than 1 MB.`);
    page.tell({ do: "read palette", file: file.name, text: await file.text(), about: "palette" });
  };
  page.failures.palette = (text) => page.say(text);
  $("palette_file").addEventListener("change", () => $("palette_file").files[0] && page.readPalette($("palette_file").files[0]));
  page.answers["found palettes"] = ({ palettes }) => {
    $("found_palettes").replaceChildren(...palettes.map(({ name, text }, i) => new Option(name || `palette ${i + 1}`, text)));
    $("found_palettes").hidden = palettes.length < 2;
    page.change("colour.colormap", palettes[0].text);
  };
  $("found_palettes").addEventListener("change", () => page.change("colour.colormap", $("found_palettes").value));
  $("keep_palette").addEventListener("click", () => {
    const name = $("palette_name").value.trim(), text = state.table.colour?.colormap ?? "";
    if (!own(text)) return page.say("Edit the palette first: a colormap has its name already.");
    if (!name) return $("palette_name").focus();
    page.tell({ do: "keep palette", name, text, about: "palette" });
    state.keeping = name;
  });
  page.answers.palettes = () => {
    if (state.keeping) page.change("colour.colormap", state.keeping);
    state.keeping = "";
  };
}

/** Bars of how many points have each time, in its colour; and the place of each in the colormap. */
function draw(canvas, { edges, counts, shares, colours, stayed }) {
  const context = canvas.getContext("2d"), { width, height } = canvas;
  const most = Math.max(1, ...counts), bar = width / counts.length;
  context.clearRect(0, 0, width, height);
  counts.forEach((count, i) => {
    const high = Math.sqrt(count / most) * (height - 12);
    context.fillStyle = `rgb(${colours[i].join(" ")})`;
    context.fillRect(i * bar, height - 12 - high, Math.ceil(bar), high);
    context.fillRect(i * bar, height - 10, Math.ceil(bar), 10);
  });
  context.strokeStyle = "#2f7fff";
  context.lineWidth = 2;
  context.beginPath();
  shares.forEach((share, i) => {
    const x = (i + 0.5) * bar, y = (1 - share) * (height - 14) + 1;
    if (i) context.lineTo(x, y);
    else context.moveTo(x, y);
  });
  context.stroke();
  const total = counts.reduce((a, b) => a + b, 0) + stayed;
  canvas.title = `times ${edges[0]} to ${edges.at(-1) - 1}; ` +
    `${((100 * stayed) / total).toFixed(1)} % did not stop; the line is the place in the colormap`;
  canvas.setAttribute("aria-label", `How often each time occurs: ${canvas.title}`);
}
