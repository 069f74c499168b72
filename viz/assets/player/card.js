// The card of the selected unit or contact, as known to the view at the current time.

import { code, codeName, isGone } from "./codes.js";
import { damageText, lossAt, roeName, taskName } from "./event_words.js";
import { toLonLat } from "./geodesy.js";
import { mgrsText } from "./mgrs.js";
import { beliefOf, codeOfContact } from "./contact_layer.js";
import { killChain } from "./kill_chain.js";
import { medicalLines } from "./medical.js";
import { queueText } from "./queue.js";
import { reachName, reachOf } from "./reach.js";
import { symbolElement } from "./sprites.js";
import { emit, state } from "./store.js";
import { componentLines, loadText, NO_READINESS, readinessText, stockLines } from "./sustainment.js";
import { bearingText, byId, clockText, degreesText, el, figureText, numberText, setText, shareText, t, word } from "./text.js";
import { distanceText, heightText, speedText } from "./units.js";

const NOT_KNOWN = "–";

// Wear is shown if recorded, the queue of operators if there are requests or a crew.
function unitFields(source, sample, unit) {
  const names = "status task roe link report position height heading speed strength endurance ammo damage".split(" ");
  if (sample?.a.wear) names.splice(names.indexOf("damage"), 0, "wear");
  const { sustainment } = source;
  if (sustainment && sample?.a.ready && sample.a.ready[sample.i * sample.a.units + unit] !== NO_READINESS) names.splice(1, 0, "readiness", "upkeep");
  if (sustainment?.carrierOf.has(unit)) names.push("load");
  if (sustainment?.shelvesOf.has(unit)) names.push("stock");
  if (source.medical?.casesOf.has(unit)) names.push("casualties");
  const hasCrew = Object.values(source.meta.operators ?? {}).some((count) => count !== null);
  if (source.requests?.length || hasCrew) names.splice(names.indexOf("link"), 0, "queue");
  return names;
}

export class Card {
  constructor() {
    this.panel = byId("panel-unit");
    this.shown = null;
    this.fields = new Map();
    this.chain = el("section", { class: "chain" }); // of a lost unit
    this.age = null; // age of the values shown, as text; null if current
    this.isLost = false; // the values shown are those at the loss
  }

  // Redraw for a pane; called a few times a second and when the selection changes.
  update(pane, sample, time) {
    this.time = time;
    const unit = pane.source.indexOf.get(state.selected);
    const contact = unit === undefined ? pane.contacts.find((one) => one.key === state.selected) : undefined;
    const key = unit !== undefined ? `${pane.source.run}/${pane.source.view}/${unit}/${Boolean(pane.source.requests)}/${Boolean(pane.source.sustainment)}/${Boolean(pane.source.medical)}/${Boolean(sample)}` : contact ? `${pane.source.view}${contact.key}` : "";
    if (this.shown !== key || !key) this._build(pane, unit, contact, key, sample);
    if (!sample) return;
    if (unit !== undefined) this._updateUnit(pane, sample, unit);
    else if (contact && sample.exact) this._updateContact(pane, sample, contact);
  }

  _build(pane, unit, contact, key, sample) {
    if (this.shown === key && key === "" && this._why === (state.selected ?? "")) return;
    this.shown = key;
    this._why = state.selected ?? "";
    this.fields.clear();
    if (unit !== undefined) {
      const card = pane.source.units[unit];
      this.panel.replaceChildren(
        el("div", { class: "card-head" }, symbolElement(card.sidc, 38), el("div", {},
          el("h2", { id: "card-name" }, card.name),
          el("p", {}, [card.title ?? card.platform, card.group, word("side", card.side)].filter(Boolean).join(" · ")))),
        this.chain,
        this._table(unitFields(pane.source, sample, unit)),
        el("h3", {}, t("card.ranges")),
        this._ranges(card),
      );
    } else if (contact && sample?.exact) {
      const { a } = sample;
      this.panel.replaceChildren(
        el("div", { class: "card-head" }, symbolElement(codeOfContact(pane.source.meta, a, contact.row), 38),
          el("div", {}, el("h2", { id: "card-name" }, t("event.contact_number", { number: a.c_serial[contact.row] })), el("p", {}, t("card.contact")))),
        this._table("held_by level identity domain class age error position speed".split(" ")),
      );
    } else {
      const text = state.selected ? t("card.not_in_view") : t("card.none");
      this.panel.replaceChildren(el("p", { class: "empty" }, text), el("p", { class: "empty" }, t("card.hint")));
    }
  }

  _table(names) {
    const rows = names.map((name) => {
      const value = el("td", { dataset: { field: name } });
      this.fields.set(name, value);
      return el("tr", {}, el("th", { scope: "row" }, t(`card.${name}`)), value);
    });
    return el("table", { class: "card" }, el("tbody", {}, ...rows));
  }

