// Go to a place: an MGRS reference, or latitude and longitude in degrees.

import { toPlane } from "./geodesy.js";
import { fromMgrs } from "./mgrs.js";
import { emit, state } from "./store.js";
import { el, t } from "./text.js";

// The place that a text names, as [longitude, latitude]; null for none.
export function placeOf(text) {
  const degrees = /^\s*(-?[\d.]+)\s*°?\s*([NS]?)[\s,;]+(-?[\d.]+)\s*°?\s*([EW]?)\s*$/i.exec(text);
  if (!degrees) return fromMgrs(text);
  const latitude = Number(degrees[1]) * (/s/i.test(degrees[2]) ? -1 : 1);
  const longitude = Number(degrees[3]) * (/w/i.test(degrees[4]) ? -1 : 1);
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [longitude, latitude] : null;
}

export function goTo(session, text) {
  const place = placeOf(text);
  const pane = session.active;
  if (!place) {
    emit("problem", t("goto.unknown", { text: text.slice(0, 40) }));
    return;
  }
  const [x, y] = toPlane(pane.source.meta.origin, ...place);
  const [west, east, south, north] = pane.source.meta.bounds_m;
  if (x < west || x > east || y < south || y > north) {
    emit("problem", t("goto.outside", { text: text.trim() }));
    return;
  }
  state.pin = { x, y, text: text.trim().toUpperCase() };
  pane.centreOn({ x, y });
  emit("dirty");
}

// The place that was gone to: a cross with its name.
export function drawPin(context, scene) {
  if (!state.pin) return;
  const { view, colours, placeNames } = scene;
  const [x, y] = [state.pin.x * view.scale + view.ox, view.oy - state.pin.y * view.scale];
  for (const [width, ink] of [[5, colours.halo], [2, colours.select]]) {
    context.lineWidth = width;
    context.strokeStyle = ink;
    context.beginPath();
    context.moveTo(x - 9, y);
    context.lineTo(x + 9, y);
    context.moveTo(x, y - 9);
    context.lineTo(x, y + 9);
    context.stroke();
  }
  placeNames.push({ text: state.pin.text, x, y: y - 16, colour: colours.select });
}

// The row of the menu of layers.
export function goToField() {
  const field = el("input", { type: "search", id: "go-to", placeholder: t("goto.example"), spellcheck: false, autocomplete: "off" });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) emit("go-to", field.value);
  });
  field.addEventListener("input", () => {
    if (field.value) return;
    state.pin = null;
    emit("dirty");
  });
  field.value = state.pin?.text ?? "";
  return el("label", {}, t("goto.title"), field);
}
