// Line of sight along the measured line: the profile of the ground between its ends, and the part that is hidden. The
// server computes it by the rule of the engine.

import { colours } from "./colours.js";
import { getJson } from "./source.js";
import { emit, on, recall, remember, state } from "./store.js";
import { byId, el, setText, t } from "./text.js";
import { distanceText, heightText } from "./units.js";
import { openCanvas } from "./time_plot.js";

const HIGH_PX = 118;
const [LEFT, RIGHT, TOP, FOOT] = [46, 12, 10, 18];
const MOST_HEIGHT_M = 30000;

export class Sight {
  constructor(session) {
    this.session = session; // a function: there is none at first
    this.measure = session().measure;
    this.heights = recall("sightHeights") ?? [10, 2]; // of eye and target, metres above the ground
    on("measured", () => this._ask());
    for (const topic of ["change:pane", "change:runs", "change:view"]) on(topic, () => this._ask());
    on("change:theme", () => this._draw());
  }

  // The line in the address: [x, y, height] of eye and target; null for none.
  get line() {
    const { from, to, isWhole } = this.measure;
    const heights = this.profile?.heights_m ?? this.heights;
    return isWhole ? [from, to].flatMap(({ x, y }, at) => [Math.round(x), Math.round(y), Math.round(heights[at] * 10) / 10]) : null;
  }

  restore(line) {
    if (!line || String(line) === String(this.line)) return;
    const [x1, y1, h1, x2, y2, h2] = line;
    this.heights = [h1, h2];
    this.measure.set({ x: x1, y: y1 }, { x: x2, y: y2 });
    byId("btn-measure").setAttribute("aria-pressed", "true");
    byId("maps").classList.add("measuring");
  }

  async _ask() {
    const { from, to, isWhole } = this.measure;
    this.measure.profile = null;
    this.profile = null;
    const token = (this._token = {});
    const { run, meta } = this.session().active.source;
    if (!isWhole || !meta.terrain_m) {
      this.box?.remove();
      this.box = null;
      emit("dirty");
      return;
    }
    if (!this.box?.isConnected) this._open();
    this._tell(t("sight.waits"));
    const values = new URLSearchParams();
    [from, to].forEach(({ x, y, z }, at) => {
      values.set(`x${at + 1}`, x);
      values.set(`y${at + 1}`, y);
      values.set(`h${at + 1}`, this.heights[at]);
      if (z !== undefined) values.set(`z${at + 1}`, z);
    });
    try {
      const profile = await getJson(`/replay/${encodeURIComponent(run)}/sight.json?${values}`);
      if (this._token !== token) return;
      this.profile = this.measure.profile = profile;
      profile.heights_m.forEach((height, at) => (this.inputs[at].value = String(Math.round(height * 10) / 10)));
      const [short, at] = [heightText(Math.max(0, profile.short_m ?? 0)), distanceText(profile.short_at_m ?? 0)];
      this._tell(t(profile.is_clear ? "sight.clear" : profile.seen ? "sight.hidden" : "sight.unknown", { short, at }), profile.is_clear);
    } catch (error) {
      if (this._token === token) this._tell(error.message);
    }
    this._draw();
    emit("dirty");
    emit("rest");
  }

  _open() {
    byId("sight-box")?.remove();
    this.inputs = [0, 1].map((at) => el("input", {
      type: "number", id: `sight-height-${at + 1}`, min: "0", max: String(MOST_HEIGHT_M), step: "any", value: String(this.heights[at]),
      onchange: (event) => this._setHeight(at, Number(event.target.value)),
    }));
    this.verdict = el("strong", { role: "status" });
    this.ends = el("span", { class: "ends" });
    this.canvas = el("canvas", { role: "img" });
    this.box = el(
      "aside", { id: "sight-box", "aria-label": t("sight.title") },
      el("header", {}, this.verdict, this.ends),
      this.canvas,
      el("footer", {},
        ...this.inputs.map((input, at) => el("label", {}, t(`sight.height_${at + 1}`), input, "m")),
        el("span", { class: "key" }, el("i", {}), t("sight.key")),
        el("button", { class: "button small", "aria-label": t("help.close"), onclick: () => byId("btn-measure").click() }, "×")),
    );
    byId("maps").append(this.box);
    new ResizeObserver(() => this._draw()).observe(this.box);
  }

  _setHeight(at, height) {
    this.heights[at] = Math.min(MOST_HEIGHT_M, Math.max(0, Number.isFinite(height) ? height : 0));
    remember("sightHeights", this.heights);
    delete [this.measure.from, this.measure.to][at].z; // no longer that of the unit
    this._ask();
  }

