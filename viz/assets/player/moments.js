// The moments that decided a run: the turning points about which the lead in score changed most. Turning points that follow
// each other closely are one moment, told by the weightiest of them that is in favour of the side that gained. Where fewer
// than three moments had an effect, more turning points of the same moments are told.

import { lastAt } from "./time_plot.js";

const MOST = 3;
const JOIN = 1 / 20; // of the run: turning points within it of the first are the same moment
const AFTER = 1 / 10; // of the run: the longest in which a moment is taken to have its effect after its last turning point
const AT_LEAST = 0.02; // change of the lead that counts as an effect
const OF_GREATEST = 0.2; // least share of the greatest effect
const LOSSES = ["key_loss", "losses", "links"]; // kinds of turning points that are bad for their side
const GAINS = ["objective", "lead"];

// Moments of the truth, in order of time: {point, before, after, from, to}: the lead of the first of two sides over the second
// before and after, and the times of both; of a further turning point of a moment, the point alone. `curves` are the scores
// of the two, {side, time_s, score}. Without them, or without an effect, the weightiest points.
export function momentsOf(points, curves, duration) {
  const effect = ({ before, after }) => Math.abs(after - before);
  const all = curves.length < 2 ? [] : episodes(points, curves, duration);
  const least = Math.max(AT_LEAST, OF_GREATEST * Math.max(0, ...all.map(effect)));
  const moments = all.filter((one) => effect(one) >= least).sort((one, two) => effect(two) - effect(one)).slice(0, MOST);
  if (!moments.length) return weightiest(points).map((point) => ({ point }));
  const more = moments.flatMap(({ others }) => others).slice(0, MOST - moments.length);
  return [...moments, ...more.map((point) => ({ point }))].sort((one, two) => one.point.time_s - two.point.time_s);
}

// Turning points that follow each other closely, with their effect on the lead and their others, best first.
function episodes(points, curves, duration) {
  const leadAt = (time) => scoreAt(curves[0], time) - scoreAt(curves[1], time);
  const together = [];
  for (const point of [...points].sort((one, two) => one.time_s - two.time_s)) {
    const last = together.at(-1);
    if (last && point.time_s - last[0].time_s <= JOIN * duration) last.push(point);
    else together.push([point]);
  }
  return together.map((listed, at) => {
    const ends = together[at + 1]?.[0].time_s ?? duration + 1e-3;
    const [from, to] = [listed[0].time_s - 1e-3, Math.min(ends - 1e-3, listed.at(-1).time_s + AFTER * duration)];
    const [before, after] = [leadAt(from), leadAt(to)];
    const sides = curves.map(({ side }) => side);
    const gained = Math.abs(after - before) < AT_LEAST ? null : sides[after > before ? 0 : 1];
    const [point, ...others] = [...listed].sort((one, two) => rank(two, gained, sides) - rank(one, gained, sides));
    return { point, before, after, from, to, gained, others: others.filter(({ kind }) => kind !== "swing" && kind !== "contact") };
  });
}

// The objective whose progress changed the lead most in a moment, in its direction: {objective, before, after}; null if none
// did. `progressAt` gives the progress of an objective at a time, undefined if unknown.
export function causeOf({ before, after, from, to }, objectives, sides, progressAt) {
  let best = null;
  let most = 0;
  for (const objective of objectives) {
    const [was, is] = [progressAt(objective, from), progressAt(objective, to)];
    if (was === undefined || is === undefined || !sides.includes(objective.side)) continue;
    const part = (progress) => objective.share * Math.min(1, progress / (objective.goal || 1));
    const change = (part(is) - part(was)) * (objective.side === sides[0] ? 1 : -1) * Math.sign(after - before);
    if (change > most) [best, most] = [{ objective, before: was, after: is }, change];
  }
  return best;
}

function weightiest(points) {
  return [...points].sort((one, two) => two.weight - one.weight).slice(0, MOST).sort((one, two) => one.time_s - two.time_s);
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
