// The text beside the pointer: name, kind, side, state and course of the symbol under it, and its range and bearing
// from the selected unit.

import { code, codeName, isGone } from "./codes.js";
import { beliefOf, pickContact } from "./contact_layer.js";
import { lossAt } from "./event_words.js";
import { bearing } from "./geodesy.js";
import { pickStack } from "./group_layer.js";
import { medicalLines } from "./medical.js";
import { state } from "./store.js";
import { tipLines } from "./sustainment.js";
import { bearingText, clockText, el, t, word } from "./text.js";
import { distanceText, speedText } from "./units.js";
import { pickUnit } from "./unit_layer.js";

const REACH = 14;

// What is under a point: {unit}, {contact}, {stack} of units, {clump} of contacts, or null. A lost unit counts only while wrecks are shown.
export function under(pane, x, y) {
  const stack = pickStack(pane.stacks, x, y, REACH);
  if (stack) return { stack };
  const clump = pickStack(pane.contactHeaps, x, y, REACH);
  if (clump) return { clump };
  const unit = pickUnit(pane.positions, x, y, REACH);
  if (unit >= 0 && (pane.positions.shown[unit] !== 2 || state.layers.lost)) return { unit };
  const contact = state.layers.contacts ? pickContact(pane.contacts, x, y, REACH) : null;
  return contact ? { contact } : null;
}

// Heading and lines of a thing on the map, {title, lines, spot}.
export function describe(pane, found) {
  if (found.stack) return ofStack(pane, found.stack);
  if (found.clump) {
    const one = ofContact(pane, pane.contacts.find(({ key }) => key === found.clump.all[0].key));
    return { title: t("tip.contacts", { n: found.clump.all.length }), lines: one.lines.slice(0, 1), spot: one.spot };
  }
  return found.contact ? ofContact(pane, found.contact) : ofUnit(pane, found.unit);
}

function ofUnit(pane, unit) {
  const { source, sample, positions, time } = pane;
  const card = source.units[unit];
  const { a } = sample;
  const at = sample.i * a.units + unit;
  const lines = [[card.title ?? card.platform, card.group, word("side", card.side)].filter(Boolean).join(" · ")];
  const spot = { x: positions.metres[2 * unit], y: positions.metres[2 * unit + 1] };
  const status = a.status[at];
  if (isGone(status)) {
    const loss = lossAt(source, unit);
    lines.push(loss ? `${clockText(loss.time)}: ${loss.text}` : t("status.lost"));
    return { title: card.name, lines, spot };
  }
  const linked = a.linked[at] === code.link.alive;
  const link = linked ? "" : t(a.linked[at] === code.link.jammed ? "card.link_jammed" : "card.link_cut");
  const report = source.isSide && !linked ? t("card.ago", { time: clockText(a.age[at]) }) : "";
  lines.push([word("status", codeName("status", status) ?? "active"), link && `${t("card.link")}: ${link}`, report].filter(Boolean).join(" · "));
  const going = [a.speed[at] === 65535 ? "" : speedText(a.speed[at] / 10), a.heading[at] === 65535 || a.speed[at] < 2 ? "" : bearingText(a.heading[at] / 100)].filter(Boolean);
  if (going.length) lines.push(going.join(" · "));
  lines.push(...tipLines(source, unit, sample, time), ...medicalLines(source, unit, time));
  return { title: card.name, lines, spot };
}

function ofContact({ source, sample }, contact) {
  const { a } = sample;
  const { row } = contact;
  const kind = a.c_class[row] < 0 ? t(`domain.${codeName("domain", a.c_domain[row]) ?? "not_known"}`) : t(`class.${codeName("target_class", a.c_class[row])}`);
  const lines = [
    [kind, t(`level.${codeName("level", a.c_level[row])}`), t(`identity.${beliefOf(source.meta, a, row)}`)].join(" · "),
    `${t("card.age")}: ${t("card.ago", { time: clockText(a.c_age[row]) })} · ± ${distanceText(a.c_error[row])}`,
  ];
  const speed = Math.hypot(a.c_vx[row], a.c_vy[row]);
  if (speed >= 0.2) lines.push(`${speedText(speed)} · ${bearingText(bearing(0, 0, a.c_vx[row], a.c_vy[row]))}`);
  if (!source.isSide) lines.push(t("tip.held_by", { side: word("side", source.meta.sides[a.c_side[row]]), unit: source.units[a.c_unit[row]]?.name ?? "" }));
  return { title: t("event.contact_number", { number: a.c_serial[row] }), lines, spot: { x: contact.mx, y: contact.my } };
}

function ofStack(pane, { group, count, x, y }) {
  const { source, positions } = pane;
  const kinds = new Map();
  for (const k of group.units) if (positions.shown[k]) kinds.set(source.units[k].title, (kinds.get(source.units[k].title) ?? 0) + 1);
  const { scale, ox, oy } = pane.view();
  return {
    title: group.name,
    lines: [`${word("side", group.side)} · ${t("tip.units", { n: count })}`, ...[...kinds].slice(0, 4).map(([title, n]) => `${n} × ${title}`)],
    spot: { x: (x - ox) / scale, y: (oy - y) / scale },
  };
}

export class Tooltip {
  constructor() {
    this.element = el("div", { class: "unit-tip", hidden: true, "aria-hidden": "true" });
  }

  hide() {
    this.element.hidden = true;
  }

  // Show it for a thing on the map, or hide it for null. Beside the point, inside the pane.
  show(pane, found, point) {
    this.element.hidden = !found || !pane.sample;
    if (this.element.hidden) return;
    const { title, lines, spot } = describe(pane, found);
    const from = pane.selectedSpot();
    if (from && state.selected !== title && Number.isFinite(spot.x)) {
      const metres = Math.hypot(spot.x - from.x, spot.y - from.y);
      if (metres > 1) lines.push(t("tip.from", { unit: nameOfSelected(), range: distanceText(metres), bearing: bearingText(bearing(from.x, from.y, spot.x, spot.y)) }));
    }
    this.element.replaceChildren(el("strong", {}, title), ...lines.map((line) => el("div", {}, line)));
    const { offsetWidth, offsetHeight } = this.element;
    const left = point.x + 16 + offsetWidth < pane.width ? point.x + 16 : point.x - 16 - offsetWidth;
    const top = Math.min(point.y + 12, pane.height - offsetHeight - 4);
    this.element.style.transform = `translate(${Math.max(2, Math.round(left))}px, ${Math.max(2, Math.round(top))}px)`;
  }
}

function nameOfSelected() {
  const name = state.selected ?? "";
  return name.startsWith("#") ? t("event.contact_number", { number: name.split(":")[1] }) : name;
}
