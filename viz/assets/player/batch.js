// A batch: winning frequencies, spread of each measure, and selection of a replication to replay.

import { getJson } from "./source.js";
import { cellWord, measureName } from "./measures.js";
import { byId, el, figureText, nameSides, numberText, sentence, shareText, t, word } from "./text.js";

const BINS = 24;
const HISTOGRAM_HEIGHT = 110;
const ROWS_AT_MOST = 500;
const SHOWN_AT_MOST = 12;
const FOUND_AT_MOST = 60;
// Keys of the measures shown without a search, most important first.
const WANTED = ["score", "losses", "force_left", "loss_exchange_ratio", "cost_lost", "shots", "detections", "first_contact_s", "duration_s"];
const HIDDEN = ["state_hash"];

export class BatchView {
  constructor(lang) {
    this.lang = lang;
    this.root = byId("batch");
    this.picked = null;
  }

  async show(id) {
    this.data = await getJson(`/batch/${encodeURIComponent(id)}.json?lang=${document.documentElement.lang || "en"}`);
    const { data } = this;
    nameSides(data.side_names);
    this.sort = { name: "replication", up: true };
    this.detail = el("section", { id: "replication", "aria-live": "polite" }, el("p", { class: "empty" }, t("batch.pick")));
    this.tableBox = el("div", { class: "table-box" });
    const title = data.scenario.title ?? data.scenario.name ?? data.name;
    this.search = el("input", { type: "search", id: "measure-search", placeholder: t("batch.search"), "aria-label": t("batch.search"), oninput: () => this._measures() });
    this.found = el("span", { class: "count", role: "status" });
    this.histograms = el("div", { class: "histograms" });
    this.root.replaceChildren(
      el("div", { class: "batch-left" },
        el("h2", {}, title),
        el("p", { class: "facts" }, `${data.name} · ${t("batch.replications", { n: data.n_rows })}`),
        this._outcomes(),
        el("div", { class: "filters" }, this.search, this.found),
        this.histograms),
      el("div", { class: "batch-right" }, this.detail, this.tableBox),
    );
    this.root.hidden = false;
    this._measures();
    new ResizeObserver(() => this._drawHistograms()).observe(this.root);
  }

  // The measures shown: the search results, or the default measures with any variation.
  _measures() {
    const { numeric, columns, measures } = this.data;
    const text = this.search.value.trim().toLowerCase();
    const rank = (name) => WANTED.indexOf(measures[name]?.key ?? name);
    const varies = (name) => columns[name].some((value) => Number.isFinite(value) && value !== columns[name].find(Number.isFinite));
    this.shown = text
      ? numeric.filter((name) => name.toLowerCase().includes(text.replaceAll(" ", "_")) || measureName(name, this.data).toLowerCase().includes(text)).slice(0, FOUND_AT_MOST)
      : numeric.filter((name) => rank(name) >= 0 && varies(name)).sort((one, two) => rank(one) - rank(two)).slice(0, SHOWN_AT_MOST);
    if (!text && !this.shown.length) this.shown = numeric.slice(0, SHOWN_AT_MOST);
    this.found.textContent = t("batch.shown", { n: this.shown.length, all: numeric.length });
    this.histograms.replaceChildren(...(this.shown.length ? this.shown.map((name) => this._histogram(name)) : [el("p", { class: "empty" }, t("batch.none", { text }))]));
    this._table();
    this._drawHistograms();
  }

  _outcomes() {
    const winners = this.data.columns.winner;
    if (!winners) return null;
    const counts = new Map();
    for (const value of winners) {
      const winner = this.data.sides.includes(value) ? value : ""; // "draw", or nothing
      counts.set(winner, (counts.get(winner) ?? 0) + 1);
    }
    const rows = [...counts].sort((one, two) => two[1] - one[1]).map(([winner, count]) => {
      const [low, high] = wilson(count, winners.length);
      const bar = el("i", {});
      bar.style.width = `${(100 * count) / winners.length}%`;
      const share = `${shareText(count / winners.length)} (95%: ${Math.round(100 * low)}–${shareText(high)})`;
      return el("tr", {}, el("th", { scope: "row" }, winner ? t("batch.wins", { side: word("side", winner) }) : t("batch.draw")), el("td", {}, el("span", { class: "bar wide" }, bar)), el("td", {}, share));
    });
    return el("table", { class: "card outcomes" }, el("tbody", {}, ...rows));
  }

  _histogram(name) {
    const values = this.data.columns[name].filter((value) => Number.isFinite(value));
    const sorted = [...values].sort((one, two) => one - two);
    const quantile = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    const facts = [this._estimate(name, values), t("batch.spread", { low: figureText(quantile(0.05)), high: figureText(quantile(0.95)) })].join("; ");
    const canvas = el("canvas", { role: "img", "aria-label": `${measureName(name, this.data)}: ${facts}`, dataset: { measure: name } });
    return el("figure", { class: "histogram" }, el("figcaption", {}, el("strong", { title: name }, measureName(name, this.data)), el("span", {}, facts)), canvas);
  }