  _tell(text, isClear = null) {
    setText(this.verdict, text);
    this.box.dataset.clear = String(isClear);
    const names = [this.measure.from, this.measure.to].map(({ name }) => name ?? null);
    setText(this.ends, [this.measure.text(), names.some(Boolean) ? names.map((name) => name ?? "·").join(" → ") : ""].filter(Boolean).join(" · "));
  }

  _draw() {
    if (!this.box?.isConnected) return;
    const wide = this.canvas.parentElement.clientWidth - 20;
    const context = openCanvas(this.canvas, wide, HIGH_PX);
    this.canvas.style.width = `${wide}px`;
    if (!this.profile) return;
    const inks = colours(state.theme);
    const { ground_m: ground, line_m: line, seen = [], bulge_m: bulge, length_m: length } = this.profile;
    const last = ground.length - 1;
    const lift = (at) => bulge * (at / last) * (1 - at / last); // the earth curves, the sight line is straight
    const tops = ground.map((height, at) => height + lift(at));
    const lines = (line ?? []).map((height, at) => height + lift(at));
    const least = Math.min(...tops, ...lines);
    const most = Math.max(...tops, ...lines, least + 10);
    const x = (at) => LEFT + ((wide - LEFT - RIGHT) * at) / last;
    const y = (height) => HIGH_PX - FOOT - ((HIGH_PX - FOOT - TOP) * (height - least)) / (most - least);
    this._fillGround(context, tops, x, y, inks);
    if (line) this._drawSight(context, { tops, lines, seen, x, y, inks });
    context.fillStyle = inks.ink;
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.fillText(heightText(most), LEFT - 5, y(most) + 3);
    context.fillText(heightText(least), LEFT - 5, y(least) - 3);
    context.textBaseline = "bottom";
    context.fillText(distanceText(length), wide - RIGHT, HIGH_PX);
    context.textAlign = "left";
    context.fillText("0", LEFT, HIGH_PX);
  }

  _drawSight(context, { tops, lines, seen, x, y, inks }) {
    const last = tops.length - 1;
    context.lineWidth = 4;
    context.strokeStyle = inks.cut;
    context.beginPath();
    for (let at = 0; at < last; at += 1) {
      if (seen[at + 1]) continue;
      context.moveTo(x(at), y(tops[at]));
      context.lineTo(x(at + 1), y(tops[at + 1]));
    }
    context.stroke();
    context.lineWidth = 1.5;
    context.strokeStyle = inks.measure;
    context.setLineDash(this.profile.is_clear ? [] : [5, 4]);
    context.beginPath();
    context.moveTo(x(0), y(lines[0]));
    context.lineTo(x(last), y(lines[last]));
    context.stroke();
    context.setLineDash([]);
  }

  _fillGround(context, tops, x, y, inks) {
    context.beginPath();
    context.moveTo(x(0), HIGH_PX - FOOT);
    tops.forEach((height, at) => context.lineTo(x(at), y(height)));
    context.lineTo(x(tops.length - 1), HIGH_PX - FOOT);
    context.closePath();
    context.globalAlpha = 0.35;
    context.fillStyle = inks.lost;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = inks.lost;
    context.lineWidth = 1;
    context.stroke();
  }
}

// The hidden parts of the measured line on the map.
export function drawHidden(context, view, { from, to, profile }, ink) {
  if (!profile?.seen) return;
  const last = profile.seen.length - 1;
  const at = (k) => [(from.x + ((to.x - from.x) * k) / last) * view.scale + view.ox, view.oy - (from.y + ((to.y - from.y) * k) / last) * view.scale];
  context.beginPath();
  for (let k = 0; k < last; k += 1) {
    if (profile.seen[k + 1]) continue;
    context.moveTo(...at(k));
    context.lineTo(...at(k + 1));
  }
  context.lineWidth = 4;
  context.strokeStyle = ink;
  context.stroke();
}

// The eye or the muzzle of a unit under the pointer, as an end of the line; null where there is none.
export function endAt(pane, unit) {
  const { source, sample, positions } = pane;
  if (unit < 0 || !sample || !Number.isFinite(positions.metres[2 * unit])) return null;
  const z = sample.a.z[sample.i * sample.a.units + unit];
  const mast = Math.max(0, ...(source.units[unit].reach ?? []).filter(({ kind, is_on }) => kind === "sensor" && is_on).map(({ above_m }) => above_m ?? 0));
  const end = { x: positions.metres[2 * unit], y: positions.metres[2 * unit + 1], name: source.units[unit].name };
  return z === -32768 ? end : { ...end, z: z + mast };
}
