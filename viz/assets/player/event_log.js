// The event log: filters by family, side and unit; a click jumps there, a button opens the kill chain of a loss. Only
// the rows in sight exist.

import { identityName } from "./colours.js";
import { families, familyOf } from "./codes.js";
import { eventText, eventUnits } from "./event_words.js";
import { emit, set } from "./store.js";
import { byId, clockText, el, t, word } from "./text.js";

const ROW = 52; // three lines of text

export class EventLog {
  constructor(clock) {
    this.clock = clock;
    this.rows = [];
    this.at = -1; // row last jumped to
    this.family = el("select", { id: "filter-kind", "aria-label": t("events.kind") });
    this.side = el("select", { id: "filter-side", "aria-label": t("events.side") });
    this.unit = el("input", { id: "filter-unit", type: "search", placeholder: t("events.unit"), "aria-label": t("events.unit") });
    this.count = el("span", { class: "count", role: "status" });
    this.body = el("div", { class: "log-body" });
    this.list = el("div", { id: "event-list", class: "log", role: "listbox", tabindex: "0", "aria-label": t("tab.events") }, this.body);
    byId("panel-events").append(el("div", { class: "filters" }, this.family, this.side, this.unit, this.count), this.list);
    this.family.append(el("option", { value: "" }, t("events.without_orders")), el("option", { value: "all" }, t("events.all_kinds")));
    for (const family of Object.keys(families)) this.family.append(el("option", { value: family }, t(`family.${family}`)));
    for (const input of [this.family, this.side, this.unit]) input.addEventListener("input", () => this.filter());
    this.list.addEventListener("scroll", () => this.render());
    this.list.addEventListener("keydown", (event) => this._key(event));
    new ResizeObserver(() => {
      this._now = undefined; // the tab was opened: show the present
      if (this.source) this.follow();
    }).observe(this.list);
  }

  setSource(source) {
    this.source = source;
    const chosen = this.side.value;
    const sides = source.isSide ? [source.view] : source.meta.sides;
    this.side.replaceChildren(
      el("option", { value: "" }, t("events.all_sides")),
      ...sides.map((side) => el("option", { value: side }, word("side", side))),
    );
    this.side.value = sides.includes(chosen) ? chosen : "";
    this.filter();
  }

  filter() {
    const events = this.source?.events;
    if (!events) return;
    const side = this.side.value ? this.source.meta.sides.indexOf(this.side.value) : -2;
    const text = this.unit.value.trim().toLowerCase();
    const wanted = this.family.value;
    set({ sideFilter: this.side.value });
    this._orders = new Map();
    this.rows = [];
    for (let at = 0; at < events.kind.length; at += 1) {
      const family = familyOf(events.kind[at]);
      if (wanted === "" ? family === "order" : wanted !== "all" && family !== wanted) continue;
      if (family === "order" && this._isRepeat(events, at)) continue;
      if (side !== -2 && events.side[at] !== side) continue;
      if (text && !eventUnits(this.source, events, at).some((name) => name.toLowerCase().includes(text))) continue;
      this.rows.push(at);
    }
    this.count.textContent = t("events.count", { n: this.rows.length });
    this.body.style.height = `${this.rows.length * ROW}px`;
    this.at = -1;
    this._now = undefined;
    this.follow(true);
  }

  // An order without change: commanders repeat themselves every minute.
  _isRepeat(events, at) {
    const now = `${events.a[at]}:${events.b[at]}`;
    const before = this._orders.get(events.unit[at]);
    this._orders.set(events.unit[at], now);
    return before === now;
  }

  render() {
    if (!this.source?.events || !this.list.clientHeight) return;
    const first = Math.max(0, Math.floor(this.list.scrollTop / ROW) - 4);
    const last = Math.min(this.rows.length, Math.ceil((this.list.scrollTop + this.list.clientHeight) / ROW) + 4);
    const now = this._rowAtTime();
    const shown = [];
    for (let row = first; row < last; row += 1) {
      const at = this.rows[row];
      const events = this.source.events;
      const text = eventText(this.source, events, at);
      const element = el(
        "div",
        {
          class: `log-row side-${this._identity(events.side[at])}${row > now ? " later" : ""}`,
          role: "option",
          title: text,
          "aria-selected": String(row === this.at),
          dataset: { row },
          onclick: () => this.jump(row),
        },
        el("time", {}, clockText(events.time_s[at])),
        el("span", {}, text),
        events.kind[at] === "LOSS" && events.unit[at] >= 0 ? this._chainButton(events, at) : null,
      );
      element.style.top = `${row * ROW}px`;
      shown.push(element);
    }
    this.body.replaceChildren(...shown);
    this._drawn = `${first}:${last}:${now}`;
  }

  _chainButton(events, at) {
    const open = (event) => {
      event.stopPropagation();
      emit("jump", { time: events.time_s[at], units: [this.source.units[events.unit[at]].name] });
      emit("card");
    };
    return el("button", { class: "button small chain-button", title: t("chain.open"), onclick: open }, t("chain.short"));
  }

  // The stripe of a row has the colour of the acting or affected side.
  _identity(side) {
    return side < 0 ? "none" : identityName(this.source.meta.affiliation[side]);
  }

  // Whether the reader has chosen some of the events.
  get isFiltered() {
    return Boolean(this.family.value || this.side.value || this.unit.value.trim());
  }

  // The next (or previous) event in the list, -1 without one.
  neighbour(direction) {
    const times = this.source?.events?.time_s ?? [];
    const later = this.rows.filter((at) => (times[at] - this.clock.time) * direction > 0.05);
    return (direction > 0 ? later[0] : later.at(-1)) ?? -1;
  }

  jump(row) {
    this.at = row;
    const at = this.rows[row];
    emit("jump", { time: this.source.events.time_s[at], units: eventUnits(this.source, this.source.events, at) });
    this.render();
  }

  // Keep the log at the time of the replay while it plays; called a few times a second. Rows that are new are shown at that
  // time also under the pointer.
  follow(isNew = false) {
    if (!this.list.clientHeight || !this.source?.events || (this.list.matches(":active") && !isNew)) return; // not under a click
    const now = this._rowAtTime();
    if (now === this._now) return;
    this._now = now;
    if (isNew || this.clock.playing || !this.list.matches(":hover, :focus-within")) this.list.scrollTop = Math.max(0, (now + 1) * ROW - this.list.clientHeight * 0.6);
    this.render();
  }

  _rowAtTime() {
    const times = this.source.events.time_s;
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[this.rows[middle]] <= this.clock.time + 1e-6) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  _key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (!step || !this.rows.length) return;
    event.preventDefault();
    event.stopPropagation();
    const from = this.at < 0 ? this._rowAtTime() : this.at;
    const row = Math.max(0, Math.min(this.rows.length - 1, from + step));
    const top = row * ROW;
    if (top < this.list.scrollTop) this.list.scrollTop = top;
    if (top + ROW > this.list.scrollTop + this.list.clientHeight) this.list.scrollTop = top + ROW - this.list.clientHeight;
    this.jump(row);
  }
}
