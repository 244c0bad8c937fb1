// What can be opened: every scene, with a small picture, formulas, and places that were given names.

export function install(page) {
  const { $ } = page;
  let rows = [];

  // Small pictures of what is looked at, one after another, while nothing else is drawn.
  const wanted = new Set();
  let loading = false;
  const next = () => {
    const [picture] = wanted;
    if (!picture || loading || document.body.dataset.complete !== "true") return;
    wanted.delete(picture);
    loading = true;
    picture.src = page.link(`thumbnail/${picture.dataset.name}`);
  };
  const loaded = () => {
    loading = false;
    next();
  };
  const looked = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting && !target.src) wanted.add(target);
      else wanted.delete(target);
    }
    next();
  }, { root: $("scenes") });
  page.moments.pictured.push((complete) => complete && setTimeout(next, 300));

  const list = () => {
    const words = $("search").value.toLowerCase().split(/\s+/);
    const found = rows.filter((s) => {
      const text = `${s.group} ${s.name} ${s.title} ${s.look_for}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    looked.disconnect();
    wanted.clear();
    $("scenes").replaceChildren(...found.map((scene) => {
      const item = document.createElement("li"), button = document.createElement("button");
      const picture = document.createElement("img"), title = document.createElement("span");
      Object.assign(button, { type: "button", title: `${scene.name}: ${scene.look_for}` });
      Object.assign(picture, { alt: "", width: 48, height: 30 });
      picture.addEventListener("load", loaded);
      picture.addEventListener("error", () => {
        picture.classList.add("none");
        loaded();
      });
      picture.dataset.name = scene.name;
      title.textContent = scene.title;
      button.dataset.scene = scene.name;
      button.addEventListener("click", () => page.open({ scene: scene.name }));
      button.append(picture, title);
      item.append(button);
      looked.observe(picture);
      return item;
    }));
    $("found").textContent = found.length === rows.length ? "" : `${found.length} of ${rows.length}`;
  };
  $("search").addEventListener("input", list);
  $("search").addEventListener("keydown", (event) => {
    if (event.key === "Enter") $("scenes").querySelector("button")?.click();
  });
  let asked = false; // once there is a picture to look at
  page.moments.pictured.push(async () => {
    if (asked) return;
    asked = true;
    const answer = await fetch(page.link("scenes"));
    if (!answer.ok) return page.say(await answer.text());
    rows = await answer.json();
    list();
  });

  // A formula of one's own, with the parser's words under it.
  const drawFormula = () => {
    $("formula_error").hidden = true;
    page.open({ formula: $("formula").value, plane: $("plane").value, about: "formula" });
  };
  page.failures.formula = (text) => {
    $("formula_error").textContent = text;
    $("formula_error").hidden = false;
  };
  $("draw_formula").addEventListener("click", drawFormula);
  $("formula").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) drawFormula();
  });
  page.moments.shown.push(({ table }) => {
    if (table.map?.name !== "formula" || $("formula").matches(":focus")) return;
    $("formula").value = table.map.text.trim();
    $("plane").value = table.map.plane ?? "";
  });

  // Places with names.
  $("keep_place").addEventListener("click", () => {
    const name = $("place_name").value.trim();
    if (!name) return $("place_name").focus();
    page.tell({ do: "keep place", name });
    $("place_name").value = "";
  });
  $("place_name").addEventListener("keydown", (event) => {
    if (event.key === "Enter") $("keep_place").click();
  });
  page.answers.places = ({ places }) => {
    $("places").replaceChildren(...places.map((name) => {
      const item = document.createElement("li");
      const go = document.createElement("button"), forget = document.createElement("button");
      Object.assign(go, { type: "button", textContent: name });
      Object.assign(forget, { type: "button", textContent: "✕", title: `Forget ${name}` });
      forget.setAttribute("aria-label", `forget ${name}`);
      go.dataset.place = name;
      go.addEventListener("click", () => page.open({ place: name }));
      forget.addEventListener("click", () => page.tell({ do: "forget place", name }));
      item.append(go, forget);
      return item;
    }));
  };
  page.tell({ do: "places" });
}
