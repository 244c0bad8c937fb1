// Controls made from a map's own description.

/** Fills an element with a control for each description; change(path, value) tells of a change. */
export function build(element, descriptions, change) {
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.path : null;
  const same = element.dataset.paths === descriptions.map((d) => d.path + d.kind).join();
  if (same) {
    for (const description of descriptions) if (description.path !== focused) update(element, description);
    return;
  }
  element.dataset.paths = descriptions.map((d) => d.path + d.kind).join();
  element.replaceChildren(...descriptions.map((description) => row(description, change)));
}

function update(element, { path, kind, value }) {
  for (const input of element.querySelectorAll(`[data-path="${CSS.escape(path)}"]`)) {
    if (kind === "flag") input.checked = value;
    else input.value = value;
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
    select.append(...description.of.map((word) => new Option(word, word, false, word === description.value)));
    select.addEventListener("change", () => change(description.path, select.value));
    return select;
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
