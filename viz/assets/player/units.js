// Units of measure: metres, metres per second and kilometres, or feet, knots and nautical miles. The choice is kept.

import { emit, recall, remember } from "./store.js";
import { byId, el, figureText, t } from "./text.js";

const SYSTEMS = ["metric", "nautical"];
const FOOT_M = 0.3048;
const MILE_M = 1852;
const KNOT_MPS = MILE_M / 3600;
const FEET_BELOW_M = MILE_M / 10;

let system = SYSTEMS.includes(recall("units")) ? recall("units") : SYSTEMS[0];

export function chooseUnits(name = SYSTEMS[1 - SYSTEMS.indexOf(system)]) {
  system = name;
  remember("units", name);
  if (byId("unit-system")) byId("unit-system").value = name;
  emit("units", name);
}

export function unitsInUse() {
  return system;
}

export function distanceText(metres) {
  if (system === "nautical") return metres < FEET_BELOW_M ? `${(metres / FOOT_M).toFixed(0)} ft` : `${figureText(metres / MILE_M)} nm`;
  return metres < 1000 ? `${metres.toFixed(0)} m` : `${figureText(metres / 1000)} km`;
}

export function speedText(metresPerSecond, digits = 0) {
  return system === "nautical" ? `${(metresPerSecond / KNOT_MPS).toFixed(digits)} kn` : `${metresPerSecond.toFixed(digits)} m/s`;
}

export function heightText(metres) {
  return system === "nautical" ? `${(metres / FOOT_M).toFixed(0)} ft` : `${metres.toFixed(0)} m`;
}

// The row of the menu of layers.
export function unitsChoice() {
  const choice = el("select", { id: "unit-system" }, ...SYSTEMS.map((name) => el("option", { value: name }, t(`units.${name}`))));
  choice.value = system;
  choice.addEventListener("input", () => chooseUnits(choice.value));
  return el("label", {}, t("units.title"), choice);
}

// A scale of the map in the units in use.
export function scaleControl() {
  const Scale = L.Control.Scale.extend({
    _updateMetric(most) {
      if (system === "metric") L.Control.Scale.prototype._updateMetric.call(this, most);
      else if (most < MILE_M) this._bar(most / FOOT_M, most, FOOT_M, "ft");
      else this._bar(most / MILE_M, most, MILE_M, "nm");
    },
    _bar(value, most, unit, name) {
      const round = this._getRoundNum(value);
      this._updateScale(this._mScale, `${round} ${name}`, (round * unit) / most);
    },
  });
  return new Scale({ imperial: false, position: "bottomright" });
}
