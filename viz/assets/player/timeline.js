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
    const lanes = el("div", { class: "lanes", "aria-hidden": "true" }, ...LANE_NAMES.map((name) => el("span", {}, t(`lane.${name}`))));
    this.element.append(this.canvas, lanes, this.cursor, this.hint);
    this.source = null;
    this.marks = [];
    this.advice = [];
    this.chapters = []; // turning points: {time, text}
    this.window = null; // {from, to} of the times shown; null: all
    this.loopFrom = null; // beginning of a loop whose end is not chosen yet
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

  setChapters(chapters) {
    this.chapters = chapters;
    this.draw();
  }

  // The turning point after (or before) the time, undefined if there is none.
  chapter(direction) {
    const later = this.chapters.filter(({ time }) => (time - this.clock.time) * direction > 0.05);
    return direction > 0 ? later[0] : later.at(-1);
  }

  get span() {
    return this.window ?? { from: 0, to: this.clock.duration };
  }

  xOf(time) {
    const { from, to } = this.span;
    return to > from ? ((time - from) / (to - from)) * this.width : 0;
  }

  _timeAt(event) {
    const box = this.element.getBoundingClientRect();
    const { from, to } = this.span;
    return from + ((event.clientX - box.left) / box.width) * (to - from);
  }

  // Show fewer or more times about a point, at least a minute.
  zoom(factor, time) {
    const { from, to } = this.span;
    const { duration } = this.clock;
    const length = Math.max(Math.min(60, duration), (to - from) * factor);
    if (length >= duration) this.window = null;
    else {
      const start = Math.max(0, Math.min(duration - length, time - ((time - from) / (to - from)) * length));
      this.window = { from: start, to: start + length };
    }
    this.draw();
  }

  // Keep the present in sight when it moves while a part of the run is shown.
  _follow() {
    const { time, duration } = this.clock;
    const hasMoved = this._followed !== time;
    this._followed = time;
    if (!this.window || this._dragging || !hasMoved) return;
    const { from, to } = this.window;
    if (time >= from && time <= to) return;
    const start = Math.max(0, Math.min(duration - (to - from), time - 0.1 * (to - from)));
    this.window = { from: start, to: start + to - from };
    this.draw();
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
    this.element.addEventListener("wheel", (event) => {
      event.preventDefault();
      const { from, to } = this.span;
      if (event.shiftKey && this.window) this._pan(((event.deltaY || event.deltaX) / 800) * (to - from));
      else this.zoom(1.0015 ** event.deltaY, this._timeAt(event));
    }, { passive: false });
    this.element.addEventListener("dblclick", () => {
      this.window = null;
      this.draw();
    });
    this.element.addEventListener("pointerleave", () => {
      this.hint.hidden = true;
    });
  }

  _pan(by) {
    const { from, to } = this.window;
    const start = Math.max(0, Math.min(this.clock.duration - (to - from), from + by));
    this.window = { from: start, to: start + to - from };
    this.draw();
  }

  _showHint(event) {
    const time = this._timeAt(event);
    const box = this.element.getBoundingClientRect();
    const weather = this.source ? weatherText(weatherAt(this.source.meta, time)) : "";
    const lines = [weather ? `${clockText(time)} · ${weather}` : clockText(time)];
    const { from, to } = this.span;
    const reach = (4 / box.width) * (to - from);
    const chapter = this.chapters.find((one) => Math.abs(one.time - time) < reach);
    if (chapter) lines.push(chapter.text);
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
    this._drawLoop(context, style, height);
    this._drawScale(context, style, height);
    if (events) this._drawEvents(context, events, style);
    this._drawChapters(context, style);
    context.fillStyle = style.getPropertyValue("--accent").trim();
    for (const mark of this.marks) {
      if (mark.until_s > mark.time_s) context.fillRect(this.xOf(mark.time_s), MARK_TOP, this.xOf(mark.until_s) - this.xOf(mark.time_s), 3);
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

  // The stretch that is looped, and a bar for the part of the run that is shown.
  _drawLoop(context, style, height) {
    context.fillStyle = style.getPropertyValue("--accent").trim();
    const { loop, duration } = this.clock;
    if (loop) {
      context.globalAlpha = 0.16;
      context.fillRect(this.xOf(loop.from), 0, this.xOf(loop.to) - this.xOf(loop.from), height);
      context.globalAlpha = 1;
      for (const time of [loop.from, loop.to]) context.fillRect(this.xOf(time) - 1, 0, 2, height);
    }
    if (!this.window) return;
    context.fillRect((this.window.from / duration) * this.width, height - 2, Math.max(4, ((this.window.to - this.window.from) / duration) * this.width), 2);
  }

  // Diamonds for the turning points.
  _drawChapters(context, style) {
    context.strokeStyle = style.getPropertyValue("--ink").trim();
    context.fillStyle = style.getPropertyValue("--surface").trim();
    context.lineWidth = 1.5;
    for (const { time } of this.chapters) {
      const x = this.xOf(time);
      context.beginPath();
      context.moveTo(x, MARK_TOP);
      context.lineTo(x + 5, MARK_TOP + 5);
      context.lineTo(x, MARK_TOP + 10);
      context.lineTo(x - 5, MARK_TOP + 5);
      context.closePath();
      context.fill();
      context.stroke();
    }
  }

  _drawScale(context, style, height) {
    const { from, to } = this.span;
    const duration = to - from;
    if (!(duration > 0)) return;
    const steps = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];
    const step = steps.find((one) => (one / duration) * this.width > 78) ?? 172800;
    context.strokeStyle = style.getPropertyValue("--line").trim();
    context.fillStyle = style.getPropertyValue("--ink-soft").trim();
    context.font = '11px "Noto Sans KR", sans-serif';
    context.textBaseline = "bottom";
    context.beginPath();
    context.lineWidth = 1;
    for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
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
      if (x < -3 || x > this.width + 3) return;
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

  moveCursor() {
    this._follow();
    this.cursor.style.transform = `translateX(${this.xOf(this.clock.time).toFixed(1)}px)`;
  }

  tell() {
    this.element.setAttribute("aria-valuenow", String(Math.round(this.clock.time)));
    this.element.setAttribute("aria-valuetext", `${clockText(this.clock.time)} / ${clockText(this.clock.duration)}`);
  }
}
