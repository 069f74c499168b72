// Events in words: a sentence per kind, from the texts of the page.

import { bitNames, codeName, familyOf } from "./codes.js";
import { STATIONS } from "./medical.js";
import { has, sentence, t, word } from "./text.js";
import { distanceText } from "./units.js";
import { objectiveText } from "./turning_words.js";

export function taskName(number) {
  return number === 255 ? "–" : word("task", codeName("task", number) ?? number);
}

export function roeName(number) {
  return number === 255 ? "–" : word("roe", codeName("roe", number) ?? number);
}

export function damageText(bits) {
  if (bits === 255) return "–";
  const parts = bitNames("damage", bits).map((name) => t(`damage.${name}`));
  return parts.length ? parts.join(", ") : t("damage.none");
}

function nameOf(source, unit, contact) {
  if (unit >= 0) return source.units[unit]?.name ?? "?";
  return contact >= 0 ? t("event.contact_number", { number: contact }) : t("event.not_known");
}

// Weapon and range of each shot, by the number of its event, and of each new contact the time of its sighting where
// reports take time.
export function shotsOf({ at, weapon, range_m, weapons, seen, sensors, by }) {
  const facts = new Map(at.map((event, k) => [event, { weapon: weapons[weapon[k]] ?? "", range_m: range_m[k] }]));
  for (const [event, seen_s] of Object.entries(seen ?? {})) facts.set(Number(event), { seen_s });
  for (const [event, listed] of Object.entries(by ?? {})) facts.set(Number(event), { ...facts.get(Number(event)), sensors: listed.map((one) => sensors[one]) });
  return facts;
}

// The event that ended a unit: {at, time, text}; null if unknown to the view.
export function lossAt(source, unit) {
  const { events } = source;
  if (!events) return null;
  if (source.losses?.events !== events) {
    source.losses = { events, of: new Map() };
    events.kind.forEach((kind, at) => {
      if (familyOf(kind) === "loss") source.losses.of.set(events.unit[at], at);
    });
  }
  const at = source.losses.of.get(unit);
  return at === undefined ? null : { at, time: events.time_s[at], text: eventText(source, events, at) };
}

// An event in words, with the sensor that saw a contact where the recording decides it.
export function eventText(source, events, at) {
  const text = inWords(source, events, at);
  const sensors = source.shots?.get(at)?.sensors;
  return sensors ? t("event.seen_with", { event: text, sensor: sensors.join(t("event.or")) }) : text;
}

function inWords(source, events, at) {
  const kind = events.kind[at];
  const wasHit = kind === "HIT" && events.unit[at] < 0;
  if (!has(`event.${kind}`)) return `${nameOf(source, events.unit[at], -1)}: ${kind.toLowerCase().replaceAll("_", " ")}`;
  const [a, b] = [events.a[at], events.b[at]];
  const values = {
    unit: sentence(nameOf(source, events.unit[at], wasHit ? events.contact[at] : -1), events.unit[at] >= 0),
    other: nameOf(source, events.other[at], events.contact[at]),
    side: word("side", source.meta.sides[events.side[at]] ?? "–"),
    a,
    b,
    both: a + b,
    task: taskName(a),
    level: t(`level.${codeName("level", a)}`),
    identity: t(`identity.${codeName("identity", a) ?? "unknown"}`),
    damage: damageText(a),
    reason: t(`return.${codeName("returning", a)}`),
    emcon: t(`emcon.${codeName("emcon", a)}`),
    station: t(`care_step.${STATIONS[b]}`),
    part: t(`part.${codeName("part", a)}`),
  };
  const shot = kind === "SHOT" ? source.shots?.get(at) : undefined;
  if (shot?.weapon) {
    const range = Number.isFinite(shot.range_m) ? distanceText(shot.range_m) : "";
    return [t("event.SHOT.with", { ...values, weapon: shot.weapon }), range].filter(Boolean).join(", ");
  }
  if (!source.isSide && events.other[at] >= 0 && has(`event.${kind}.true`)) return t(`event.${kind}.true`, values);
  if (has(`event.${kind}.alone`) && events.other[at] < 0 && events.contact[at] < 0) return t(`event.${kind}.alone`, values);
  const objective = kind === "OBJECTIVE" ? source.story?.objectives[a] : undefined;
  if (objective) return t("turning.objective", { ...values, objective: objectiveText(objective) });
  if (kind === "END") {
    const winner = source.meta.sides[a];
    return winner ? t("event.END.winner", { winner: word("side", winner) }) : source.isSide ? t("event.END.known") : t("event.END.draw");
  }
  return t([`event.${kind}.a${a}`, `event.${kind}.b${b}`].find(has) ?? `event.${kind}`, values); // a case of its own
}

// Units of the view involved in an event, to select and centre on.
export function eventUnits(source, events, at) {
  return [events.unit[at], events.other[at]].filter((unit) => unit >= 0).map((unit) => source.units[unit].name);
}
