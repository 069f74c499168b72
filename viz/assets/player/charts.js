// Curves over the time of the run, drawn once; the cursor is a div that moves.

import { sideColour } from "./colours.js";
import { on, state } from "./store.js";
import { byId, el, numberText, shareText, t, word } from "./text.js";
import { drawEnds, lastAt, openCanvas, seekAt, timeScale } from "./time_plot.js";

const QUANTITIES = ["active", "lost", "strength", "force_ratio", "linked_share", "contacts", "shots", "score", "waiting", "deciding"];
const SHARES = ["strength", "linked_share", "score"];
const HEIGHT = 104;
const DASHES = [[], [6, 4]];
const NEUTRAL_DASHES = [[], [2, 4], [10, 3, 2, 3], [1, 2]]; // neutral sides share a colour

export class Charts {
  constructor(clock) {
    this.clock = clock;
    this.panel = byId("panel-charts");
    this.curves = []; // {source, label, dash, series}
    this.charts = [];
    this._stale = true;
    new ResizeObserver(() => this.draw()).observe(this.panel);
    on("change:theme", () => requestAnimationFrame(() => this.draw()));
  }

  // Curves of every run shown: solid for the first, dashed for the compared run.
  async setSources(sources) {
    const token = (this._token = {});
    const curves = [];
    for (const [order, source] of sources.entries()) {
      for (const curve of await source.table("series")) {
        if (!curve.time_s?.length) continue;
        const label = sources.length > 1 ? `${"AB"[order]} ${word("side", curve.side)}` : word("side", curve.side);
        const neutral = (source.meta.neutral ?? []).indexOf(curve.side);
        const dash = neutral > 0 ? NEUTRAL_DASHES[neutral] : DASHES[order];
        curves.push({ source, label, dash: dash ?? [], curve });
      }
    }
    if (this._token !== token) return;
    this.curves = curves;
    this._build();
  }

  _build() {
    const present = QUANTITIES.filter((name) => this.curves.some(({ curve }) => curve[name]?.length));
    this.charts = present.map((name) => {
      const canvas = el("canvas", { "aria-hidden": "true" });
      const cursor = el("div", { class: "cursor" });
      const value = el("span", { class: "chart-value" });
      const plot = el("div", { class: "plot", onclick: (event) => seekAt(event, plot, this.clock) }, canvas, cursor);
      const figure = el("figure", { class: "chart", dataset: { quantity: name } }, el("figcaption", {}, el("span", {}, t(`chart.${name}`)), value), plot);
      return { name, canvas, cursor, value, plot, figure };
    });
    const legend = el("div", { class: "legend" }, ...this.curves.map(({ source, label, curve, dash }) => {
      const line = el("i", { class: dash.length ? "dashed" : "" });
      line.style.borderColor = sideColour(state.theme, source.meta, curve.side);
      return el("span", {}, line, label);
    }));
    const empty = el("p", { class: "empty" }, t("chart.none"));
    this.panel.replaceChildren(...(present.length ? [legend, ...this.charts.map((chart) => chart.figure)] : [empty]));
    this.draw();
  }

  draw() {
    if (!this.panel.clientWidth) {
      this._stale = true;
      return;
    }
    this._stale = false;
    for (const chart of this.charts) this._drawChart(chart);
    this.moveCursor();
  }

  _drawChart({ name, canvas, plot }) {
    const width = plot.clientWidth;
    const context = openCanvas(canvas, width, HEIGHT);
    const style = getComputedStyle(this.panel);
    const lines = this.curves.filter(({ curve }) => curve[name]?.length);
    const finite = lines.flatMap(({ curve }) => curve[name].filter((value) => Number.isFinite(value)));
    const share = SHARES.includes(name);
    const top = share ? 1 : Math.max(1e-9, ...[finite.reduce((most, value) => Math.max(most, value), 0)]);
    const y = (value) => HEIGHT - 16 - (value / top) * (HEIGHT - 24);
    const scale = timeScale(this.clock, width);
    context.fillStyle = style.getPropertyValue("--ink-soft").trim();
    context.strokeStyle = style.getPropertyValue("--line").trim();
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.beginPath();
    for (const value of [0, top / 2, top]) {
      context.moveTo(scale.left, Math.round(y(value)) + 0.5);
      context.lineTo(scale.right, Math.round(y(value)) + 0.5);
      context.fillText(share ? `${Math.round(value * 100)}%` : numberText(value), scale.left - 4, y(value));
    }
    context.stroke();
    drawEnds(context, this.clock, scale, HEIGHT);
    context.lineWidth = 2;
    for (const { source, curve, dash } of lines) {
      const step = Math.max(1, Math.floor(curve.time_s.length / (2 * width)));
      context.beginPath();
      let pen = false;
      for (let at = 0; at < curve.time_s.length; at += step) {
        const value = curve[name][at];
        if (!Number.isFinite(value)) {
          pen = false;
          continue;
        }
        if (pen) context.lineTo(scale.xOf(curve.time_s[at]), y(value));
        else context.moveTo(scale.xOf(curve.time_s[at]), y(value));
        pen = true;
      }
      context.setLineDash(dash);
      context.strokeStyle = sideColour(state.theme, source.meta, curve.side);
      context.stroke();
    }
  }

  // Called with the clock, a few times a second; a transform and a text, no drawing.
  moveCursor() {
    if (!this.panel.clientWidth || !this.charts.length) return;
    if (this._stale) this.draw();
    const x = timeScale(this.clock, this.charts[0].plot.clientWidth).xOf(this.clock.time);
    for (const { name, cursor, value } of this.charts) {
      cursor.style.transform = `translateX(${x.toFixed(1)}px)`;
      const text = this.curves
        .filter(({ curve }) => curve[name]?.length)
        .map(({ label, curve }) => `${label} ${valueText(name, curve[name][Math.max(0, lastAt(curve.time_s, this.clock.time))])}`)
        .join("   ");
      value.textContent = text;
    }
  }
}

function valueText(name, value) {
  return SHARES.includes(name) && Number.isFinite(value) ? shareText(value) : numberText(value, 2);
}
