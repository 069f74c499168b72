// The first tab: mission, objectives with their progress, result, turning points and losses by type. Every line jumps.

import { affiliation, identityName } from "./colours.js";
import { familyOf } from "./codes.js";
import { emit, on } from "./store.js";
import { byId, clockText, el, numberText, sentence, setText, shareText, t, word } from "./text.js";
import { causeOf, momentsOf } from "./moments.js";
import { lastAt } from "./time_plot.js";
import { objectiveText, turningText } from "./turning_words.js";

const MUNITION = 1;
const PHANTOM = 2;
const NOTHING = { mission: { question: "", description: "", win_margin: null }, objectives: [], result: null, turning_points: [], kinds: [] };

export class Summary {
  constructor(clock) {
    this.clock = clock;
    this.panel = byId("panel-summary");
    this.source = null;
    on("tab", () => this.update(true));
  }

  async setSource(source) {
    const token = (this._token = {});
    const [summary, series] = await Promise.all([source.table("summary"), source.table("series")]);
    if (this._token !== token) return;
    this.source = source;
    this.data = source.story = { ...NOTHING, ...summary };
    this.scores = series;
    this.losses = lossesOf(source, this.data.kinds);
    this._build();
    this.update(true);
  }

  get atEnd() {
    return !this.source.meta.unfinished && this.clock.time >= this.clock.duration - 1e-6;
  }

  _build() {
    const { mission, objectives, turning_points: points } = this.data;
    const { source } = this;
    this.verdict = el("h2", { class: "verdict" });
    this.reason = el("p", { class: "count" });
    const toEnd = el("button", { class: "link to-end", onclick: () => emit("jump", { time: this.clock.duration, units: [] }) }, t("summary.to_end"));
    this.toEnd = toEnd;
    this.details = mission.description
      ? el("details", { class: "mission" }, el("summary", {}, t("summary.mission")), el("p", {}, mission.description))
      : null;
    if (this.details) this.details.open = this.clock.time === 0;
    this.rows = objectives.map((one) => this._objective(one));
    const sides = [...new Set(objectives.map((one) => one.side))];
    const moments = momentsOf(points, twoScores(this.scores), source.meta.duration_s);
    const decisive = new Set(moments.map(({ point }) => point));
    this.points = points.map((point) => this._line(decisive.has(point), point.time_s, turningText(point, objectives, source.meta.sides), point.unit >= 0 ? [source.units[point.unit]?.name].filter(Boolean) : []));
    this.lossBox = el("div", { class: "losses" });
    const line = (moment) => this._line(false, moment.point.time_s, turningText(moment.point, objectives, source.meta.sides), [], this._effect(moment));
    this.moments = el("div", { class: "moments" }, el("p", { class: "count" }, t("summary.moments")), ...moments.map(line));
    this.panel.replaceChildren(
      el("header", { class: "verdict-box" }, this.verdict, this.reason, toEnd, this.moments),
      mission.question ? el("p", { class: "question" }, mission.question) : "",
      this.details ?? "",
      ...(sides.length ? [el("h2", {}, t("summary.objectives"))] : []),
      ...sides.flatMap((side) => [sideHead(source, side), ...objectives.flatMap((one, at) => (one.side === side ? [this.rows[at].element] : []))]),
      ...(source.isSide && sides.length ? [el("p", { class: "count" }, t("summary.not_known"))] : []),
      el("h2", {}, t("summary.turning")),
      ...(this.points.length ? [el("div", { class: "points" }, ...this.points)] : [el("p", { class: "empty" }, t(source.meta.unfinished && !source.isSide ? "live.turning" : "summary.no_turning"))]),
      el("h2", {}, t("summary.losses")),
      this.lossBox,
    );
  }

  _objective(objective) {
    const fill = el("i");
    const value = el("span", { class: "value" });
    const bar = el("span", { class: "bar goal" }, fill);
    const marks = [t("summary.share", { share: shareText(objective.share) }), objective.is_decisive ? t("summary.decisive") : ""].filter(Boolean);
    const state = el("span", { class: "met" });
    const text = sentence(objectiveText(objective));
    const jump = () => emit("jump", { time: Number.isFinite(objective.met_s) ? objective.met_s : this.clock.duration, units: [] });
    const element = el(
      "button",
      { class: "objective", dataset: { affiliation: affiliation(this.source, objective.side) }, title: t("summary.to_moment"), onclick: jump },
      el("span", { class: "objective-text" }, text),
      el("small", {}, marks.join(", "), state), bar, value,
    );
    if (!objective.progress) bar.hidden = true;
    return { element, fill, value, state, bar, objective };
  }

