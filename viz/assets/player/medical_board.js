// The board of casualties: counts by stage, facilities, transports, and a row for each casualty; all at the cursor.

import { LiveBoard, ROWS_AT_MOST } from "./live_board.js";
import { lossAt } from "./event_words.js";
import { burden, careAt, careStage, FLOW, flowAt, isMass, isOpen, loadMedical, STATIONS, triageText } from "./medical.js";
import { clockText, el, has, numberText, t } from "./text.js";

const [T1, T4] = [1, 4];

export class MedicalBoard extends LiveBoard {
  constructor(clock) {
    super(clock, "medical", "care", loadMedical);
  }

  _build() {
    const { medical, isSide } = this.source;
    this.flow = el("dl", { class: "care-flow" });
    this.panel.replaceChildren(
      ...(isSide ? [el("p", { class: "as-reported" }, t("care.reported"))] : []),
      el("h2", {}, t("care.flow")),
      this.flow,
      ...this._part("facilities", medical.facilities, ["facility", "queue", ...STATIONS, "held"]),
      ...this._part("transports", medical.transports, ["transport", "aboard", "carried"]),
      el("h2", {}, t("care.casualties")),
      this._table("casualties", ["casualty", "triage", "stage", "times"]),
      ...this._part("orders", medical.orders, ["time", "order", "subject"]),
    );
  }

  _show(time) {
    this._flow(time);
    if (this.bodies.facilities) this._facilities(time);
    if (this.bodies.transports) this._transports(time);
    if (this.bodies.orders) this._orders(time);
    this._casualties(time);
  }

  _flow(time) {
    const counts = flowAt(this.source.medical.cases, time);
    const key = JSON.stringify(counts);
    if (this.flow.dataset.key === key) return;
    this.flow.dataset.key = key;
    const names = ["all", ...Object.keys(FLOW)];
    this.flow.replaceChildren(...names.map((name) => el(
      "div",
      { class: counts[name] ? null : "none", dataset: { stage: name } },
      el("dt", {}, t(`care_stage.${name}`)),
      el("dd", {}, String(counts[name])),
    )));
  }

  _facilities(time) {
    const { medical } = this.source;
    this._fill("facilities", medical.facilities.slice(0, ROWS_AT_MOST).map((unit) => {
      const { held } = burden(medical, unit, time);
      const places = medical.placesOf.get(unit);
      const count = (steps) => held.filter(({ step }) => steps.includes(step.step)).length;
      const taken = (station) => {
        // a bed is kept until the patient leaves, unless he waits for a ward; other places for the treatment alone
        const isKept = station === "ward" || (station === "intensive" && !places?.ward);
        const n = count(isKept ? [station, `after_${station}`] : [station]);
        if (!places) return String(n);
        return places[station] || n ? `${n} / ${places[station]}` : "–";
      };
      const mass = isMass(medical, unit, time);
      return {
        unit,
        isLow: mass,
        cells: [
          mass ? el("span", { class: "amount", title: t("care.mass") }, `${this._name(unit)} (${t("care.mass")})`) : this._called(unit, time),
          ofLimit(count(FLOW.queue), places?.divert_from),
          ...STATIONS.map(taken),
          String(count(FLOW.held)),
        ],
      };
    }));
  }

  _transports(time) {
    const { medical } = this.source;
    this._fill("transports", medical.transports.slice(0, ROWS_AT_MOST).map((unit) => {
      const aboard = burden(medical, unit, time).held;
      const names = aboard.map(({ known, step }) => `${triageText(step.triage)} ${this._person(known)}`);
      const carried = (medical.casesOf.get(unit) ?? []).reduce((sum, known) => sum + trips(known, unit, time), 0);
      const places = medical.placesOf.get(unit);
      const filled = ofLimit(names.length, places ? places.litters + places.seats : -1);
      return { unit, cells: [this._called(unit, time), names.length ? `${filled}: ${names.join(", ")}` : filled, String(carried)] };
    }));
  }

  // The name of a unit, with a word once it is known to be lost.
  _called(unit, time) {
    const loss = lossAt(this.source, unit);
    return loss && loss.time <= time + 1e-6 ? `${this._name(unit)} (${t("status.lost")})` : this._name(unit);
  }

