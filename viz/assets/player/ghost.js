// The second of two compared runs as a ghost on the map of the first: hollow diamonds where its units are, tied to their
// own places in the first run. Units that are at one place in both have no ghost.

import { code } from "./codes.js";
import { sideColour } from "./colours.js";
import { newPositions, place } from "./unit_layer.js";

const APART_PX = 6; // nearer than this, two places are one
const HALF = 6;

// Draw the units of `other` (a source) over the scene of the first run. Returns {alive, lost}: how many of each.
export function drawGhost(context, scene, other) {
  const { source, view, theme, time, positions } = scene;
  const sample = other.sample(Math.min(time, other.meta.duration_s));
  if (!sample) return { alive: 0, lost: 0 };
  const ghosts = (other.ghosts ??= newPositions(other.units.length));
  place(ghosts, sample, view);
  const match = matchOf(source, other);
  const bodies = other.meta.sides.map(() => new Path2D());
  const ties = other.meta.sides.map(() => new Path2D());
  const count = { alive: 0, lost: 0 };
  const { a, i } = scene.sample;
  for (let k = 0; k < ghosts.shown.length; k += 1) {
    if (ghosts.shown[k] !== 1 && ghosts.shown[k] !== 2) continue;
    const isLost = ghosts.shown[k] === 2;
    const [x, y] = [ghosts.x[k], ghosts.y[k]];
    const own = match[k];
    const status = own >= 0 ? a.status[i * a.units + own] : -1;
    const isHere = status === code.status.active || status === code.status.lost;
    if (isLost && status === code.status.lost) continue; // lost in both
    const isSame = isHere && (status === code.status.lost) === isLost;
    const [ox, oy] = isHere ? [positions.x[own], positions.y[own]] : [x, y];
    if (isSame && Math.abs(ox - x) < APART_PX && Math.abs(oy - y) < APART_PX) continue;
    addGhost(bodies[other.sideOf[k]], x, y, isLost);
    if (isHere && positions.shown[own]) {
      ties[other.sideOf[k]].moveTo(ox, oy);
      ties[other.sideOf[k]].lineTo(x, y);
    }
    count[isLost ? "lost" : "alive"] += 1;
  }
  bodies.forEach((body, side) => {
    const ink = sideColour(theme, other.meta, side);
    context.lineWidth = 1;
    context.strokeStyle = ink;
    context.globalAlpha = 0.55;
    context.stroke(ties[side]);
    context.globalAlpha = 1;
    context.strokeStyle = scene.colours.halo;
    context.lineWidth = 4;
    context.stroke(body);
    context.strokeStyle = ink;
    context.lineWidth = 1.6;
    context.stroke(body);
  });
  return count;
}

// A hollow diamond; with a bar across it for a unit that the second run has lost.
export function addGhost(path, x, y, isLost) {
  path.moveTo(x, y - HALF);
  path.lineTo(x + HALF, y);
  path.lineTo(x, y + HALF);
  path.lineTo(x - HALF, y);
  path.closePath();
  if (!isLost) return;
  path.moveTo(x - HALF, y - HALF);
  path.lineTo(x + HALF, y + HALF);
}

// For each unit of the second run its number in the first, by name; -1 without one.
function matchOf(source, other) {
  if (other.matched?.source !== source) {
    other.matched = { source, of: Int32Array.from(other.units, (unit) => source.indexOf.get(unit.id ?? unit.name) ?? -1) };
  }
  return other.matched.of;
}