  // The lead in score before and after a moment, and the objective that changed it most.
  _effect(moment) {
    const { before, after, point } = moment;
    if (before === undefined) return [];
    const sides = twoScores(this.scores).map(({ side }) => side);
    const lead = (value) => (Math.abs(value) < 0.005 ? t("summary.even") : `${word("side", sides[value > 0 ? 0 : 1])} +${Math.abs(value).toFixed(2)}`);
    const progressAt = ({ progress }, time) => progress?.value[Math.max(0, lastAt(progress.frame, this.source.frameAt(time)))];
    const cause = causeOf(moment, this.data.objectives, sides, progressAt);
    const isTold = !cause || point.parts?.some(([, facts]) => facts.objective === cause.objective.text);
    const told = isTold ? "" : t("summary.cause", { objective: sentence(objectiveText({ ...cause.objective, parts: cause.objective.parts?.slice(0, 1) })), before: shareText(cause.before), after: shareText(cause.after) });
    const change = point.kind === "swing" ? "" : t("summary.effect", { before: lead(before), after: lead(after) }); // it says so itself
    return [change, told].filter(Boolean).map((text) => el("small", {}, text));
  }

  _line(isDecisive, time, text, units, effect = []) {
    const line = el("button", { class: isDecisive ? "point decisive" : "point", onclick: () => emit("jump", { time, units }) }, el("time", {}, clockText(time)), el("span", {}, text, ...effect));
    line.moment = time;
    return line;
  }

  // Called with the clock, a few times a second.
  update(isForced = false) {
    if (!this.source) return;
    const { time } = this.clock;
    this._score(time);
    if (!this.panel.clientWidth || (!isForced && this._told === time)) return;
    if (this.details && this._told === 0 && time > 0) this.details.open = false;
    this._told = time;
    this._verdict(time);
    for (const row of this.rows) this._progress(row, time);
    let past = -1;
    this.points.forEach((line, at) => {
      const later = line.moment > time + 1e-6;
      if (!later) past = at;
      line.dataset.later = String(later);
    });
    this.points.forEach((line, at) => line.toggleAttribute("data-now", at === past));
    this._losses(time);
  }

  _verdict(time) {
    const { source, atEnd, data } = this;
    this.toEnd.hidden = atEnd || !data.result;
    this.moments.hidden = !atEnd || !data.result || !data.turning_points.length;
    const { verdict, reason, side } = verdictOf(source, data, this.scores, time, atEnd);
    setText(this.verdict, verdict);
    this.verdict.dataset.affiliation = side ? affiliation(source, side) : "";
    setText(this.reason, reason);
  }

  _progress({ fill, value, state, element, objective }, time) {
    const { met_s: met, progress } = objective;
    const isMet = Number.isFinite(met) && met <= time + 1e-6;
    element.toggleAttribute("data-met", isMet);
    setText(state, isMet ? `, ${t("summary.met", { time: clockText(met) })}` : "");
    if (!progress) return;
    const frame = this.source.frameAt(time);
    const share = progress.value[Math.max(0, lastAt(progress.frame, frame))] ?? 0;
    fill.style.width = `${Math.round(100 * Math.min(1, share))}%`;
    setText(value, shareText(share));
  }

  _losses(time) {
    const total = this.losses.filter(({ time_s }) => time_s <= time + 1e-6).length;
    if (this._lostOf === this.losses && this._lost === total) return;
    [this._lostOf, this._lost] = [this.losses, total];
    const tables = this.source.meta.sides.flatMap((side) => this._sideLosses(side, time));
    this.lossBox.replaceChildren(...(tables.length ? tables : [el("p", { class: "empty" }, t("summary.no_losses"))]));
  }

  _sideLosses(side, time) {
    const { source } = this;
    const found = lossRows(source, this.data.kinds, this.losses, side, time);
    if (!found) return [];
    const head = el("h3", { class: "side-head", dataset: { affiliation: affiliation(source, side) } }, `${word("side", side)}: ${found.head}`);
    return [head, ...found.rows.filter((row) => row.lost).map((row) => {
      const fill = el("i");
      fill.style.width = `${Math.round((100 * row.lost) / row.of)}%`;
      return el(
        "button",
        { class: "loss-row", title: t("summary.to_moment"), onclick: () => emit("jump", { time: row.last.time, units: [row.last.name] }) },
        el("span", { class: "value" }, `${row.lost} / ${row.of}`),
        el("span", { class: "bar" }, fill),
        el("span", {}, row.title),
      );
    })];
  }