  _orders(time) {
    const rows = this.source.medical.orders.filter((order) => order.time_s <= time + 1e-6).slice(-ROWS_AT_MOST).reverse();
    this._fill("orders", rows.map((order) => {
      const name = order.unit >= 0 ? this._name(order.unit) : "";
      const told = this._ordered(order);
      // an order to go for nobody is told by its value alone
      const isAlone = order.order === "transport_person" && order.person === null;
      const words = has(`order_of_policy.${order.order}`) ? t(`order_of_policy.${order.order}`) : order.order.replaceAll("_", " ");
      const subject = isAlone ? name : [name, told].filter(Boolean).join(": ");
      return { unit: order.unit, cells: [el("time", {}, clockText(order.time_s)), isAlone ? told : words, subject] };
    }), "no_orders");
  }

  // What an order names: a casualty, a facility, categories, or what its value stands for.
  _ordered({ order, person, facility, value }) {
    if (order === "priority") return value > 0 ? `#${person} → ${value}` : `#${person}`;
    if (person !== null) return `#${person}`;
    if (facility !== null) return this._name(facility);
    if (order === "transport_takes" && value > 0) {
      const categories = [0, 1, 2, 3, 4].filter((triage) => (value >> triage) & 1);
      return categories.filter((triage) => triage >= T1 && triage <= T4).map(triageText).join(", ") || t("care_order.nobody");
    }
    const name = `care_order.${order}.${value}`;
    return has(name) ? t(name) : String(value);
  }

  _casualties(time) {
    const rows = this.source.medical.cases
      .map((known) => ({ known, step: careAt(known, time) }))
      .filter(({ step }) => step)
      .sort((one, two) => isOpen(two.step) - isOpen(one.step) || two.step.time_s - one.step.time_s || one.known.person - two.known.person)
      .slice(0, ROWS_AT_MOST);
    this._fill("casualties", rows.map(({ known, step }) => ({
      unit: step.at ?? known.unit,
      time: step.time_s,
      isOver: !isOpen(step),
      cells: [
        this._person(known),
        triageText(step.triage),
        el(
          "span",
          {},
          el("div", {}, t(`care_step.${step.step}`)),
          ...[step.by, step.facility].filter((unit) => unit !== null).map((unit) => el("div", {}, this._name(unit))),
          this.source.isSide ? null : el("div", { class: "injury" }, injuryText(known, step)),
        ),
        this._times(known, time),
      ],
    })), "no_casualties");
  }

  // The first time of each stage so far, of which the last is the present.
  _times(known, time) {
    const told = [];
    for (const one of known.steps) {
      if (one.time_s > time + 1e-6) break;
      const stage = one === known.steps[0] ? one.step : careStage(one);
      if (told.at(-1)?.stage !== stage && !(told.length === 1 && stage === "scene")) told.push({ stage, time_s: one.time_s });
    }
    const name = (stage) => t(has(`care_stage.${stage}`) ? `care_stage.${stage}` : `care_step.${stage}`);
    return el("span", {}, ...told.map(({ stage, time_s }) => el("div", {}, el("time", {}, clockText(time_s)), ` ${name(stage)}`)));
  }

  _person(known) {
    return known.unit >= 0 ? `${this._name(known.unit)} #${known.person}` : `#${known.person}`;
  }
}

// How often a casualty has been handed over by a transport so far.
function trips(known, unit, time) {
  let count = 0;
  known.steps.forEach((step, at) => {
    const before = known.steps[at - 1];
    const isDelivered = step.facility !== null || step.step === "point";
    if (step.time_s <= time + 1e-6 && before?.step === "aboard" && before.at === unit && step.step !== "aboard" && isOpen(step) && isDelivered) count += 1;
  });
  return count;
}

// A number, of those for which there is room if that is limited.
function ofLimit(count, limit) {
  return limit >= 0 ? `${count} / ${limit}` : String(count);
}

// The truth about an injury: severity and mechanism, and the cause of death where there was one.
function injuryText(known, step) {
  const parts = [];
  if (known.severity !== null) parts.push(`NISS ${numberText(known.severity)}`);
  if (known.mechanism) parts.push(t(`mechanism.${known.mechanism}`));
  if (known.region && known.severity !== null) parts.push(t(`region.${known.region}`));
  if (step.step === "dead" && known.cause) parts.push(t(`cause.${known.cause}`));
  if (step.step === "dead" && known.is_preventable) parts.push(t("care.preventable"));
  return parts.join(", ");
}
