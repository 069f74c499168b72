// Live fires and interceptions: a round in flight, a flash for a hit, a ring for a miss.
// Other happenings (mines, supply, outages, approvals) show a small sign beside their unit.

import { SIGNS, drawSign } from "./signs.js";

const NO_ANSWER_S = 6; // display time of a shot with unknown outcome
const SHOWN_WALL_S = 0.45; // and at least this long on the wall clock, however fast the replay

// Prepare the events of a source: for each shot the time and outcome of its salvo. Sorted by time, as events are.
export function prepareFires(events) {
  const open = new Map();
  const fires = [];
  events.kind.forEach((kind, at) => {
    const key = `${events.unit[at]}:${events.other[at]}:${events.contact[at]}:${events.a[at]}`;
    const time = events.time_s[at];
    if (kind === "SHOT") {
      const fire = { time, end: time + NO_ANSWER_S, from: events.unit[at], to: events.other[at], contact: events.contact[at], outcome: null };
      fires.push(fire);
      if (!open.has(key)) open.set(key, []);
      open.get(key).push(fire);
    } else if (kind === "HIT" || kind === "MISS") {
      const fire = open.get(key)?.shift();
      if (fire) Object.assign(fire, { end: Math.max(time, fire.time + 0.1), outcome: kind });
      else fires.push({ time, end: time, from: events.unit[at], to: events.other[at], contact: events.contact[at], outcome: kind });
    } else if (kind === "INTERCEPT" || kind === "SOFT_KILL" || kind in SIGNS) {
      fires.push({ time, end: time, from: events.unit[at], to: events.other[at], contact: -1, outcome: kind, b: events.b[at] });
    }
  });
  fires.sort((one, two) => one.time - two.time);
  return { fires, longest: fires.reduce((most, fire) => Math.max(most, fire.end - fire.time), 0) };
}

export function drawFires(context, scene) {
  const { fires, time, speed, colours, layers } = scene;
  if (!layers.fires || !fires) return;
  const afterglow = Math.max(2, SHOWN_WALL_S * speed);
  const list = fires.fires;
  let at = firstAfter(list, time - fires.longest - afterglow);
  for (; at < list.length && list[at].time <= time; at += 1) {
    const fire = list[at];
    const end = Math.max(fire.end, fire.time + (fire.outcome === "INTERCEPT" || fire.outcome in SIGNS ? 0 : Math.min(afterglow, 1)));
    if (time > end + afterglow) continue;
    const from = spotOf(scene, fire.from, -1);
    const to = spotOf(scene, fire.to, fire.contact);
    if (fire.outcome in SIGNS) drawSign(context, scene, fire, from, (time - end) / afterglow);
    else if (fire.outcome === "INTERCEPT") drawIntercept(context, from, to ?? from, colours);
    else if (fire.outcome === "SOFT_KILL") drawSoftKill(context, from, to ?? from, colours);
    else if (time <= end && from && to) drawRound(context, from, to, (time - fire.time) / Math.max(0.1, end - fire.time), colours);
    else if (to && fire.outcome && time > end) drawOutcome(context, to, fire.outcome, (time - end) / afterglow, colours);
  }
}

function firstAfter(list, time) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function spotOf({ positions, contacts, sample, view }, unit, serial) {
  if (unit >= 0) {
    const x = positions.metres[2 * unit] * view.scale + view.ox;
    const y = view.oy - positions.metres[2 * unit + 1] * view.scale;
    return Number.isFinite(x) ? { x, y } : null;
  }
  if (serial < 0 || !sample.exact) return null;
  return contacts.find((contact) => sample.a.c_serial[contact.row] === serial) ?? null;
}

function drawRound(context, from, to, share, colours) {
  const x = from.x + (to.x - from.x) * share;
  const y = from.y + (to.y - from.y) * share;
  context.strokeStyle = colours.shot;
  context.lineWidth = 1;
  context.globalAlpha = 0.45;
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
  context.globalAlpha = 1;
  context.lineWidth = 2.5;
  const back = Math.max(0, share - 0.12);
  context.beginPath();
  context.moveTo(from.x + (to.x - from.x) * back, from.y + (to.y - from.y) * back);
  context.lineTo(x, y);
  context.stroke();
  context.fillStyle = colours.shot;
  context.beginPath();
  context.arc(x, y, 3.5, 0, 2 * Math.PI);
  context.fill();
}

function drawOutcome(context, spot, outcome, age, colours) {
  context.globalAlpha = Math.max(0, 1 - age);
  const radius = 6 + 14 * age;
  context.beginPath();
  context.arc(spot.x, spot.y, radius, 0, 2 * Math.PI);
  context.lineWidth = outcome === "HIT" ? 3 : 1.5;
  context.strokeStyle = outcome === "HIT" ? colours.hit : colours.lost;
  context.stroke();
  if (outcome === "HIT") {
    context.beginPath();
    for (let ray = 0; ray < 8; ray += 1) {
      const angle = (ray * Math.PI) / 4;
      context.moveTo(spot.x + 4 * Math.cos(angle), spot.y + 4 * Math.sin(angle));
      context.lineTo(spot.x + radius * Math.cos(angle), spot.y + radius * Math.sin(angle));
    }
    context.lineWidth = 2;
    context.stroke();
  }
  context.globalAlpha = 1;
}

function drawIntercept(context, from, to, colours) {
  if (!from) return;
  context.strokeStyle = colours.stopped;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.moveTo(to.x - 6, to.y);
  context.lineTo(to.x, to.y - 6);
  context.lineTo(to.x + 6, to.y);
  context.lineTo(to.x, to.y + 6);
  context.closePath();
  context.stroke();
}

// Diverted rounds: a broken wave between the unit and the target of the rounds, with an open ring there.
function drawSoftKill(context, from, to, colours) {
  if (!from) return;
  context.strokeStyle = colours.stopped;
  context.lineWidth = 2;
  context.setLineDash([2, 4]);
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
  context.beginPath();
  context.arc(to.x, to.y, 8, 0, 2 * Math.PI);
  context.stroke();
  context.setLineDash([]);
}
