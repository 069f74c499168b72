// The strip below the maps: event marks in lanes, bookmarks, loaded ranges, and the cursor for scrubbing.

import { sideColour } from "./colours.js";
import { familyOf, notable } from "./codes.js";
import { eventText } from "./event_words.js";
import { emit, on, state } from "./store.js";
import { byId, clockText, el, t } from "./text.js";
import { drawWeatherStrip, weatherAt, weatherText } from "./weather.js";

const LANES = { loss: 0, damage: 0, fire: 1, contact: 2, link: 3, approval: 3, movement: 3, order: 3, maintenance: 3, outcome: 0 };
const LANE_NAMES = ["loss", "fire", "contact", "other"];
const LANE_HEIGHT = 9;
const WEIGHTS = { loss: 3, outcome: 3 }; // widths of marks [px]; others have 2
const TOP = 16;
const MARK_TOP = 2;

export class Timeline {
  constructor(clock) {
    this.clock = clock;
    this.element = byId("timeline");
    this.canvas = el("canvas", { "aria-hidden": "true" });
    this.cursor = el("div", { class: "cursor" });
    this.hint = el("div", { class: "hint", hidden: true });
    this.element.append(this.canvas, this.cursor, this.hint);
    this.source = null;
    this.marks = [];
    this.advice = [];
    this._dragging = false;
    this._listen();
    new ResizeObserver(() => this.draw()).observe(this.element);
    on("change:theme", () => requestAnimationFrame(() => this.draw()));
  }

  setSource(source, advice) {
    this.source = source;
    this.advice = advice;
    this.draw();
  }

  setMarks(marks) {
    this.marks = marks;
    this.draw();
  }

  xOf(time) {
    return this.clock.duration > 0 ? (time / this.clock.duration) * this.width : 0;
  }

  _timeAt(event) {
    const box = this.element.getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * this.clock.duration;
  }

  _listen() {
    this.element.addEventListener("pointerdown", (event) => {
      this._dragging = true;
      this.element.setPointerCapture(event.pointerId);
      this.clock.seek(this._timeAt(event));
    });
    this.element.addEventListener("pointermove", (event) => {
      if (this._dragging) this.clock.seek(this._timeAt(event));
      this._showHint(event);
    });
    for (const name of ["pointerup", "pointercancel"]) {
      this.element.addEventListener(name, () => {
        if (this._dragging) emit("rest");
        this._dragging = false;
      });
    }
    this.element.addEventListener("pointerleave", () => {
      this.hint.hidden = true;
    });
  }

  _showHint(event) {
    const time = this._timeAt(event);
    const box = this.element.getBoundingClientRect();
    const weather = this.source ? weatherText(weatherAt(this.source.meta, time)) : "";
    const lines = [weather ? `${clockText(time)} · ${weather}` : clockText(time)];
    const reach = (4 / box.width) * this.clock.duration;
    const mark = this.marks.find((one) => Math.abs(one.time_s - time) < reach);
    if (mark) lines.push(mark.title || t("review.moment"));
    const at = this._nearestEvent(time, reach);
    if (at >= 0) lines.push(eventText(this.source, this.source.events, at));
    this.hint.replaceChildren(...lines.map((line) => el("div", {}, line)));
    this.hint.hidden = false;
    const half = this.hint.offsetWidth / 2;
    const x = Math.max(half + 2, Math.min(box.width - half - 2, event.clientX - box.left));
    this.hint.style.transform = `translateX(${Math.round(x - half)}px)`;
  }

  _nearestEvent(time, reach) {
    const events = this.source?.events;
    if (!events) return -1;
    let best = -1;
    let score = Infinity;
    for (let at = 0; at < events.kind.length; at += 1) {
      const distance = Math.abs(events.time_s[at] - time);
      if (distance > reach) continue;
      const rank = distance / reach + (LANES[familyOf(events.kind[at])] ?? 3);
      if (rank < score) [best, score] = [at, rank];
    }
    return best;
  }

  // The next notable event after (or before) the time, -1 if there is none.
  neighbour(direction) {
    const events = this.source?.events;
    if (!events) return -1;
    const order = direction > 0 ? [0, events.kind.length, 1] : [events.kind.length - 1, -1, -1];
    for (let at = order[0]; at !== order[1]; at += order[2]) {
      if (!notable.has(events.kind[at])) continue;
      if ((events.time_s[at] - this.clock.time) * direction > 0.05) return at;
    }
    return -1;
  }

