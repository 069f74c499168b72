// The place under the pointer: MGRS, degrees, kilometres of the local plane, height and class of the ground.

import { toLonLat } from "./geodesy.js";
import { mgrsText } from "./mgrs.js";
import { getJson } from "./source.js";
import { degreesText, el, t, word } from "./text.js";
import { heightText } from "./units.js";

const PAUSE_MS = 60; // between two questions about the ground

export class Cursor {
  constructor(source) {
    this.source = source;
    this.element = el("div", { class: "readout" });
    this._place = null; // in metres
    this._asks = false;
    const parts = ["mgrs", "degrees", "plane", "height", "surface"].map((name) => [name, el("span", { dataset: { part: name } })]);
    this._parts = Object.fromEntries(parts);
  }

  show(x, y) {
    const { meta } = this.source;
    const [longitude, latitude] = toLonLat(meta.origin, x, y);
    this._parts.mgrs.textContent = mgrsText(longitude, latitude);
    this._parts.degrees.textContent = degreesText(longitude, latitude);
    this._parts.plane.textContent = `${(x / 1000).toFixed(2)}, ${(y / 1000).toFixed(2)} km`;
    if (!this.element.firstChild) this.element.append(...Object.values(this._parts));
    this._place = { x, y };
    this._ask().catch(() => this._tell({}));
  }

  hide() {
    this._place = null;
    this.element.replaceChildren();
  }

  // One question at a time, about the newest place.
  async _ask() {
    if (this._asks || !this.source.meta.terrain_m) return;
    this._asks = true;
    try {
      for (let place = null; this._place && place !== this._place;) {
        place = this._place;
        this._tell(await getJson(`/replay/${encodeURIComponent(this.source.run)}/ground.json?x=${place.x}&y=${place.y}`));
        await new Promise((next) => setTimeout(next, PAUSE_MS));
      }
    } finally {
      this._asks = false;
    }
  }

  _tell({ height_m: height, surface }) {
    this._parts.height.textContent = surface ? t("cursor.height", { height: heightText(height) }) : "";
    this._parts.surface.textContent = surface ? word("surface", surface) : "";
  }
}
