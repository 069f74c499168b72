// The moments that decided a run: the turning points about which the lead in score changed most. Turning points that follow
// each other closely are one moment, told by the weightiest of them that is in favour of the side that gained.

import { lastAt } from "./time_plot.js";

const MOST = 3;
const JOIN = 1 / 20; // of the run: turning points within it of the first are the same moment
const AFTER = 1 / 10; // of the run: the longest in which a moment is taken to have its effect after its last turning point
const AT_LEAST = 0.02; // change of the lead that counts as an effect
const LOSSES = ["key_loss", "losses", "links"]; // kinds of turning points that are bad for their side
const GAINS = ["objective", "lead"];

// Moments of the truth, in order of time: {point, before, after}: the lead of the first of two sides over the second before
// and after it. `curves` are the scores of the two, {side, time_s, score}. Without them, the weightiest points.
export function momentsOf(points, curves, duration) {
  if (curves.length < 2) return weightiest(points).map((point) => ({ point }));
  const leadAt = (time) => scoreAt(curves[0], time) - scoreAt(curves[1], time);
  const together = [];
  for (const point of [...points].sort((one, two) => one.time_s - two.time_s)) {
    const last = together.at(-1);
    if (last && point.time_s - last[0].time_s <= JOIN * duration) last.push(point);
    else together.push([point]);
  }
  const moments = together.map((listed, at) => {
    const ends = together[at + 1]?.[0].time_s ?? duration;
    const before = leadAt(listed[0].time_s - 1e-3);
    const after = leadAt(Math.min(ends - 1e-3, listed.at(-1).time_s + AFTER * duration));
    return { point: teller(listed, after - before, curves.map(({ side }) => side)), before, after };
  });
  const effect = ({ point, before, after }) => (Math.abs(after - before) >= AT_LEAST ? 1000 * Math.abs(after - before) : 0) + point.weight;
  return moments.sort((one, two) => effect(two) - effect(one)).slice(0, MOST).sort((one, two) => one.point.time_s - two.point.time_s);
}

function weightiest(points) {
  return [...points].sort((one, two) => two.weight - one.weight).slice(0, MOST).sort((one, two) => one.time_s - two.time_s);
}

// The turning point that tells a moment.
function teller(listed, change, sides) {
  const gained = Math.abs(change) < AT_LEAST ? null : sides[change > 0 ? 0 : 1];
  const [best] = [...listed].sort((one, two) => rank(two, gained, sides) - rank(one, gained, sides));
  return best;
}

function rank(point, gained, sides) {
  const side = point.parts?.[0]?.[1]?.side;
  const favours = GAINS.includes(point.kind) ? side : LOSSES.includes(point.kind) && sides.includes(side) ? sides.find((one) => one !== side) : null;
  const told = point.kind === "swing" ? 0 : 1; // a change of the lead is the effect, not the cause
  return (gained && favours === gained ? 100 : gained && favours ? -100 : 0) + 10 * told + point.weight;
}

function scoreAt({ time_s, score }, time) {
  return score[Math.max(0, lastAt(time_s, time))] ?? 0;
}
