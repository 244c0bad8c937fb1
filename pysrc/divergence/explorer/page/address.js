// The address holds the whole view, so that Back and Forward are undo and redo.

let keeping = 0;

export function install(page) {
  addEventListener("popstate", () => restore(page));
  page.$("undo").addEventListener("click", () => history.back());
  page.$("redo").addEventListener("click", () => history.forward());
  restore(page);
}

/** Puts what is shown into the address, once the hand rests. */
export function keep(page) {
  clearTimeout(keeping);
  keeping = setTimeout(async () => {
    if (!page.state.table) return;
    const hash = `#view=${await packed(JSON.stringify(page.state.table))}`;
    if (hash !== location.hash) history.pushState(null, "", hash);
  }, 400);
}

async function restore(page) {
  const said = new URLSearchParams(location.hash.slice(1));
  if (said.has("view")) {
    try {
      page.ask({ do: "draw", table: JSON.parse(await unpacked(said.get("view"))), frame: 0 });
      return;
    } catch {
      page.say("The address holds no view.");
    }
  }
  page.ask({ do: "open", scene: said.get("scene") ?? "mandelbrot", frame: 0 });
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