  _ranges(card) {
    const rows = [
      ...reachOf(card).map((reach) => [reachName(reach), reachText(reach)]),
      [t("card.speed_max"), card.speed_max_mps > 0 ? speedText(card.speed_max_mps, Number.isInteger(card.speed_max_mps) ? 0 : 1) : NOT_KNOWN],
      [t("card.cost"), Number.isFinite(card.cost) ? `${figureText(card.cost)} MUSD` : numberText(card.cost)],
    ];
    return el("table", { class: "card" }, el("tbody", {}, ...rows.map(([key, text]) => el("tr", {}, el("th", { scope: "row" }, key), el("td", {}, text)))));
  }

  _set(name, text, share) {
    const cell = this.fields.get(name);
    if (!cell) return;
    if (share === undefined) {
      setText(cell, text);
      delete cell.dataset.loss;
      return;
    }
    if (!cell.firstChild?.className) cell.replaceChildren(el("span", { class: "bar" }, el("i")), el("span", {}));
    cell.firstChild.firstChild.style.width = `${Math.round(100 * share)}%`;
    cell.firstChild.classList.toggle("low", share < 0.3);
    cell.lastChild.textContent = text;
  }

  // A possibly outdated value: grey and with its age in that case.
  _old(name, text, share) {
    const isOld = (this.age !== null || this.isLost) && text !== NOT_KNOWN;
    this.fields.get(name).classList.toggle("old", isOld);
    const told = this.isLost ? t("card.when_lost", { value: text }) : t("card.old", { value: text, time: this.age });
    this._set(name, isOld ? told : text, share);
  }

  _updateUnit(pane, sample, unit) {
    const { a, i } = sample;
    const at = i * a.units + unit;
    const card = pane.source.units[unit];
    const linked = a.linked[at] === code.link.alive;
    // without a link a side knows only a unit's last report, with its age
    this.age = pane.source.isSide && !linked ? clockText(a.age[at]) : null;
    this.isLost = isGone(a.status[at]);
    if (this.isLost) this._loss(pane.source, unit, card.name);
    else this._set("status", t(`status.${codeName("status", a.status[at]) ?? "active"}`));
    const loss = lossAt(pane.source, unit);
    this.chain.hidden = !loss || this.time < loss.time - 0.05;
    if (!this.chain.hidden) this._chain(pane.source, unit);
    this._old("task", taskName(a.task[at]));
    this._old("roe", roeName(a.roe[at]));
    const hops = a.hops[at] === 255 ? "" : ` (${t("card.hops", { n: a.hops[at] })})`;
    if (this.isLost) this._set("link", NOT_KNOWN);
    else this._set("link", linked ? t("card.link_alive") + hops : t(a.linked[at] === code.link.jammed ? "card.link_jammed" : "card.link_cut"));
    this.fields.get("link").classList.toggle("warn", !linked && !this.isLost);
    this._set("report", a.age[at] === 0 ? t("card.now") : t("card.ago", { time: clockText(a.age[at]) }));
    this._position(pane, pane.positions.metres[2 * unit], pane.positions.metres[2 * unit + 1]);
    this._old("height", a.z[at] === -32768 ? NOT_KNOWN : heightText(a.z[at]));
    this._old("heading", a.heading[at] === 65535 ? NOT_KNOWN : bearingText(a.heading[at] / 100));
    this._old("speed", a.speed[at] === 65535 ? NOT_KNOWN : speedText(a.speed[at] / 10, 1));
    if (a.wear) this._share("wear", a.wear[at], 0.7);
    if (this.fields.has("queue")) this._set("queue", queueText(pane.source, card, this.time));
    this._share("strength", a.strength[at]);
    this._share("endurance", a.endurance[at]);
    if (a.ammo[at] === 65535) this._old("ammo", NOT_KNOWN);
    else if (card.ammo0 > 0) this._old("ammo", `${a.ammo[at]} / ${card.ammo0}`, Math.min(1, a.ammo[at] / card.ammo0));
    else this._old("ammo", String(a.ammo[at]));
    this._old("damage", damageText(a.damage[at]));
    if (pane.source.sustainment) this._upkeep(pane.source, unit, a.ready?.[at] ?? NO_READINESS);
    if (this.fields.has("casualties")) this._lines("casualties", medicalLines(pane.source, unit, this.time), t("care.none"));
    this.fields.get("damage").classList.toggle("warn", a.damage[at] > 0 && a.damage[at] !== 255);
  }