  draw() {
    const ratio = window.devicePixelRatio || 1;
    this.width = this.element.clientWidth;
    const height = this.element.clientHeight;
    this.canvas.width = Math.max(1, this.width * ratio);
    this.canvas.height = Math.max(1, height * ratio);
    const context = this.canvas.getContext("2d");
    context.scale(ratio, ratio);
    const style = getComputedStyle(this.element);
    const events = this.source?.events;
    this.element.setAttribute("aria-valuemax", String(Math.round(this.clock.duration)));
    if (this.source) {
      const [night, rain] = ["--night", "--rain"].map((name) => style.getPropertyValue(name).trim());
      const strip = { meta: this.source.meta, xOf: (time) => this.xOf(time), duration: this.clock.duration, top: height - 16 };
      drawWeatherStrip(context, { ...strip, colour: night, rain });
    }
    this._drawScale(context, style, height);
    if (events) this._drawEvents(context, events, style);
    this._drawLaneNames(context, style);
    context.fillStyle = style.getPropertyValue("--accent").trim();
    for (const mark of this.marks) {
      const x = this.xOf(mark.time_s);
      context.beginPath();
      context.moveTo(x - 5, MARK_TOP);
      context.lineTo(x + 5, MARK_TOP);
      context.lineTo(x, MARK_TOP + 10);
      context.closePath();
      context.fill();
    }
    context.fillStyle = style.getPropertyValue("--ink-soft").trim();
    for (const time of this.advice) {
      context.beginPath();
      context.arc(this.xOf(time), MARK_TOP + 5, 4, 0, 2 * Math.PI);
      context.fill();
    }
    this.moveCursor();
  }

  _drawScale(context, style, height) {
    const duration = this.clock.duration;
    if (!(duration > 0)) return;
    const steps = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];
    const step = steps.find((one) => (one / duration) * this.width > 78) ?? 172800;
    context.strokeStyle = style.getPropertyValue("--line").trim();
    context.fillStyle = style.getPropertyValue("--ink-soft").trim();
    context.font = '11px "Noto Sans KR", sans-serif';
    context.textBaseline = "bottom";
    context.beginPath();
    for (let time = 0; time <= duration; time += step) {
      const x = Math.round(this.xOf(time)) + 0.5;
      context.moveTo(x, TOP);
      context.lineTo(x, height - 14);
      if (x + 40 < this.width) context.fillText(clockText(time), x + 3, height);
    }
    context.stroke();
  }

  // Marks have the colour of the acting or affected side: the first side above, the second below, others between.
  _drawEvents(context, events, style) {
    const drawn = new Set();
    const { meta } = this.source;
    const ink = style.getPropertyValue("--ink").trim();
    events.kind.forEach((kind, at) => {
      const lane = LANES[familyOf(kind)];
      if (lane === undefined) return;
      const side = events.side[at];
      const x = Math.round(this.xOf(events.time_s[at]));
      const width = WEIGHTS[familyOf(kind)] ?? 2;
      const key = `${lane}:${side}:${x}:${width}`;
      if (drawn.has(key)) return;
      drawn.add(key);
      context.fillStyle = side < 0 ? ink : sideColour(state.theme, meta, side);
      const half = Math.ceil(LANE_HEIGHT / 2);
      const [top, height] = side === 0 ? [0, half] : side === 1 ? [half, LANE_HEIGHT - half] : side < 0 ? [0, LANE_HEIGHT] : [half - 1, 2];
      context.fillRect(x - 1, TOP + lane * (LANE_HEIGHT + 1) + top, width, height);
    });
  }

  _drawLaneNames(context, style) {
    context.font = '10px "Noto Sans KR", sans-serif';
    context.textBaseline = "middle";
    context.lineWidth = 3;
    context.strokeStyle = style.getPropertyValue("--surface").trim();
    context.fillStyle = style.getPropertyValue("--ink-soft").trim();
    LANE_NAMES.forEach((name, lane) => {
      const y = TOP + lane * (LANE_HEIGHT + 1) + LANE_HEIGHT / 2;
      context.strokeText(t(`lane.${name}`), 3, y);
      context.fillText(t(`lane.${name}`), 3, y);
    });
  }

  moveCursor() {
    this.cursor.style.transform = `translateX(${this.xOf(this.clock.time).toFixed(1)}px)`;
  }

  tell() {
    this.element.setAttribute("aria-valuenow", String(Math.round(this.clock.time)));
    this.element.setAttribute("aria-valuetext", `${clockText(this.clock.time)} / ${clockText(this.clock.duration)}`);
  }
}
