// The order of battle: side, group, unit, with symbol, strength and state at the time of the replay.

import { code, isGone } from "./codes.js";
import { affiliation } from "./colours.js";
import { groupsOf } from "./group_layer.js";
import { symbolElement } from "./sprites.js";
import { emit, on, state } from "./store.js";
import { byId, el, setText, t, word } from "./text.js";

const OPEN_AT_MOST = 60; // units of a run whose groups are all open at first
const ROWS_AT_MOST = 2000;
const SYMBOL = 13;

export class Orbat {
  constructor() {
    this.filter = el("input", { id: "unit-search", type: "search", placeholder: t("units.search"), "aria-label": t("units.search") });
    this.list = el("div", { class: "unit-list", role: "tree", "aria-label": t("tab.units") });
    byId("panel-units").prepend(el("div", { class: "filters" }, this.filter), this.list);
    this.filter.addEventListener("input", () => this.render());
    this.open = new Set();
    this.rows = [];
    this.sample = null;
    on("tab", () => {
      if (!this.list.clientHeight) return;
      this.update(this.sample, true);
      this._showSelected();
    });
  }

  setSource(source) {
    if (this.source !== source) {
      const groups = groupsOf(source);
      const isSmall = source.units.length <= OPEN_AT_MOST;
      if (!this.source || this.source.run !== source.run) this.open = new Set(isSmall ? groups.map(({ key }) => key) : []);
    }
    this.source = source;
    this.render();
  }

  render() {
    const { source } = this;
    const text = this.filter.value.trim().toLowerCase();
    const selected = source.indexOf.get(state.selected) ?? -1;
    this.rows = []; // {unit, element, fill}
    this.heads = []; // {units, element, fill, value}
    this.shownSample = null;
    let left = ROWS_AT_MOST;
    const parts = [];
    for (const side of source.meta.sides) {
      const groups = groupsOf(source).filter((group) => group.side === side);
      if (!groups.length) continue;
      const branches = [];
      for (const group of groups) {
        const units = group.units.filter((k) => !text || matches(source.units[k], text));
        if (!units.length || left <= 0) continue;
        const isOpen = Boolean(text) || this.open.has(group.key) || (selected >= 0 && group.units.includes(selected));
        branches.push(this._group(group, isOpen, units.length));
        if (isOpen) for (const k of units.slice(0, left)) branches.push(this._unit(k, k === selected));
        left -= isOpen ? units.length : 1;
      }
      if (branches.length) parts.push(this._head("orbat-side", groups.flatMap((group) => group.units), word("side", side), side), ...branches);
    }
    this.list.replaceChildren(...(parts.length ? parts : [el("p", { class: "empty" }, t("units.none"))]));
    this.update(this.sample, true);
    this._showSelected();
  }

  _showSelected() {
    this.list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  _head(kind, units, name, side) {
    const fill = el("i");
    const value = el("small", { class: "value" });
    const element = el("div", { class: kind, role: "treeitem", dataset: { affiliation: affiliation(this.source, side) } }, el("strong", {}, name), el("span", { class: "bar" }, fill), value);
    this.heads.push({ units, fill, value, element });
    return element;
  }

  _group(group, isOpen) {
    const fill = el("i");
    const value = el("small", { class: "value" });
    const toggle = () => {
      if (this.open.has(group.key)) this.open.delete(group.key);
      else this.open.add(group.key);
      this.render();
    };
    const lead = this.source.units[group.units[0]];
    const element = el(
      "button",
      { class: "orbat-group", role: "treeitem", "aria-expanded": String(isOpen), onclick: toggle },
      el("span", { class: "twist", "aria-hidden": "true" }),
      el("span", { class: "symbol-cell" }, symbolElement(lead.sidc, SYMBOL)), el("span", { class: "unit-name" }, group.name), el("span", { class: "bar" }, fill), value,
    );
    this.heads.push({ units: group.units, fill, value, element });
    return element;
  }

  _unit(k, isSelected) {
    const unit = this.source.units[k];
    const fill = el("i");
    const mark = el("small", { class: "mark-of-state" });
    const element = el(
      "button",
      { class: "unit-row", role: "treeitem", "aria-selected": String(isSelected), onclick: () => emit("select-and-centre", unit.name) },
      el("span", { class: "symbol-cell" }, symbolElement(unit.sidc, SYMBOL)), el("span", { class: "unit-name" }, unit.name), el("small", { class: "unit-title" }, unit.title ?? unit.platform ?? ""), mark, el("span", { class: "bar" }, fill),
    );
    this.rows.push({ unit: k, element, fill, mark });
    return element;
  }

  // States at the time of the replay, a few times a second and only while the list is open.
  update(sample, isForced = false) {
    this.sample = sample;
    if (!sample || !this.source || sample.a.units !== this.source.units.length || !this.list.clientHeight) return;
    const key = `${sample.frame}/${sample.exact}`;
    if (!isForced && this.shownSample === key) return;
    this.shownSample = key;
    const { a, i } = sample;
    const at = i * a.units;
    for (const { unit, element, fill, mark } of this.rows) {
      const gone = isGone(a.status[at + unit]);
      element.classList.toggle("lost", gone);
      const strength = gone ? 0 : a.strength[at + unit];
      fill.style.width = strength === 255 ? "0" : `${Math.round((100 * strength) / 250)}%`;
      fill.parentElement.classList.toggle("low", strength < 75);
      const cut = !gone && a.status[at + unit] === code.status.active && a.linked[at + unit] !== code.link.alive;
      setText(mark, cut ? "//" : "");
      if (cut) mark.title = t("card.link_cut");
    }
    for (const { units, fill, value, element } of this.heads) {
      let [left, sum, known] = [0, 0, 0];
      for (const k of units) {
        if (isGone(a.status[at + k])) {
          known += 1;
          continue;
        }
        left += 1;
        if (a.strength[at + k] === 255) continue;
        sum += a.strength[at + k];
        known += 1;
      }
      fill.style.width = `${Math.round((100 * sum) / (250 * Math.max(1, known)))}%`;
      setText(value, `${left}/${units.length}`);
      element.classList.toggle("lost", left === 0);
    }
  }
}

function matches(unit, text) {
  return `${unit.name} ${unit.group} ${unit.title}`.toLowerCase().includes(text);
}
