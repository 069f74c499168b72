// Events as people read them: a sentence per kind, a colour and a lane per family.

import { has, t, word } from "./text.js";

export const FAMILIES = {
  loss: ["LOSS", "EXPENDED"],
  damage: ["HIT", "DAMAGE", "MINE", "OUTAGE"],
  fire: ["SHOT", "MISS", "INTERCEPT", "SOFT_KILL", "DENIED", "FALSE_ENGAGEMENT"],
  contact: ["CONTACT", "UPGRADE", "IDENTIFIED", "CONTACT_LOST"],
  link: ["LINK_LOST", "LINK_BACK"],
  approval: ["APPROVAL_ASKED", "APPROVAL_GRANTED", "APPROVAL_DENIED", "APPROVAL_TIMEOUT", "APPROVAL_WITHDRAWN"],
  movement: ["LAUNCH", "RECOVER", "EXHAUSTED", "RETURN", "MINE_CLEARED", "REINFORCED", "SUPPLIED"],
  order: ["ORDER", "EMCON", "ORDER_RECEIVED"],
  outcome: ["OBJECTIVE", "END"],
};
export const NOTABLE = new Set([...FAMILIES.loss, ...FAMILIES.damage, ...FAMILIES.outcome, "SHOT", "INTERCEPT", "FALSE_ENGAGEMENT", "LINK_LOST"]);
const FAMILY_OF = new Map(Object.entries(FAMILIES).flatMap(([family, kinds]) => kinds.map((kind) => [kind, family])));
const TASKS = "hold move search screen attack strike intercept escort relay recover withdraw".split(" ");
const ROES = ["hold", "tight", "free"];
const EMCONS = ["no_change", "radiate", "silent"];
const IDENTITIES = ["unknown", "hostile", "neutral", "decoy"];
const DAMAGES = ["mobility", "sensor", "weapon", "link", "catastrophic"];

export function familyOf(kind) {
  return FAMILY_OF.get(kind) ?? "outcome";
}

export function taskName(code) {
  return code === 255 ? "–" : word("task", TASKS[code] ?? code);
}

export function roeName(code) {
  return code === 255 ? "–" : word("roe", ROES[code] ?? code);
}

export function damageText(bits) {
  if (bits === 255) return "–";
  const parts = DAMAGES.filter((name, bit) => bits & (1 << bit)).map((name) => t(`damage.${name}`));
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
  const values = {
    unit: nameOf(source, events.unit[at], wasHit ? events.contact[at] : -1),
    other: nameOf(source, events.other[at], events.contact[at]),
    side: source.meta.sides[events.side[at]] ?? "–",
    a: events.a[at],
    b: events.b[at],
    task: taskName(events.a[at]),
    level: t(`level.${events.a[at]}`),
    identity: t(`identity.${IDENTITIES[events.a[at]] ?? "unknown"}`),
    damage: damageText(events.a[at]),
    reason: t(`return.${events.a[at]}`),
    denial: t(`denied.${events.a[at]}`),
    emcon: t(`emcon.${EMCONS[events.a[at]]}`),
    seconds: kind === "APPROVAL_GRANTED" || kind === "APPROVAL_DENIED" ? events.a[at] + events.b[at] : events.a[at],
  };
  if (kind === "CONTACT_LOST" || kind === "CONTACT" || kind === "UPGRADE" || kind === "IDENTIFIED") values.serial = events.b[at];
  if (kind === "OUTAGE" && events.b[at] === 0) return t("event.OUTAGE.over", values);
  if (kind === "MINE" && events.b[at] === 0) return t("event.MINE.unharmed", values);
  if (kind === "APPROVAL_TIMEOUT" && events.b[at] === 1) return t("event.APPROVAL_TIMEOUT.veto", values);
  if (kind === "LOSS" && events.other[at] < 0 && events.contact[at] < 0) return t("event.LOSS.alone", values);
  if (kind === "END") {
    const winner = source.meta.sides[events.a[at]];
    return winner ? t("event.END.winner", { winner }) : source.isSide ? t("event.END.known") : t("event.END.draw");
  }
  return t(`event.${kind}`, values);
}

// Units of the view that an event is about, to select and centre on.
export function eventUnits(source, events, at) {
  return [events.unit[at], events.other[at]].filter((unit) => unit >= 0).map((unit) => source.units[unit].name);
}
