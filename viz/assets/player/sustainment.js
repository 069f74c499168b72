// The sustainment of a view at a time: readiness, jobs of repair, stocks and loads, as the server knows them for the view.

import { codeName } from "./codes.js";
import { numberText, t, word } from "./text.js";
import { lastAt } from "./time_plot.js";

export const NO_READINESS = 255;

// The sustainment of a source, undefined for a run without any; it is read and prepared once.
export async function loadSustainment(source) {
  if (source.meta.sustainment) source.sustainment ??= prepare(await source.table("sustainment"));
  return source.sustainment;
}

// Add maps by unit to the table of the server.
function prepare(table) {
  const byUnit = (rows) => {
    const found = new Map();
    for (const row of rows) {
      if (!found.has(row.unit)) found.set(row.unit, []);
      found.get(row.unit).push(row);
    }
    return found;
  };
  return {
    ...table,
    jobsOf: byUnit(table.jobs),
    cargoOf: byUnit(table.stores.filter((store) => store.is_cargo)),
    shelvesOf: byUnit(table.stores.filter((store) => !store.is_cargo)),
    carrierOf: new Map(table.carriers.map((carrier) => [carrier.unit, carrier])),
  };
}

// The step of a job at a time: {step, at, time_s}; null before it begins and after its end.
export function stepAt(job, time) {
  if (job.end_s !== null && job.end_s <= time + 1e-6) return null;
  let found = null;
  for (const step of job.steps) if (step.time_s <= time + 1e-6) found = step;
  return found;
}

// Whether a job is in work at a time. Called for each unit of each frame.
export function isInWork(job, time) {
  if (job.steps[0].time_s > time || (job.end_s !== null && job.end_s <= time)) return false;
  return stepAt(job, time)?.step === "work";
}

// Jobs under way, the latest step first; degraded components are no jobs.
export function jobsAt(jobs, time, withDegraded = false) {
  return jobs
    .map((job) => ({ job, step: stepAt(job, time) }))
    .filter(({ step }) => step && (withDegraded || step.step !== "degraded"))
    .sort((one, two) => two.step.time_s - one.step.time_s);
}

export function stockAt(store, time, name = "on_hand") {
  return store[name]?.[lastAt(store.time_s, time)] ?? null;
}

export function loadKg(sustainment, unit, time) {
  return (sustainment.cargoOf.get(unit) ?? []).reduce((sum, cargo) => sum + cargo.mass_kg * (stockAt(cargo, time) ?? 0), 0);
}

export function stepText(source, step) {
  const name = t(`step.${step.step}`);
  const place = step.at === null ? null : source.units[step.at]?.name;
  return place ? t("upkeep.at", { step: name, unit: place }) : name;
}

export function hoursText(hours) {
  return hours === null ? "–" : t("upkeep.hours_value", { n: numberText(hours, 1) });
}

export function readinessText(number) {
  const name = codeName("readiness", number);
  return name ? `${t(`readiness_short.${name}`)}: ${t(`readiness.${name}`)}` : "–";
}

// Lines about a unit: failed and degraded components, and what it carries.
export function componentLines(source, unit, time) {
  const jobs = jobsAt(source.sustainment?.jobsOf.get(unit) ?? [], time, true);
  return jobs.map(({ job, step }) => {
    const hours = job.hours === null || step.step === "degraded" ? "" : `, ${t("upkeep.hours")} ${hoursText(job.hours)}`;
    return `${word("part", job.component)}: ${stepText(source, step)}${hours}`;
  });
}

export function loadLines(source, unit, time) {
  const rows = source.sustainment?.cargoOf.get(unit) ?? [];
  return rows.map((row) => [row.item, stockAt(row, time)]).filter(([, amount]) => amount > 0)
    .map(([item, amount]) => `${item} ${numberText(amount)}`);
}

export function stockLines(source, unit, time) {
  const rows = source.sustainment?.shelvesOf.get(unit) ?? [];
  return rows.map((row) => `${row.item} ${numberText(stockAt(row, time))} / ${numberText(row.capacity)}`);
}

// The text beside the pointer: empty for a unit about which there is nothing to tell.
export function tipLines(source, unit, sample, time) {
  if (!source.sustainment) return [];
  const ready = sample?.a.ready?.[sample.i * sample.a.units + unit] ?? NO_READINESS;
  const load = source.sustainment.carrierOf.has(unit) ? [`${t("upkeep.load")} ${loadText(source, unit, time)}`] : [];
  const state = ready === NO_READINESS ? [] : [readinessText(ready)];
  return [...state, ...componentLines(source, unit, time), ...load, ...stockLines(source, unit, time)];
}

// "180 / 900 kg: water 180"
export function loadText(source, unit, time) {
  const carrier = source.sustainment.carrierOf.get(unit);
  const items = loadLines(source, unit, time);
  const mass = `${numberText(Math.round(loadKg(source.sustainment, unit, time)))} / ${numberText(carrier.load_kg)} kg`;
  return `${mass}: ${items.join(", ") || t("upkeep.no_load")}`;
}
