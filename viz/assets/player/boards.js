// Orders and optional boards of a run folder (advice, casualties, maintenance …): tables with times; a click jumps there.

import { adviceRow, pairAdvice } from "./advice_board.js";
import { orderUnits, placeText, taskText, withoutRepeats } from "./order_words.js";
import { emit } from "./store.js";
import { byId, clockText, el, has, numberText, t, word } from "./text.js";
import { showTab } from "./top_bar.js";

const ROWS_AT_MOST = 2000;

export class Boards {
  constructor(clock) {
    this.clock = clock;
    this.lists = []; // {times, rows}, for marking past rows
  }

  async setSource(source) {
    const token = (this._token = {});
    const [orders, boards] = await Promise.all([source.table("orders"), source.table("boards")]);
    if (this._token !== token) return [];
    this.lists = [];
    byId("panel-orders").replaceChildren(
      orders.length ? this._orders(source, orders) : el("p", { class: "empty" }, t("orders.none")),
    );
    const names = Object.keys(boards);
    byId("panel-boards").replaceChildren(...names.flatMap((name) => [
      el("h2", {}, t(`board.${name}`)),
      name === "advice" ? this._advice(source, boards.advice, orders) : this._board(boards[name]),
    ]));
    showTab("boards", names.length > 0);
    this.update();
    return boards.advice?.map((row) => row.time_s).filter((time) => Number.isFinite(time)) ?? [];
  }

  _orders(source, orders) {
    const rows = withoutRepeats(orders).slice(0, ROWS_AT_MOST).map((order) => ({
      time: order.time_s,
      units: orderUnits(source, order),
      cells: [
        word("side", order.side),
        order.group,
        taskText(order),
        placeText(order, source.meta),
        order.roe === "" ? "–" : word("roe", order.roe),
      ],
    }));
    return this._table(["side", "group", "task", "where", "roe"].map((name) => t(`orders.${name}`)), rows);
  }

  _advice(source, advice, orders) {
    const pairs = pairAdvice(advice, withoutRepeats(orders)).slice(0, ROWS_AT_MOST);
    const rows = pairs.map((pair) => adviceRow(source, pair, (time, units) => this._jump(time, units)));
    return this._table([t("advice.advised"), t("advice.done")], rows);
  }

  _board(records) {
    const names = Object.keys(records[0]).filter((name) => name !== "time_s" && name !== "tick");
    const rows = records.slice(0, ROWS_AT_MOST).map((record) => ({
      time: record.time_s,
      units: [record.unit_name, record.unit].filter((name) => typeof name === "string"),
      cells: names.map((name) => (typeof record[name] === "number" ? numberText(record[name], 2) : word(name === "side" ? "side" : "word", record[name] ?? "–"))),
    }));
    return this._table(names.map((name) => (has(`column.${name}`) ? t(`column.${name}`) : name.replaceAll("_", " "))), rows);
  }

  _table(heads, rows) {
    const body = el("tbody", {}, ...rows.map(({ time, units, cells }) => el(
      "tr",
      {
        tabindex: "0",
        onclick: () => this._jump(time, units),
        onkeydown: (event) => {
          if (event.key === "Enter") this._jump(time, units);
        },
      },
      el("td", { class: "time" }, Number.isFinite(time) ? clockText(time) : "–"),
      ...cells.map((cell) => el("td", { title: cell instanceof Node ? undefined : cell }, cell)),
    )));
    this.lists.push({ times: rows.map((row) => row.time ?? 0), rows: [...body.children] });
    return el("table", { class: "board" }, el("thead", {}, el("tr", {}, ...[t("orders.time"), ...heads].map((head) => el("th", { scope: "col" }, head)))), body);
  }

  _jump(time, units) {
    if (Number.isFinite(time)) emit("jump", { time, units });
  }

  // Dims future rows and scrolls to the present; called a few times a second.
  update() {
    for (const list of this.lists) {
      let past = 0;
      list.times.forEach((time, at) => {
        const later = time > this.clock.time + 1e-6;
        if (!later) past = at;
        if (list.rows[at].dataset.later !== String(later)) list.rows[at].dataset.later = String(later);
      });
      const row = list.rows[past];
      if (!row?.offsetParent || list.past === past || row.closest("table").matches(":hover, :focus-within")) continue;
      list.past = past;
      row.scrollIntoView({ block: "nearest" });
    }
  }
}
