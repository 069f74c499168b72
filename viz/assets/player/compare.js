// Two runs side by side: their settings that differ, the first difference of each kind, and the numbers of the summary
// with the difference. All from the view that both maps show.

import { affiliation } from "./colours.js";
import { toggleLayer } from "./dialogs.js";
import { eventText, shotsOf } from "./event_words.js";
import { orderText } from "./order_words.js";
import { getJson } from "./source.js";
import { emit, on, state } from "./store.js";
import { lossesOf, lossRows, scoresAt, verdictOf } from "./summary.js";
import { byId, clockText, el, numberText, sentence, setText, shareText, t, word } from "./text.js";
import { distanceText } from "./units.js";
import { lastAt } from "./time_plot.js";
import { showTab } from "./top_bar.js";
import { objectiveText } from "./turning_words.js";

const LETTERS = ["A", "B"];
const UNITS_SHOWN = 4;
const ROWS_SHOWN = 2;
const COUNTED = ["contacts", "shots", "expended"]; // of the curves

export class Compare {
  constructor(page) {
    this.page = page;
    this.panel = byId("panel-compare");
    this.pair = null;
    this.mark = el("div", { class: "difference", hidden: true });
    this.tag = el("div", { class: "timeline-run", hidden: true });
    byId("timeline").append(this.mark, this.tag);
    on("tab", () => this.update(true));
    on("layers", (name) => {
      if (name === "ghost" && this.ghost) this.ghost.checked = state.layers.ghost;
    });
  }

  // Sources of the two maps, or one: then there is nothing to compare.
  async setPair(sources) {
    const token = (this._token = {});
    const isPair = state.runs.length > 1 && sources.length > 1;
    showTab("compare", isPair);
    this.mark.hidden = true;
    this.tag.hidden = !isPair;
    if (!isPair) {
      this.pair = null;
      this.panel.replaceChildren();
      return;
    }
    if (this.pair && sources.every((source, at) => source === this.pair[at].source)) {
      this.mark.hidden = !this.answer.differences.length;
      return;
    }
    this.pair = null;
    this.panel.replaceChildren(el("p", { class: "empty" }, t("transport.loading")));
    const [first, second] = sources;
    const pair = await Promise.all(sources.map(partOf));
    const answer = first.view === second.view ? await getJson(`/compare/${encodeURIComponent(first.run)}/${encodeURIComponent(second.run)}/${encodeURIComponent(first.view)}.json`) : null;
    if (this._token !== token) return;
    this.pair = pair;
    this.answer = answer ?? { settings: [], units: { a: 0, b: 0 }, differences: [], until_s: 0, isOtherView: true };
    this._build();
    this.update(true);
  }

  get first() {
    return this.answer?.differences[0];
  }

  // Jump to the first difference.
  jump(difference = this.first) {
    if (!this.pair) tell(t("compare.needs_two"));
    else if (!difference) tell(t("compare.none", { time: clockText(this.answer.until_s) }));
    else {
      const { source } = this.page.session.active;
      const shown = difference.units.find((name) => source.indexOf.has(name));
      emit("jump", { time: difference.time_s, units: shown ? [source.nameOf(shown)] : [] });
    }
  }

  _build() {
    const { settings, units, differences, until_s: until, isOtherView } = this.answer;
    this.verdicts = this.pair.map((part, at) => {
      const text = el("span", {});
      return { part, text, element: el("p", { class: "run-line" }, el("strong", {}, `${LETTERS[at]}: ${this.page.session.runs.get(part.source.run).name}`), text) };
    });
    this.ghost = el("input", { type: "checkbox", id: "compare-ghost" });
    this.ghost.checked = state.layers.ghost;
    this.ghost.addEventListener("input", () => toggleLayer("ghost"));
    const notes = isOtherView ? [t("compare.other_view")] : notesOf(settings, units);
    const none = isOtherView ? "" : el("p", { class: "same" }, t("compare.none", { time: clockText(until) }));
    this.table = el("tbody");
    this.rows = new Map();
    this.panel.replaceChildren(
      ...this.verdicts.map(({ element }) => element),
      el("label", { class: "ghost-switch" }, this.ghost, t("compare.ghost")),
      ...(settings.length ? [el("table", { class: "settings" }, el("tbody", {}, ...settings.map((setting) => settingRow(setting, this.pair))))] : []),
      ...notes.map((note) => el("p", { class: "count" }, note)),
      el("h2", {}, t("compare.first")),
      ...(differences.length ? [this._line(differences[0], true)] : [none]),
      ...(differences.length > 1 ? [el("details", {}, el("summary", {}, t("compare.others", { n: differences.length - 1 })), ...differences.slice(1).map((one) => this._line(one, false)))] : []),
      el("h2", {}, t("compare.numbers")),
      el("table", { class: "numbers" }, el("thead", {}, el("tr", {}, el("th", {}), ...LETTERS.map((letter) => el("th", {}, letter)), el("th", {}, "B − A"))), this.table),
    );
  }

