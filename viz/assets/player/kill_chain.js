// The kill chain of a loss, from the events of the view: who saw the unit, when its enemy knew what it was, who approved,
// who fired, which round hit. A side's view has the steps that the side knows.

import { codeName } from "./codes.js";
import { lossAt } from "./event_words.js";
import { t, word } from "./text.js";
import { distanceText } from "./units.js";

// The steps of a loss, in order of time: {name, time, text, unit}; `unit` is the number of the unit that acts, -1 if none.
export function killChain(source, unit) {
  const { events } = source;
  const loss = events && lossAt(source, unit);
  if (!loss || events.kind[loss.at] !== "LOSS") return []; // a munition that is expended is nobody's kill
  const shooter = events.other[loss.at];
  const contact = events.contact[loss.at];
  const steps = [];
  const add = (name, at, text, by, time = events.time_s[at]) => steps.push({ name, at, time, text, unit: by });
  const isOf = (at, who, whom) => events.unit[at] === who && events.other[at] === whom;
  if (shooter >= 0) {
    const shots = indices(events, "SHOT", (at) => isOf(at, shooter, unit), loss.at);
    const fired = shots.at(-1);
    const before = fired ?? loss.at;
    const side = source.meta.sides.indexOf(source.units[shooter].side);
    sighting(source, side, unit, before, add);
    const asked = indices(events, "APPROVAL_ASKED", (at) => isOf(at, shooter, unit), before).at(-1);
    if (asked !== undefined) {
      add("asked", asked, t("chain.asked", { unit: name(source, shooter) }), shooter);
      const granted = ["APPROVAL_GRANTED", "APPROVAL_TIMEOUT"].map((kind) => indices(events, kind, (at) => events.unit[at] === shooter, before).at(-1)).filter((at) => at > asked).sort((a, b) => a - b)[0];
      if (granted !== undefined) add("granted", granted, t("chain.granted", { seconds: Math.round(events.time_s[granted] - events.time_s[asked]) }), shooter);
    }
    if (shots.length > 1) add("first_shot", shots[0], t("chain.first_shot", { unit: name(source, shooter), n: shots.length }), shooter);
    if (fired !== undefined) add("fired", fired, t("chain.fired", { unit: name(source, shooter), shot: shotText(source, fired) }), shooter);
    const hit = indices(events, "HIT", (at) => isOf(at, shooter, unit), loss.at + 1).at(-1);
    if (hit !== undefined && hit >= (fired ?? 0)) add("hit", hit, t("chain.hit", { n: events.b[hit] }), shooter);
  } else if (contact >= 0) {
    for (const at of indices(events, "HIT", (k) => events.other[k] === unit, loss.at + 1).slice(-1)) add("hit", at, t("chain.hit_by", { contact: t("event.contact_number", { number: events.contact[at] >= 0 ? events.contact[at] : contact }) }), -1);
  }
  const damages = indices(events, "DAMAGE", (at) => events.unit[at] === unit, loss.at);
  if (damages.length > 1) add("damaged", damages[0], t("chain.damaged", { n: damages.length }), unit);
  add("lost", loss.at, loss.text, unit);
  return steps.sort((one, two) => one.time - two.time || one.at - two.at);
}

// The contact of the shooter's side on the unit: gained, classified, identified.
function sighting(source, side, unit, before, add) {
  const { events } = source;
  const gained = indices(events, "CONTACT", (at) => events.side[at] === side && events.other[at] === unit, before).at(-1);
  if (gained === undefined) return;
  const serial = events.b[gained];
  const by = events.unit[gained];
  const values = { unit: name(source, by), side: word("side", source.meta.sides[side]), level: t(`level.${codeName("level", events.a[gained])}`) };
  const { seen_s: seen, sensors } = source.shots?.get(gained) ?? {};
  const told = t("chain.seen", values);
  add("seen", gained, sensors ? t("event.seen_with", { event: told, sensor: sensors.join(t("event.or")) }) : told, by, seen);
  if (seen < events.time_s[gained]) add("reported", gained, t("chain.reported", { ...values, seconds: Math.round(events.time_s[gained] - seen) }), by);
  const later = (kind) => indices(events, kind, (at) => at > gained && events.side[at] === side && events.other[at] === unit && events.b[at] === serial, before);
  for (const at of later("UPGRADE")) add("known", at, t("chain.known", { level: t(`level.${codeName("level", events.a[at])}`), unit: name(source, events.unit[at]) }), events.unit[at]);
  for (const at of later("IDENTIFIED").slice(-1)) add("taken_for", at, t("chain.taken_for", { identity: t(`identity.${codeName("identity", events.a[at]) ?? "unknown"}`) }), events.unit[at]);
}

// "2 × 30 mm cannon, 2.16 km"
function shotText(source, at) {
  const shot = source.shots?.get(at);
  const rounds = `${source.events.b[at]} × ${shot?.weapon || t("chain.rounds")}`;
  return [rounds, Number.isFinite(shot?.range_m) ? distanceText(shot.range_m) : null].filter(Boolean).join(", ");
}

function indices(events, kind, isWanted, before) {
  const found = [];
  for (let at = 0; at < before; at += 1) if (events.kind[at] === kind && isWanted(at)) found.push(at);
  return found;
}

function name(source, unit) {
  return source.units[unit]?.name ?? t("event.not_known");
}
