// The choices of the tools on the map, in the menu of layers.

import { goToField } from "./go_to.js";
import { GRIDS, setGrid } from "./grid.js";
import { choose, ENVELOPES, HEATS, TARGETS } from "./rasters.js";
import { state } from "./store.js";
import { el, t } from "./text.js";

function chooser(id, key, values, now, change) {
  const list = el("select", { id }, ...values.map((value) => el("option", { value }, t(`${key}.${value || "none"}`))));
  list.value = now;
  list.addEventListener("input", () => change(list.value));
  return el("label", {}, t(`layer.${key}`), list);
}

export function staffChoices(kept) {
  return [
    goToField(),
    chooser("grid-kind", "grid", GRIDS, state.grid, setGrid),
    chooser("envelope-kind", "envelope", ENVELOPES, state.envelope, (value) => choose("envelope", value)),
    chooser("envelope-target", "against", TARGETS, state.against, (value) => choose("against", value)),
    chooser("heat-kind", "heat", HEATS, state.heat, (value) => choose("heat", value)),
    ...(kept > 1 ? [chooser("heat-of", "heat_of", ["run", "batch"], state.heatOf, (value) => choose("heatOf", value))] : []),
  ];
}
