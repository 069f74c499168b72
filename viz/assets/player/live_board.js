// A board in a tab of its own, which only runs with its data have: tables whose rows follow the cursor.

import { emit } from "./store.js";
import { byId, el, t } from "./text.js";
import { showTab } from "./top_bar.js";

export const ROWS_AT_MOST = 500;

// Derived boards have `_build`, which fills the panel for a source, and `_show`, which sets its content for a time.
export class LiveBoard {
  // `name` is that of the tab, `words` that of its texts; `load` returns the data of a source, undefined without any.
  constructor(clock, name, words, load) {
    this.clock = clock;
    this.name = name;
    this.words = words;
    this.load = load;
    this.panel = byId(`panel-${name}`);
    this.source = null;
    new ResizeObserver(() => this.update(true)).observe(this.panel);
  }

  async setSource(source) {
    const token = (this._token = {});
    this.source = null;
    const data = await this.load(source);
    if (this._token !== token) return;
    showTab(this.name, Boolean(data));
    if (!data) {
      this.panel.replaceChildren();
      return;
    }
    this.source = source;
    this.bodies = {};
    this._build();
    this.update(true);
  }

  // Called with the clock, a few times a second.
  update(isForced = false) {
    if (!this.source || !this.panel.clientWidth) return;
    const { time } = this.clock;
    if (!isForced && this._told === time && this._of === this.source) return;
    this._told = time;
    this._of = this.source;
    this._show(time);
  }

  // A heading and an empty table; neither if there are never any rows.
  _part(name, rows, columns) {
    return rows.length ? [el("h2", {}, this._text(name)), this._table(name, columns)] : [];
  }

  _table(name, columns) {
    const body = el("tbody", {});
    this.bodies[name] = body;
    return el(
      "table",
      { class: `board live ${this.words} ${name}` },
      el("thead", {}, el("tr", {}, ...columns.map((column) => el("th", { scope: "col" }, this._text(column))))),
      body,
    );
  }

  // Rows have cells and a unit, -1 for none, and may have a time. They are kept while nothing in them changes, so that
  // the focus stays on them.
  _fill(name, rows, empty) {
    const body = this.bodies[name];
    const key = JSON.stringify(rows.map(({ cells, ...row }) => [row, cells.map((cell) => cell.textContent ?? cell)]));
    if (body.dataset.key === key) return;
    body.dataset.key = key;
    const focused = [...body.children].indexOf(document.activeElement);
    const width = body.parentElement.querySelectorAll("th").length;
    const none = el("tr", {}, el("td", { class: "empty", colSpan: width }, empty ? this._text(empty) : "–"));
    body.replaceChildren(...(rows.length ? rows.map((row) => this._row(row)) : [none]));
    if (focused >= 0) body.children[Math.min(focused, body.children.length - 1)].focus();
  }

  // A row leads to its time, if it has one, and to its unit.
  _row({ unit, time, isLow, isOver, cells }) {
    const choose = () => {
      const units = unit >= 0 ? [this._name(unit)] : [];
      if (time !== undefined) emit("jump", { time, units });
      else if (units.length) emit("select-and-centre", units[0]);
    };
    return el(
      "tr",
      {
        tabindex: "0",
        class: isLow ? "low" : isOver ? "over" : null,
        onclick: choose,
        onkeydown: (event) => {
          if (event.key === "Enter") choose();
        },
      },
      ...cells.map((cell) => el("td", {}, cell)),
    );
  }

  _text(name) {
    return t(`${this.words}.${name}`);
  }

  _name(unit) {
    return this.source.units[unit]?.name ?? "?";
  }
}
