// The help, the menu of layers and the line for problems.

import { HELP } from "./keys.js";
import { staffChoices } from "./staff_menu.js";
import { LAYERS, emit, remember, set, state } from "./store.js";
import { byId, el, t } from "./text.js";
import { unitsChoice } from "./units.js";

const SIZES = [14, 20, 30];

export function toggleHelp() {
  const open = byId("help");
  if (open) {
    open.close();
    return;
  }
  const rows = HELP.map(([keys, key]) => el("tr", {}, el("td", {}, el("kbd", {}, keys)), el("td", {}, t(key))));
  const dialog = el(
    "dialog",
    { id: "help", "aria-label": t("help.title") },
    el("h2", {}, t("help.title")),
    el("table", {}, el("tbody", {}, ...rows)),
    el("p", { class: "empty" }, t("help.mouse")),
    el("button", { class: "button", onclick: () => dialog.close() }, t("help.close")),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}

export function toggleLayers(open = !byId("layers")) {
  const button = byId("btn-layers");
  byId("layers")?.remove();
  button.setAttribute("aria-expanded", String(open));
  if (!open) return;
  const boxes = LAYERS.filter((name) => (name !== "unseen" || state.isTrainer) && (name !== "ghost" || state.runs.length > 1)).map((name) => {
    const box = el("input", { type: "checkbox", id: `layer-${name}` });
    box.checked = state.layers[name];
    box.addEventListener("input", () => {
      state.layers[name] = box.checked;
      remember("layers", state.layers);
      if (name === "terrain") emit("terrain");
      emit("layers", name);
      emit("dirty");
    });
    return el("label", { class: name.startsWith("ring_") ? "inner" : null }, box, t(`layer.${name}`));
  });
  const size = el("select", { id: "symbol-size" }, ...SIZES.map((value, at) => el("option", { value }, t(`layer.size_${at}`))));
  size.value = String(state.symbolSize);
  size.addEventListener("input", () => {
    set({ symbolSize: Number(size.value) });
    remember("symbolSize", state.symbolSize);
  });
  const menu = el("div", { id: "layers", class: "menu", role: "group", "aria-label": t("top.layers") }, ...boxes, el("label", {}, t("layer.size"), size), unitsChoice(), ...staffChoices(state.kept));
  const box = button.getBoundingClientRect();
  menu.style.top = `${Math.round(box.bottom + 4)}px`;
  menu.style.right = `${Math.round(window.innerWidth - box.right)}px`;
  byId("app").append(menu);
  if (menu.getBoundingClientRect().left < 4) Object.assign(menu.style, { left: "4px", right: "auto" }); // a narrow window
  boxes[0].firstChild.focus({ preventScroll: true });
}

export function toggleLayer(name) {
  state.layers[name] = !state.layers[name];
  remember("layers", state.layers);
  if (byId(`layer-${name}`)) byId(`layer-${name}`).checked = state.layers[name];
  emit("layers", name);
  emit("dirty");
}

let hiding = 0;

export function tell(text, isProblem = true) {
  const line = byId("message");
  line.replaceChildren(el("span", {}, text), el("button", { class: "button small", "aria-label": t("help.close"), onclick: () => (line.hidden = true) }, "×"));
  line.className = isProblem ? "problem" : "";
  line.hidden = false;
  clearTimeout(hiding);
  if (!isProblem) hiding = setTimeout(() => (line.hidden = true), 2500);
}
