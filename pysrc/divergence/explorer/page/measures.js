// Numbers that are measured of the view.

export function install(page) {
  const { $ } = page, output = $("measured"), plot = $("exponents");
  const ask = (what, more = {}) => {
    output.textContent = "measuring …";
    page.tell({ do: "measure", what, about: what, ...more });
  };
  $("measure_dimension").addEventListener("click", () => ask("dimension"));
  $("measure_basins").addEventListener("click", () => ask("basins"));
  $("measure_x").addEventListener("click", () => ask("exponents", { along: "x" }));
  $("measure_y").addEventListener("click", () => ask("exponents", { along: "y" }));
  page.moments.shown.push(() => {
    output.textContent = "";
    plot.hidden = true;
  });

  const texts = {
    dimension: ({ dimension, error, pixels }) =>
      `box dimension ${dimension.toFixed(3)} ± ${error.toFixed(3)}\nof ${pixels} pixels of boundary`,
    basins: ({ fractions, entropy }) =>
      [...fractions.map(([name, share]) => `${(100 * share).toFixed(2)} %  ${name}`),
        `basin entropy ${entropy.toFixed(4)}`].join("\n"),
    exponents: ({ exponents, time }) => {
      const known = exponents.filter((v) => v !== null);
      if (!known.length) return "no point of the line has an exponent";
      const mean = known.reduce((a, b) => a + b) / known.length;
      return `Lyapunov exponents over time ${time.toPrecision(4)}\n` +
        `from ${Math.min(...known).toPrecision(4)} to ${Math.max(...known).toPrecision(4)}, mean ${mean.toPrecision(4)}`;
    },
  };
  page.answers.measure = (message) => {
    output.textContent = texts[message.what](message);
    plot.hidden = message.what !== "exponents";
    if (!plot.hidden) draw(plot, message.exponents);
  };
  for (const what of Object.keys(texts)) page.failures[what] = (text) => (output.textContent = text);
}

function draw(canvas, values) {
  const context = canvas.getContext("2d"), { width, height } = canvas;
  const known = values.filter((v) => v !== null);
  const low = Math.min(0, ...known), high = Math.max(0, ...known), span = high - low || 1;
  const y = (v) => height - 4 - ((v - low) / span) * (height - 8);
  context.fillStyle = "#101114";
  context.fillRect(0, 0, width, height);
  context.strokeStyle = "#777";
  context.beginPath();
  context.moveTo(0, y(0));
  context.lineTo(width, y(0));
  context.stroke();
  values.forEach((value, i) => {
    if (value === null) return;
    context.fillStyle = value > 0 ? "#ffb27a" : "#7fb7ff";
    context.fillRect((i / values.length) * width, y(value) - 1, Math.max(1, width / values.length), 2);
  });
}