  _line(difference, isFirst) {
    const { units, n_units: n } = difference;
    const shown = units.slice(0, UNITS_SHOWN).map((name) => this.pair.find(({ source }) => source.indexOf.has(name))?.source.nameOf(name) ?? name).join(", ");
    const more = n > UNITS_SHOWN ? ` ${t("compare.more", { n: n - UNITS_SHOWN })}` : "";
    const text = this._texts(difference);
    return el(
      "button",
      { class: isFirst ? "point first-difference" : "point", title: t("summary.to_moment"), dataset: { kind: difference.kind, of: difference.of }, onclick: () => this.jump(difference) },
      el("time", {}, clockText(difference.time_s)),
      el("span", {}, el("b", {}, headOf(difference)), ...(shown && difference.kind === "state" ? [el("small", {}, shown + more)] : []), ...text),
    );
  }

  // The event or order of each run, "-" where it has none.
  _texts(difference) {
    if (difference.kind === "state") return [];
    const told = (textOf) => this.pair.map((part, at) => difference[at ? "b" : "a"].slice(0, ROWS_SHOWN).map((row) => textOf(part, row)).join("; "));
    let texts = told(({ source, events, orders }, row) => (difference.kind === "event" ? eventText(source, events, row) : orderText(orders[row], source.meta)));
    if (texts[0] === texts[1] && difference.kind === "order") texts = told(({ source, orders }, row) => orderInFull(orders[row], source.meta));
    return texts.map((text, at) => el("small", {}, `${LETTERS[at]}: ${text || t("compare.nothing")}`));
  }

  // Called with the clock, a few times a second.
  update(isForced = false) {
    if (!this.tag.hidden) setText(this.tag, t("compare.timeline", { run: LETTERS[state.pane] ?? "" }));
    if (!this.pair) return;
    const { clock, timeline } = this.page;
    if (this.first) {
      this.mark.hidden = false;
      const x = `translateX(${timeline.xOf(this.first.time_s).toFixed(1)}px)`;
      if (this.mark.style.transform !== x) this.mark.style.transform = x;
    }
    if (!this.panel.clientWidth || (!isForced && this._told === clock.time)) return;
    this._told = clock.time;
    for (const { part, text } of this.verdicts) {
      const { source, summary, series } = part;
      const atEnd = !source.meta.unfinished && clock.time >= source.meta.duration_s - 1e-6;
      const { verdict, reason } = verdictOf(source, summary, series, clock.time, atEnd);
      setText(text, source.isSide ? "" : [verdict, reason].filter(Boolean).join(" · "));
    }
    this._numbers(clock.time);
  }

  _numbers(time) {
    const both = this.pair.map((part) => numbersOf(part, time));
    const wanted = new Map([...both[0], ...both[1]]);
    for (const [key, { label, side, isHead, isPart }] of wanted) {
      if (this.rows.has(key)) continue;
      const cells = [0, 1, 2].map(() => el("td", {}));
      const head = el("th", { scope: "row", class: isPart ? "part" : null }, label);
      const row = el("tr", { class: isHead ? "side-row" : null, dataset: { affiliation: affiliation(this.pair[0].source, side) ?? "" } }, head, ...cells);
      this.rows.set(key, { row, cells });
      const before = [...wanted.keys()].slice(0, [...wanted.keys()].indexOf(key)).reverse().find((one) => this.rows.has(one));
      if (before) this.rows.get(before).row.after(row);
      else this.table.prepend(row);
    }
    for (const [key, { row, cells }] of this.rows) {
      const [one, two] = both.map((numbers) => numbers.get(key));
      row.hidden = Boolean((one ?? two)?.isPart) && !one?.value && !two?.value;
      const format = (one ?? two)?.format;
      if (!format) continue;
      [one, two].forEach((number, at) => setText(cells[at], Number.isFinite(number?.value) ? number.shown ?? format(number.value) : "–"));
      const change = Number.isFinite(one?.value) && Number.isFinite(two?.value) ? two.value - one.value : null;
      const shown = change === null ? "–" : format(Math.abs(change));
      setText(cells[2], change === null ? "–" : shown === format(0) ? "=" : `${change < 0 ? "−" : "+"}${shown}`);
      cells[2].toggleAttribute("data-differs", cells[2].textContent !== "=" && change !== null);
    }
  }
}

