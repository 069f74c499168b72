// The casualties of a view at a time: their steps, and who has them, as the server knows them for the view.

import { t } from "./text.js";
import { lastAt } from "./time_plot.js";

export const STATIONS = ["resuscitation", "surgery", "intensive", "ward"];
const AT_SCENE = ["hurt", "ill", "aided", "asked", "ground"];
const ENDS = ["duty", "left", "dead"];

// The stages that are counted, in the order of the way of a casualty, and the steps in each.
export const FLOW = {
  scene: AT_SCENE,
  aboard: ["aboard"],
  point: ["point"],
  queue: ["queue"],
  treatment: STATIONS,
  held: STATIONS.map((station) => `after_${station}`),
  duty: ["duty"],
  left: ["left"],
  dead: ["dead"],
};
const stageOf = Object.fromEntries(Object.entries(FLOW).flatMap(([stage, steps]) => steps.map((step) => [step, stage])));

// The casualties of a source, undefined for a run without any people; they are read and prepared once.
export async function loadMedical(source) {
  if (source.meta.medical) source.medical ??= prepare(await source.table("medical"));
  return source.medical;
}

// Add the cases by unit: its own people, and those that it ever carries or takes in.
function prepare(table) {
  const casesOf = new Map();
  for (const known of table.cases) {
    known.times = known.steps.map((step) => step.time_s);
    for (const unit of new Set([known.unit, ...known.steps.map((step) => step.at)])) {
      if (unit === null || unit < 0) continue;
      if (!casesOf.has(unit)) casesOf.set(unit, []);
      casesOf.get(unit).push(known);
    }
  }
  const placesOf = new Map((table.places ?? []).map((places) => [places.unit, places]));
  return { ...table, orders: table.orders ?? [], casesOf, placesOf };
}

// The step of a case at a time; null before it begins.
export function careAt(known, time) {
  return known.steps[lastAt(known.times, time)] ?? null;
}

export function careStage(step) {
  return stageOf[step.step];
}

export function isOpen(step) {
  return !ENDS.includes(step.step);
}

// Number of cases in each stage of FLOW at a time, and of all so far.
export function flowAt(cases, time) {
  const counts = { all: 0, ...Object.fromEntries(Object.keys(FLOW).map((stage) => [stage, 0])) };
  for (const known of cases) {
    const step = careAt(known, time);
    if (!step) continue;
    counts.all += 1;
    counts[careStage(step)] += 1;
  }
  return counts;
}

export function triageText(triage) {
  return triage > 0 ? `T${triage}` : "–";
}

// Those of a unit's own people who wait where they are, and those whom it has aboard or takes care of.
export function burden(medical, unit, time) {
  const waiting = [];
  const held = [];
  for (const known of medical.casesOf.get(unit) ?? []) {
    const step = careAt(known, time);
    if (!step || !isOpen(step)) continue;
    if (step.at === unit) held.push({ known, step });
    else if (known.unit === unit && AT_SCENE.includes(step.step)) waiting.push({ known, step });
  }
  return { waiting, held };
}

export function isMass(medical, unit, time) {
  let found = false;
  for (const mode of medical.modes) if (mode.unit === unit && mode.time_s <= time + 1e-6) found = mode.is_mass;
  return found;
}

function byTriage(list) {
  const counts = [1, 2, 3, 4, 0].map((triage) => [triage, list.filter(({ step }) => step.triage === triage).length]);
  return counts.filter(([, count]) => count).map(([triage, count]) => `${triage ? triageText(triage) : t("care.untriaged")}: ${count}`).join(", ");
}

// Lines about a unit: who waits there, who is aboard, the queue and the stations of a facility.
export function medicalLines(source, unit, time) {
  if (!source.medical?.casesOf.has(unit)) return [];
  const { waiting, held } = burden(source.medical, unit, time);
  const lines = [];
  const tell = (name, list) => list.length && lines.push(`${name} ${list.length} (${byTriage(list)})`);
  tell(t("care_stage.scene"), waiting);
  tell(t("care_stage.aboard"), held.filter(({ step }) => step.step === "aboard"));
  tell(t("care_stage.queue"), held.filter(({ step }) => step.step === "queue"));
  for (const station of STATIONS) tell(t(`care_step.${station}`), held.filter(({ step }) => step.step === station));
  tell(t("care_stage.held"), held.filter(({ step }) => step.step.startsWith("after_")));
  if (isMass(source.medical, unit, time)) lines.push(t("care.mass"));
  return lines;
}
