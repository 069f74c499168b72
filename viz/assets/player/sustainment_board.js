// The board of sustainment: readiness over time, jobs at workshops, stocks, carriers, orders of policies; all at the cursor.

import { code, codeName } from "./codes.js";
import { LiveBoard, ROWS_AT_MOST } from "./live_board.js";
import { on } from "./store.js";
import { hoursText, jobsAt, loadKg, loadLines, loadSustainment, stepText, stockAt } from "./sustainment.js";
import { clockText, el, has, numberText, shareText, t, word } from "./text.js";
import { drawEnds, lastAt, openCanvas, seekAt, timeScale } from "./time_plot.js";

const HEIGHT = 84;

export class SustainmentBoard extends LiveBoard {
  constructor(clock) {
    super(clock, "sustainment", "upkeep", loadSustainment);
    on("change:theme", () => requestAnimationFrame(() => this.update(true)));
  }

  _build() {
    const { sustainment, isSide } = this.source;
    this.charts = sustainment.readiness.map((curve) => this._chart(curve));
    const due = isSide ? [] : ["due", "owed"];
    this.stores = sustainment.stores.filter((store) => !store.is_cargo);
    this.panel.replaceChildren(
      ...(isSide ? [el("p", { class: "as-reported" }, t("upkeep.reported"))] : []),
      ...(this.charts.length ? [el("h2", {}, t("upkeep.readiness")), ...this.charts.map(({ figure }) => figure)] : []),
      ...(this.charts.length ? [el("h2", {}, t("upkeep.jobs")), this._table("jobs", ["unit", "component", "step", "since", "hours"])] : []),
      ...this._part("stores", this.stores, ["unit", "item", "stock", "reorder", ...due]),
      ...this._part("carriers", sustainment.carriers, ["unit", "load", "item"]),
      ...this._part("orders", sustainment.orders, ["time", "order", "subject", "value"]),
    );
  }

  _chart(curve) {
    const canvas = el("canvas", { "aria-hidden": "true" });
    const plot = el("div", { class: "plot readiness", title: t("upkeep.seek"), onclick: (event) => seekAt(event, plot, this.clock) }, canvas);
    const values = el("div", { class: "legend readiness-legend" });
    const figure = el("figure", { class: "chart" }, el("figcaption", {}, el("span", {}, word("side", curve.side))), plot, values);
    return { curve, canvas, plot, values, figure };
  }

  _show(time) {
    for (const chart of this.charts) this._drawChart(chart, time);
    if (this.bodies.jobs) this._jobs(time);
    if (this.bodies.stores) this._stores(time);
    if (this.bodies.carriers) this._carriers(time);
    if (this.bodies.orders) this._orders(time);
  }

  _jobs(time) {
    const rows = jobsAt(this.source.sustainment.jobs, time).slice(0, ROWS_AT_MOST);
    this._fill("jobs", rows.map(({ job, step }) => ({
      unit: job.unit,
      cells: [this._name(job.unit), word("part", job.component), stepText(this.source, step), moment(step.time_s), hoursText(job.hours)],
    })), "no_jobs");
  }

  _stores(time) {
    this._fill("stores", this.stores.slice(0, ROWS_AT_MOST).map((store) => {
      const stock = stockAt(store, time);
      const { capacity, reorder_at } = store;
      const isOneForOne = reorder_at >= store.order_up_to - 1; // below it after each issue: no sign of a shortage
      const isLow = stock !== null && reorder_at !== null && stock <= (isOneForOne ? 0 : reorder_at);
      const more = this.source.isSide ? [] : ["on_order", "owed"].map((name) => numberText(stockAt(store, time, name)));
      return { unit: store.unit, isLow, cells: [this._name(store.unit), store.item, bar(stock, capacity), numberText(reorder_at), ...more] };
    }));
  }