  // The bar beside the clock: the scores of the two belligerents, by truth only.
  _score(time) {
    const box = byId("score-bar");
    const scores = scoresAt(this.scores, time);
    box.hidden = scores.length < 2;
    if (box.hidden) return;
    const key = `${scores.map(({ side, score }) => `${side}${score.toFixed(3)}`)}`;
    if (box.dataset.key === key) return;
    box.dataset.key = key;
    const whole = scores[0].score + scores[1].score;
    const parts = scores.map(({ side, score }) => {
      const part = el("i", { dataset: { affiliation: affiliation(this.source, side) } });
      part.style.flexGrow = String(whole > 0 ? Math.max(0.001, score / whole) : 1);
      return part;
    });
    const [one, two] = scores.map(({ score }) => el("span", {}, score.toFixed(2)));
    box.replaceChildren(one, el("span", { class: "score-parts" }, ...parts), two);
    box.title = `${t("chart.score")}: ${scores.map(({ side, score }) => `${word("side", side)} ${score.toFixed(2)}`).join(", ")}`;
    box.setAttribute("aria-label", box.title);
  }
}

// The curves of the score of the two belligerents, where the view has them.
export function twoScores(series) {
  return series.filter((curve) => curve.score?.length).slice(0, 2);
}

// The scores of the two belligerents, where the view has them.
export function scoresAt(series, time) {
  return twoScores(series).map((curve) => ({ side: curve.side, score: curve.score[Math.max(0, lastAt(curve.time_s, time))] ?? 0 }));
}

// Who leads, or has won: {verdict, reason, side}, the side ahead.
export function verdictOf(source, { result, mission }, series, time, atEnd) {
  const scores = scoresAt(series, time);
  const told = scores.map(({ side, score }) => `${word("side", side)} ${score.toFixed(2)}`).join(" : ");
  const margin = mission.win_margin === null ? "" : t("summary.margin", { margin: numberText(mission.win_margin, 2) });
  const why = atEnd && result ? word("reason", result.reason ?? "") : "";
  const reason = sentence([why, told && `${t("chart.score")} ${told}`, told && margin].filter(Boolean).join(" · "));
  if (source.isSide) return { verdict: atEnd ? t("event.END.known") : t("view.side", { side: word("side", source.view) }), reason, side: null };
  if (atEnd && result) return { verdict: result.side ? t("summary.wins", { side: word("side", result.side) }) : t("summary.no_winner"), reason, side: result.side };
  const [first, second] = [...scores].sort((one, two) => two.score - one.score);
  if (!second) return { verdict: t("summary.under_way"), reason, side: null };
  const lead = first.score - second.score;
  if (lead < 0.005) return { verdict: t("summary.level"), reason, side: null };
  return { verdict: t("summary.leads", { side: word("side", first.side), lead: lead.toFixed(2) }), reason, side: first.side };
}

// Losses of a side by type up to a time: {head, rows, sum}, rows {title, sidc, lost, of, last}, sum {lost, of, cost, costOf} of
// its units without munitions; null for a side without units.
export function lossRows(source, kinds, losses, side, time) {
  const lostAt = new Map(losses.filter(({ time_s }) => time_s <= time + 1e-6).map(({ unit, time_s }) => [unit, time_s]));
  const rows = new Map();
  const sum = { lost: 0, of: 0, cost: 0, costOf: 0 };
  source.units.forEach((unit, at) => {
    if (unit.side !== side || kinds[at] === PHANTOM) return;
    const isMunition = kinds[at] === MUNITION;
    const name = unit.title || unit.platform;
    const key = `${name}/${isMunition}`;
    if (!rows.has(key)) rows.set(key, { title: isMunition ? `${name} (${t("summary.munition")})` : name, sidc: unit.sidc, lost: 0, of: 0, last: null });
    const row = rows.get(key);
    const lost = lostAt.get(at);
    row.of += 1;
    if (lost !== undefined) {
      row.lost += 1;
      if (!row.last || lost >= row.last.time) row.last = { time: lost, name: unit.name };
    }
    if (isMunition) return;
    sum.of += 1;
    sum.costOf += unit.cost || 0;
    if (lost === undefined) return;
    sum.lost += 1;
    sum.cost += unit.cost || 0;
  });
  if (!rows.size) return null;
  const share = sum.costOf > 0 ? ` · ${t("summary.cost_share", { share: shareText(sum.cost / sum.costOf) })}` : "";
  const listed = [...rows.values()].sort((one, two) => two.lost / two.of - one.lost / one.of || two.lost - one.lost);
  return { head: `${t("summary.lost_of", { lost: sum.lost, of: sum.of })}${share}`, rows: listed, sum };
}

function sideHead(source, side) {
  return el("h3", { class: `side-head side-${identityName(affiliation(source, side))}`, dataset: { affiliation: affiliation(source, side) } }, word("side", side));
}

// Losses known to the view, in order of time; of munitions, those that were expended too.
export function lossesOf(source, kinds) {
  const { events } = source;
  const found = [];
  events?.kind.forEach((kind, at) => {
    const unit = events.unit[at];
    if (familyOf(kind) === "loss" && unit >= 0 && kinds[unit] !== PHANTOM) found.push({ time_s: events.time_s[at], unit });
  });
  return found;
}