function tell(text) {
  emit("told", text);
}

// Everything of a run that the panel reads.
async function partOf(source) {
  const [summary, series, events, orders, shots] = await Promise.all(["summary", "series", "events", "orders", "shots"].map((name) => source.table(name)));
  source.events ??= events;
  source.shots ??= shotsOf(shots);
  return { source, summary, series, events, orders, losses: lossesOf(source, summary.kinds) };
}

function settingRow({ key, a, b }, pair) {
  const title = (text, { source }) => (key === "scenario" && source.meta.scenario.title ? source.meta.scenario.title + (/ \([0-9a-f]{8}\)$/.exec(text)?.[0] ?? "") : text);
  [a, b] = [a, b].map((text, at) => title(text, pair[at]));
  return el("tr", {}, el("th", { scope: "row" }, t(`compare.setting.${key}`)), el("td", {}, `A: ${a}`), el("td", {}, `B: ${b}`));
}

// An order with all that may tell it from another with the same task and place.
function orderInFull(order, meta) {
  const place = Number.isFinite(order.x_m) ? `${order.x_m.toFixed(0)}, ${order.y_m.toFixed(0)} m` : "";
  const speed = order.speed > 0 ? t("compare.speed", { share: Math.round(100 * order.speed) }) : "";
  const spacing = order.spacing_m > 0 ? t("compare.spacing", { distance: distanceText(order.spacing_m) }) : "";
  return [orderText(order, meta), order.roe && word("roe", order.roe), place, speed, spacing].filter(Boolean).join(", ");
}

// What the comparison cannot tell apart, said plainly.
function notesOf(settings, units) {
  const keys = new Set(settings.map(({ key }) => key));
  const notes = [];
  if (keys.has("scenario")) notes.push(t("compare.note.scenario"));
  if (keys.has("seed") || keys.has("replication")) notes.push(t("compare.note.luck"));
  if (keys.has("version")) notes.push(t("compare.note.version"));
  if (keys.has("interval")) notes.push(t("compare.note.interval"));
  if (units.a || units.b) notes.push(t("compare.note.units", { a: units.a, b: units.b }));
  if (!settings.length && !notes.length) notes.push(t("compare.note.same"));
  return notes;
}

function headOf({ kind, of, after_s: after, time_s: time, metres, n_units: n }) {
  if (kind === "order") return t("compare.of.order");
  if (kind === "event") return t("compare.of.event", { family: t(`family.${of}`) });
  const values = { n, from: clockText(after), to: clockText(time), distance: Number.isFinite(metres) ? distanceText(metres) : "–" };
  return t(`compare.of.${of}`, values);
}

// The numbers of a run at a time, by key: {label, side, value, format}.
function numbersOf({ source, summary, series, losses }, time) {
  const numbers = new Map();
  const whole = (value) => String(Math.round(value));
  const share = (value) => shareText(value);
  const at = Math.min(time, source.meta.duration_s);
  const scores = new Map(scoresAt(series, at).map(({ side, score }) => [side, score]));
  for (const side of source.meta.sides) {
    const lost = lossRows(source, summary.kinds, losses, side, at);
    const curve = series.find((one) => one.side === side);
    if (!lost && !curve) continue;
    const add = (key, label, value, format, more = {}) => numbers.set(`${side}/${key}`, { label, side, value, format, ...more });
    numbers.set(side, { label: word("side", side), side, isHead: true });
    if (scores.has(side)) add("score", t("chart.score"), scores.get(side), (value) => numberText(value + 0, 2));
    if (lost) {
      add("lost", t("compare.lost"), lost.sum.lost, whole, { shown: `${lost.sum.lost} / ${lost.sum.of}` });
      if (lost.sum.costOf > 0) add("cost", t("compare.cost"), lost.sum.cost / lost.sum.costOf, share);
      for (const row of lost.rows) add(`lost/${row.title}`, row.title, row.lost, whole, { isPart: true }); // hidden while nobody lost one
    }
    for (const name of COUNTED) if (curve?.[name]?.length) add(name, t(`compare.${name}`), curve[name][Math.max(0, lastAt(curve.time_s, at))], whole);
    for (const one of summary.objectives) {
      if (one.side !== side || !one.progress) continue;
      const place = Math.max(0, lastAt(one.progress.frame, source.frameAt(at)));
      add(`objective/${objectiveText(one)}`, sentence(objectiveText(one)), Math.min(1, one.progress.value[place] ?? 0), share);
    }
  }
  return numbers;
}