  _carriers(time) {
    const { sustainment } = this.source;
    this._fill("carriers", sustainment.carriers.slice(0, ROWS_AT_MOST).map(({ unit, load_kg }) => ({
      unit,
      cells: [this._name(unit), bar(loadKg(sustainment, unit, time), load_kg, " kg"), loadLines(this.source, unit, time).join(", ") || t("upkeep.no_load")],
    })));
  }

  _orders(time) {
    const rows = this.source.sustainment.orders.filter((order) => order.time_s <= time + 1e-6).slice(-ROWS_AT_MOST).reverse();
    this._fill("orders", rows.map((order) => ({
      unit: order.unit,
      cells: [
        moment(order.time_s),
        has(`order_of_policy.${order.order}`) ? t(`order_of_policy.${order.order}`) : order.order.replaceAll("_", " "),
        [order.unit >= 0 ? this._name(order.unit) : "", order.subject].filter(Boolean).join(" · ") || "–",
        numberText(order.value),
      ],
    })), "no_orders");
  }

  _drawChart({ curve, canvas, plot, values, figure }, time) {
    const width = plot.clientWidth;
    const context = openCanvas(canvas, width, HEIGHT);
    const scale = timeScale(this.clock, width);
    const style = getComputedStyle(this.panel);
    const colour = (name) => style.getPropertyValue(name).trim();
    const floor = HEIGHT - 16;
    const last = lastAt(curve.time_s, time);
    const end = Math.round(scale.xOf(time));
    const atColumn = (px) => lastAt(curve.time_s, Math.min(time, scale.timeOf(px)));
    for (let left = scale.left, right = left; left < end; left = right) {
      const at = atColumn(left);
      while (right === left || (right < end && atColumn(right) === at)) right += 1; // columns without a change at once
      const counts = curve.counts[Math.max(0, at)];
      const total = counts.reduce((sum, count) => sum + count, 0);
      let y = floor;
      counts.forEach((count, state) => {
        if (!count || !total) return;
        const high = (count / total) * (floor - 6);
        context.fillStyle = colour(`--ready-${codeName("readiness", state)}`);
        context.fillRect(left, y - high, right - left, high);
        y -= high;
      });
    }
    context.fillStyle = colour("--ink-soft");
    context.strokeStyle = colour("--line");
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.fillText("100%", scale.left - 4, 8);
    context.fillText("0%", scale.left - 4, floor);
    context.strokeRect(scale.left + 0.5, 6.5, scale.right - scale.left - 1, floor - 6);
    drawEnds(context, this.clock, scale, HEIGHT);
    context.fillStyle = colour("--accent");
    context.fillRect(end - 1, 6, 2, floor - 6);
    this._legend(values, figure, curve.counts[last] ?? []);
  }

  _legend(values, figure, counts) {
    const key = counts.join();
    if (values.dataset.key === key) return;
    values.dataset.key = key;
    const total = counts.reduce((sum, count) => sum + count, 0);
    const states = Object.keys(code.readiness);
    values.replaceChildren(...states.map((name, state) => {
      const swatch = el("i", { class: "swatch" });
      swatch.style.background = `var(--ready-${name})`;
      const share = total ? ` (${shareText(counts[state] / total)})` : "";
      return el("span", { title: t(`readiness.${name}`), class: counts[state] ? null : "none" }, swatch, `${t(`readiness_short.${name}`)} ${counts[state] ?? 0}${counts[state] ? share : ""}`);
    }));
    figure.setAttribute("aria-label", states.filter((_, state) => counts[state]).map((name) => `${t(`readiness.${name}`)} ${counts[code.readiness[name]]}`).join(", "));
  }
}

function moment(time) {
  return el("time", {}, clockText(time));
}

function bar(value, capacity, unit = "") {
  const share = capacity > 0 ? Math.min(1, Math.max(0, (value ?? 0) / capacity)) : 0;
  const fill = el("i");
  fill.style.width = `${Math.round(100 * share)}%`;
  return el("span", { class: "amount" }, el("span", { class: "bar" }, fill), `${numberText(value)} / ${numberText(capacity)}${unit}`);
}