  // The estimate of the batch itself, so that page and terminal agree: a ratio is not the mean of its column.
  _estimate(name, values) {
    const [value, low, high] = this.data.estimates?.[name] ?? [];
    if (!Number.isFinite(value)) {
      const mean = values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length);
      return t("batch.mean", { value: figureText(mean) });
    }
    const told = { value: figureText(value), low: figureText(low), high: figureText(high) };
    return Number.isFinite(low) && Number.isFinite(high) ? t("batch.estimate", told) : told.value;
  }

  _drawHistograms() {
    for (const canvas of this.root.querySelectorAll("canvas[data-measure]")) this._drawHistogram(canvas);
  }

  _drawHistogram(canvas) {
    const ratio = window.devicePixelRatio || 1;
    const width = canvas.parentElement.clientWidth - 16;
    if (width <= 0) return;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${HISTOGRAM_HEIGHT}px`;
    canvas.width = width * ratio;
    canvas.height = HISTOGRAM_HEIGHT * ratio;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    const style = getComputedStyle(this.root);
    const values = this.data.columns[canvas.dataset.measure].filter((value) => Number.isFinite(value));
    const low = values.reduce((least, value) => Math.min(least, value), Infinity);
    const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
    const whole = values.every((value) => Number.isInteger(value));
    const bins = whole ? Math.min(BINS, Math.max(1, high - low + 1)) : BINS;
    const span = (high - low + (whole ? 1 : 0)) / bins || 1;
    const counts = new Array(bins).fill(0);
    const binOf = (value) => Math.min(bins - 1, Math.floor((value - low) / span));
    for (const value of values) counts[binOf(value)] += 1;
    const most = Math.max(...counts);
    const picked = this.picked === null ? -1 : binOf(this.data.columns[canvas.dataset.measure][this.picked] ?? NaN);
    const bar = width / bins;
    counts.forEach((count, at) => {
      const height = (count / most) * (HISTOGRAM_HEIGHT - 36);
      context.fillStyle = style.getPropertyValue(at === picked ? "--accent" : "--bar").trim();
      context.fillRect(at * bar + 1, HISTOGRAM_HEIGHT - 18 - height, Math.max(1, bar - 2), height);
    });
    context.fillStyle = style.getPropertyValue("--ink-soft").trim();
    context.font = '11px "Noto Sans KR", sans-serif';
    context.textBaseline = "bottom";
    context.fillText(figureText(low), 0, HISTOGRAM_HEIGHT);
    context.fillText(t("batch.most", { n: most }), 0, 12);
    context.textAlign = "right";
    context.fillText(figureText(high), width, HISTOGRAM_HEIGHT);
  }

  _table() {
    const { columns, n_rows } = this.data;
    const numeric = new Set(this.data.numeric);
    const told = (name) => !numeric.has(name) && !HIDDEN.includes(name) && columns[name].some((value) => value !== null);
    const names = [...Object.keys(columns).filter(told), ...this.shown];
    const order = Array.from({ length: Math.min(n_rows, columns[names[0]]?.length ?? 0) }, (_, row) => row);
    const key = columns[this.sort.name] ?? columns[names[0]];
    const compare = (one, two) => (typeof one === "number" && typeof two === "number" ? one - two : String(one ?? "").localeCompare(String(two ?? "")));
    order.sort((one, two) => (this.sort.up ? 1 : -1) * compare(key[one], key[two]) || one - two);
    const heads = names.map((name) => el("th", { scope: "col", class: numeric.has(name) ? "number" : null, "aria-sort": this.sort.name === name ? (this.sort.up ? "ascending" : "descending") : "none" },
      el("button", { class: "link", onclick: () => {
        this.sort = { name, up: this.sort.name === name ? !this.sort.up : true };
        this._table();
      } }, sentence(measureName(name, this.data)))));
    const rows = order.slice(0, ROWS_AT_MOST).map((row) => el(
      "tr",
      { tabindex: "0", "aria-selected": String(row === this.picked), dataset: { row }, onclick: () => this.pick(row), onkeydown: (event) => event.key === "Enter" && this.pick(row) },
      ...names.map((name) => el("td", { class: numeric.has(name) ? "number" : null }, typeof columns[name][row] === "string" ? sentence(cellWord(name, columns[name][row])) : figureText(columns[name][row]))),
    ));
    const more = order.length > ROWS_AT_MOST ? el("p", { class: "empty" }, t("batch.more", { n: ROWS_AT_MOST })) : null;
    this.tableBox.replaceChildren(el("table", { class: "board" }, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows)), ...(more ? [more] : []));
  }

  pick(row) {
    this.picked = row;
    const { columns, runs } = this.data;
    const replication = columns.replication?.[row] ?? row;
    const command = this.data.command.replaceAll("{replication}", replication).replaceAll("{seed}", columns.seed?.[row] ?? this.data.seed ?? "SEED");
    const code = el("code", { id: "replay-command" }, `${command} && chammo replay runs/replication-${replication}`);
    const copy = el("button", { class: "button small", onclick: () => navigator.clipboard?.writeText(code.textContent) }, t("batch.copy"));
    const inside = runs[replication];
    const open = inside ? el("a", { id: "open-replication", class: "button", href: `/?lang=${this.lang}&run=${encodeURIComponent(inside)}#run=${encodeURIComponent(inside)}` }, t("batch.open")) : el("p", { class: "empty" }, t("batch.not_kept"));
    this.detail.replaceChildren(el("h2", {}, t("batch.replication", { n: replication })), open, el("p", {}, t("batch.command")), el("div", { class: "command" }, code, copy));
    for (const element of this.tableBox.querySelectorAll("tr[data-row]")) element.setAttribute("aria-selected", String(Number(element.dataset.row) === row));
    this._drawHistograms();
  }
}

// Wilson's interval for a share (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927), at 95 %.
function wilson(count, n) {
  const z = 1.959964;
  const share = count / n;
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