  // Readiness, failed components, load and stores of a unit, where the run has sustainment.
  _upkeep(source, unit, ready) {
    if (this.fields.has("readiness")) {
      this._old("readiness", ready === NO_READINESS ? NOT_KNOWN : readinessText(ready));
      this.fields.get("readiness").classList.toggle("warn", ready >= 2 && ready !== NO_READINESS);
      this._lines("upkeep", componentLines(source, unit, this.time), t("card.all_good"));
    }
    if (this.fields.has("load")) this._set("load", loadText(source, unit, this.time));
    if (this.fields.has("stock")) this._lines("stock", stockLines(source, unit, this.time), NOT_KNOWN);
  }

  _lines(name, lines, empty) {
    const cell = this.fields.get(name);
    const key = lines.join("\n");
    if (cell.dataset.lines === key) return;
    cell.dataset.lines = key;
    cell.replaceChildren(...(lines.length ? lines.map((line) => el("div", {}, line)) : [empty]));
  }

  // Time and cause of a unit's loss, as a link to that time; just the word if unknown to the view.
  _loss(source, unit, name) {
    const loss = lossAt(source, unit);
    const cell = this.fields.get("status");
    if (!loss) {
      this._set("status", t("status.lost"));
      return;
    }
    if (cell.dataset.loss === String(loss.at) && cell.firstElementChild) return;
    cell.dataset.loss = String(loss.at);
    const jump = () => emit("jump", { time: loss.time, units: [name] });
    cell.replaceChildren(
      el("button", { class: "link", id: "card-loss", onclick: jump }, t("card.lost_at", { time: clockText(loss.time) })),
      el("div", {}, loss.text),
    );
  }

  // The kill chain of a lost unit; each step jumps to its moment and selects the unit that acts.
  _chain(source, unit) {
    const key = `${source.run}/${source.view}/${unit}/${Boolean(source.shots)}`;
    if (this.chain.dataset.key === key) return;
    this.chain.dataset.key = key;
    const steps = killChain(source, unit);
    if (!steps.length) {
      this.chain.replaceChildren();
      return;
    }
    this.chain.replaceChildren(
      el("h3", {}, t("chain.title")),
      el("ol", {}, ...steps.map(({ name, time, text, unit: by }) => el(
        "li",
        { dataset: { step: name } },
        el("button", { class: "point", onclick: () => emit("jump", { time, units: by >= 0 ? [source.units[by].name] : [] }) }, el("time", {}, clockText(time)), el("span", {}, text)),
      ))),
    );
  }

  // limit: threshold for marking quantities for which high values are bad.
  _share(name, packed, limit) {
    if (packed === 255) {
      this.fields.get(name).replaceChildren(NOT_KNOWN);
      this.fields.get(name).classList.remove("old");
      return;
    }
    this._old(name, shareText(packed / 250), packed / 250);
    if (limit !== undefined) this.fields.get(name).querySelector(".bar")?.classList.toggle("low", packed / 250 >= limit);
  }

  _position(pane, x, y) {
    if (!Number.isFinite(x)) {
      this._old("position", NOT_KNOWN);
      return;
    }
    const place = toLonLat(pane.source.meta.origin, x, y);
    this._old("position", [mgrsText(...place), degreesText(...place)].filter(Boolean).join("\n"));
  }

  _updateContact(pane, { a }, { row, mx, my }) {
    this.age = null;
    this._set("held_by", word("side", pane.source.meta.sides[a.c_side[row]]));
    this._set("level", t(`level.${codeName("level", a.c_level[row])}`));
    this._set("identity", t(`identity.${beliefOf(pane.source.meta, a, row)}`));
    this._set("domain", t(`domain.${codeName("domain", a.c_domain[row]) ?? "not_known"}`));
    this._set("class", a.c_class[row] < 0 ? NOT_KNOWN : t(`class.${codeName("target_class", a.c_class[row])}`));
    this._set("age", t("card.ago", { time: clockText(a.c_age[row]) }));
    const axes = a.c_major ? [a.c_major[row], a.c_minor[row]] : [a.c_error[row]];
    const turn = a.c_major ? `, ${bearingText(a.c_angle[row])}` : "";
    this._set("error", `± ${axes.map(distanceText).join(" × ")}${turn}`);
    this._set("speed", speedText(Math.hypot(a.c_vx[row], a.c_vy[row]), 1));
    this._position(pane, mx, my);
  }
}

// "12.0 km", with the field of view if below 360°, and whether it is off.
function reachText({ range_m, field_of_view_deg, is_on }) {
  const range = range_m === null || range_m === Infinity ? t("card.no_limit") : range_m > 0 ? distanceText(range_m) : NOT_KNOWN;
  const view = field_of_view_deg < 360 ? `, ${Math.round(field_of_view_deg)}°` : "";
  return `${range}${view}${is_on ? "" : ` (${t("ring.off")})`}`;
}
