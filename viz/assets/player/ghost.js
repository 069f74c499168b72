// The second of two compared runs as a ghost on the map of the first: hollow diamonds where its units are, tied to their
// own places in the first run. Units that are at one place in both have no ghost.

import { code } from "./codes.js";
import { sideColour } from "./colours.js";
import { stamp } from "./sprites.js";
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
  const inks = other.meta.sides.map((_, side) => sideColour(theme, other.meta, side));
  const found = []; // x, y, side, lost
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
    found.push(x, y, other.sideOf[k], isLost);
    if (isHere && positions.shown[own]) {
      ties[other.sideOf[k]].moveTo(ox, oy);
      ties[other.sideOf[k]].lineTo(x, y);
    }
    count[isLost ? "lost" : "alive"] += 1;
  }
  context.lineWidth = 1; // hairlines are several times cheaper than wider lines in software rendering
  context.globalAlpha = 0.55;
  ties.forEach((tie, side) => {
    context.strokeStyle = inks[side];
    context.stroke(tie);
  });
  context.globalAlpha = 1;
  for (let at = 0; at < found.length; at += 4) stamp(context, picture(inks[found[at + 2]], scene.colours.halo, found[at + 3]), found[at], found[at + 1]);
  return count;
}

const pictures = new Map();

// A ghost drawn once, in a halo that sets it off from the ground.
function picture(ink, halo, isLost) {
  const key = `${ink}|${halo}|${isLost}`;
  let made = pictures.get(key);
  if (made) return made;
  const ratio = window.devicePixelRatio || 1;
  const size = 2 * HALF + 6;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil(size * ratio);
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const path = new Path2D();
  addGhost(path, size / 2, size / 2, isLost);
  for (const [colour, width] of [[halo, 4], [ink, 1.6]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(path);
  }
  made = { canvas, dx: size / 2, dy: size / 2, width: size, height: size };
  pictures.set(key, made);
  return made;
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
