// Taking a view home, and bringing one back.

const LARGEST = 4e6; // bytes of a file that is opened

export function install(page) {
  const { $, state } = page;
  const show = (value) => {
    $("text").textContent = value;
    $("text").hidden = false;
    navigator.clipboard?.writeText(value).catch(() => {});
  };
  $("copy_toml").addEventListener("click", () => show(state.toml));
  $("copy_python").addEventListener("click", () => show(state.python));
  $("copy_link").addEventListener("click", () => show(location.href));
  $("save").addEventListener("click", () => {
    const [rows, columns] = page.viewer.shape, kind = $("kind").value;
    const wide = Math.max(1, Math.round(Number($("columns").value) || columns));
    const shape = `${Math.max(1, Math.round((wide * rows) / columns))}x${wide}`;
    const link = document.createElement("a");
    link.href = page.link("picture", { kind, shape, scene: state.toml });
    link.download = `${state.table.name}.${kind}`;
    link.click();
  });

  const take = async (file) => {
    if (file.size > LARGEST) return page.say(`${file.name} is larger than ${LARGEST / 1e6} MB.`);
    const suffix = file.name.split(".").pop().toLowerCase();
    if (["map", "gpl", "ugr", "json"].includes(suffix)) return page.readPalette(file);
    if (suffix === "toml") return page.open({ toml: await file.text() });
    const bytes = new Uint8Array(await file.arrayBuffer());
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    page.open({ png: btoa(binary) });
  };
  $("file").addEventListener("change", () => $("file").files[0] && take($("file").files[0]));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
}
