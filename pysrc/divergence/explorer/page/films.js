// Films through views that were marked, and the queue of those that are made.

const PREVIEW_FRAMES = 48;

export function install(page) {
  const { $, state } = page;
  let marks = [], preview = null, looking = 0;

  const wanted = () => {
    const message = { frames: Number($("frames").value), fps: Number($("fps").value), about: "film" };
    const [format, codec] = $("codec").value.split(" ");
    Object.assign(message, { format, codec });
    const last = JSON.stringify(state.table.window) === JSON.stringify(marks.at(-1)?.window) ? [] : [state.table];
    const views = marks.length > 1 ? marks : [...marks, ...last];
    return state.table.frames > 1 && !marks.length ? message : { ...message, views };
  };
  const list = () => {
    $("marks").replaceChildren(...marks.map((table, i) => {
      const item = document.createElement("li"), go = document.createElement("button");
      const remove = document.createElement("button");
      Object.assign(go, { type: "button", textContent: `View ${i + 1}: width ${Number(table.window.width).toPrecision(3)}` });
      go.addEventListener("click", () => page.ask({ do: "draw", table, frame: 0 }));
      Object.assign(remove, { type: "button", textContent: "✕" });
      remove.setAttribute("aria-label", `leave out view ${i + 1}`);
      remove.addEventListener("click", () => {
        marks.splice(i, 1);
        list();
      });
      item.append(go, remove);
      return item;
    }));
  };
  $("mark").addEventListener("click", () => {
    marks.push(state.table);
    list();
  });
  $("make_film").addEventListener("click", () => {
    $("film_error").hidden = true;
    page.tell({ do: "film", ...wanted() });
  });
  page.failures.film = (text) => {
    $("film_error").textContent = text;
    $("film_error").hidden = false;
  };

  // A preview: frames of the film, small, one when the last is there.
  const step = () => {
    const { table, at } = preview, [rows, columns] = page.viewer.shape;
    const shape = [Math.max(1, rows >> 2), Math.max(1, columns >> 2)];
    page.ask({ do: "draw", table, frame: (at * (table.frames - 1)) / PREVIEW_FRAMES, shape });
  };
  const end = () => {
    if (!preview) return;
    const { back } = preview;
    preview = null;
    $("preview").textContent = "Preview";
    page.ask({ do: "draw", table: back, frame: 0 });
  };
  $("preview").addEventListener("click", () => {
    $("film_error").hidden = true;
    if (preview) end();
    else page.tell({ do: "preview", ...wanted() });
  });
  page.answers.preview = ({ table }) => {
    preview = { table, back: state.table, at: 0 };
    $("preview").textContent = "Stop";
    step();
  };
  page.moments.pictured.push((complete) => {
    if (!preview || !complete) return;
    preview.at += 1;
    if (preview.at > PREVIEW_FRAMES) end();
    else setTimeout(() => preview && step(), 40);
  });

  page.answers.films = ({ films }) => {
    clearTimeout(looking);
    const active = films.filter((film) => ["waiting", "running"].includes(film.state));
    if (active.length) looking = setTimeout(() => page.tell({ do: "films" }), 500);
    $("queue").textContent = active.length ? `${active.length} in the queue` : "";
    $("films").replaceChildren(...films.map(row));
  };
  const row = (film) => {
    const item = document.createElement("li"), label = document.createElement("span");
    const button = document.createElement("button"), bar = document.createElement("progress");
    item.dataset.state = film.state;
    item.dataset.name = film.name;
    const ended = film.state === "failed" ? `: ${film.text}` : "";
    label.textContent = `${film.title}: ${film.frames} frames, ${film.state}${ended}`;
    const running = ["waiting", "running"].includes(film.state);
    button.type = "button";
    button.textContent = film.state === "complete" ? "Play" : running ? "Pause" : "Resume";
    button.addEventListener("click", () => {
      if (film.state === "complete") play(film);
      else page.tell({ do: running ? "pause" : "resume", name: film.name });
    });
    item.append(label, button);
    if (film.state === "running") {
      Object.assign(bar, { max: 1, value: film.share });
      bar.setAttribute("aria-label", film.doing);
      item.append(bar);
    }
    return item;
  };
  const play = (film) => {
    $("player").src = page.link(`film/${film.name}`);
    $("player").hidden = false;
    $("player").play().catch(() => {});
  };
  $("player").addEventListener("error", () => page.failures.film("This browser cannot play this codec; the film is in its folder."));
  page.tell({ do: "films" });
}
