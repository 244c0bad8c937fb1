// Controls made from a map's own description.

/** Fills an element with a control for each description; change(path, value) tells of a change. */
export function build(element, descriptions, change) {
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.path : null;
  const paths = descriptions.map((d) => d.path + d.kind + (d.of?.join() ?? "")).join();
  const same = element.dataset.paths === paths;
  if (same) {
    for (const description of descriptions) if (description.path !== focused) update(element, description);
    return;
  }
  element.dataset.paths = paths;
  element.replaceChildren(...descriptions.map((description) => row(description, change)));
}

/** Has build() make an element's controls anew, with their ranges, when it is called next. */
export function forget(element) {
  delete element.dataset.paths;
}

function update(element, { path, kind, value, from, to }) {
  for (const input of element.querySelectorAll(`[data-path="${CSS.escape(path)}"]`)) {
    if (kind === "flag") input.checked = value;
    else {
      if (input.type === "range" && (value < Number(input.min) || value > Number(input.max))) {
        Object.assign(input, { min: from, max: to });
      }
      input.value = value;
      input.dispatchEvent(new Event("told"));
    }
  }
}

function row(description, change) {
  const label = document.createElement("label");
  label.className = "row";
  const name = document.createElement("span");
  name.textContent = description.label ?? description.path.replace(/^map\./, "");
  name.title = description.path;
  label.append(name, control(description, change));
  return label;
}

function input(description, type, read, change, attributes = {}) {
  const element = document.createElement("input");
  Object.assign(element, { type, ...attributes });
  element.dataset.path = description.path;
  if (type === "checkbox") element.checked = description.value;
  else element.value = description.value;
  element.addEventListener(type === "range" ? "input" : "change", () => change(description.path, read(element)));
  return element;
}

function control(description, change) {
  const { kind } = description;
  if (kind === "flag") return input(description, "checkbox", (e) => e.checked, change);
  if (kind === "choice") {
    const select = document.createElement("select");
    select.dataset.path = description.path;
    select.append(...description.of.map((word) => new Option(description.names?.[word] ?? (word || "none"), word, false, word === description.value)));
    select.addEventListener("change", () => change(description.path, select.value));
    return select;
  }
  if (kind === "complex") {
    const group = document.createElement("div");
    const exact = input(description, "text", (e) => e.value, change, { spellcheck: false });
    group.append(exact, plane(description, exact, change));
    return group;
  }
  if (kind === "float" || kind === "int") {
    const pair = document.createElement("div");
    pair.className = "pair";
    const number = kind === "int" ? (e) => Math.round(Number(e.value)) : (e) => Number(e.value);
    const slider = input(description, "range", number, change, {
      min: description.from, max: description.to, step: kind === "int" ? 1 : description.step,
    });
    slider.setAttribute("aria-label", `${description.path}, slider`);
    const exact = input(description, "text", number, change, { inputMode: "decimal" });
    slider.addEventListener("input", () => (exact.value = slider.value));
    pair.append(slider, exact, player(description, slider, change));
    return pair;
  }
  return input(description, "text", (e) => e.value, change, { spellcheck: false });
}

/** A small plane on which a complex number is dragged, or moved by the arrow keys. */
function plane(description, exact, change) {
  const canvas = document.createElement("canvas"), side = 120;
  Object.assign(canvas, { width: side, height: side, className: "plane", tabIndex: 0 });
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", `${description.path}: drag, or arrow keys`);
  let value = complex(description.value), reach = Math.max(2, 1.5 * Math.hypot(...value));
  const paint = () => {
    const context = canvas.getContext("2d"), at = (v) => (v / reach / 2 + 0.5) * side;
    context.clearRect(0, 0, side, side);
    context.strokeStyle = "#888";
    context.strokeRect(at(-reach), at(0), side, 0);
    context.strokeRect(at(0), at(-reach), 0, side);
    context.beginPath();
    context.arc(at(0), at(0), side / 2 / reach, 0, 2 * Math.PI);
    context.stroke();
    context.fillStyle = "#d4551f";
    context.beginPath();
    context.arc(at(value[0]), at(-value[1]), 4, 0, 2 * Math.PI);
    context.fill();
  };
  const set = (real, imaginary) => {
    value = [real, imaginary].map((v) => Number(v.toPrecision(12)));
    exact.value = `${value[0]}${value[1] < 0 ? "" : "+"}${value[1]}i`;
    paint();
    change(description.path, exact.value);
  };
  const point = (event) => {
    const area = canvas.getBoundingClientRect();
    const part = [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height];
    set((2 * part[0] - 1) * reach, (1 - 2 * part[1]) * reach);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    point(event);
  });
  canvas.addEventListener("pointermove", (event) => event.buttons && point(event));
  canvas.addEventListener("click", (event) => event.preventDefault());
  canvas.addEventListener("keydown", (event) => {
    const step = reach / (event.shiftKey ? 1000 : 100);
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (!moves[event.key]) return;
    event.preventDefault();
    set(value[0] + moves[event.key][0], value[1] + moves[event.key][1]);
  });
  exact.addEventListener("told", () => {
    value = complex(exact.value);
    reach = Math.max(reach, 1.2 * Math.hypot(...value));
    paint();
  });
  paint();
  return canvas;
}

/** The parts of a complex number as the server writes it, such as -0.744+0.148i. */
function complex(text) {
  const match = /^\s*([+-]?[\d.]+(?:e[+-]?\d+)?)?(?:([+-]?[\d.]*(?:e[+-]?\d+)?)[ij])?\s*$/i.exec(String(text));
  const part = (word) => (word === "+" || word === "" ? 1 : word === "-" ? -1 : Number(word ?? 0));
  return match ? [Number(match[1] ?? 0), part(match[2])].map((v) => (Number.isFinite(v) ? v : 0)) : [0, 0];
}

/** A button that plays a parameter from one end of its slider to the other. */
function player(description, slider, change) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "▶";
  button.setAttribute("aria-label", `play ${description.path}`);
  let timer = 0;
  button.addEventListener("click", () => {
    if (timer) {
      timer = clearInterval(timer) ?? 0;
      button.textContent = "▶";
      return;
    }
    button.textContent = "■";
    let value = Number(slider.value), sign = 1;
    const low = Number(slider.min), high = Number(slider.max), step = (high - low) / 200;
    timer = setInterval(() => {
      if (!button.isConnected) return clearInterval(timer);
      if (value + sign * step > high || value + sign * step < low) sign = -sign;
      value += sign * step;
      slider.value = value;
      slider.dispatchEvent(new Event("input"));
    }, 80);
  });
  return button;
}
