// Events in words: a sentence per kind, from the texts of the page.

import { bitNames, codeName } from "./codes.js";
import { STATIONS } from "./medical.js";
import { has, t, word } from "./text.js";

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

export function eventText(source, events, at) {
  const kind = events.kind[at];
  const wasHit = kind === "HIT" && events.unit[at] < 0;
  if (!has(`event.${kind}`)) return `${nameOf(source, events.unit[at], -1)}: ${kind.toLowerCase().replaceAll("_", " ")}`;
  const [a, b] = [events.a[at], events.b[at]];
  const values = {
    unit: nameOf(source, events.unit[at], wasHit ? events.contact[at] : -1),
    other: nameOf(source, events.other[at], events.contact[at]),
    side: source.meta.sides[events.side[at]] ?? "–",
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
  if (has(`event.${kind}.alone`) && events.other[at] < 0 && events.contact[at] < 0) return t(`event.${kind}.alone`, values);
  if (kind === "END") {
    const winner = source.meta.sides[a];
    return winner ? t("event.END.winner", { winner }) : source.isSide ? t("event.END.known") : t("event.END.draw");
  }
  return t([`event.${kind}.a${a}`, `event.${kind}.b${b}`].find(has) ?? `event.${kind}`, values); // a case of its own
}

// Units of the view involved in an event, to select and centre on.
export function eventUnits(source, events, at) {
  return [events.unit[at], events.other[at]].filter((unit) => unit >= 0).map((unit) => source.units[unit].name);
}
