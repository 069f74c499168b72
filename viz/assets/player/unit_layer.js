// Draws the units of a frame. Positions on the screen are stored for picking, labels, links and fires.

import { sideColour } from "./colours.js";
import { code } from "./codes.js";
import { FADED, FULL, sprite, stamp } from "./sprites.js";

// Arrays with the lifetime of the source: screen position and drawing state of each unit.
export function newPositions(n) {
  return { x: new Float32Array(n), y: new Float32Array(n), shown: new Uint8Array(n), metres: new Float32Array(2 * n) };
}

// Fill positions for a sample. shown: 0 not on the map, 1 active, 2 lost, 3 phantom, 4 part of a stack (group_layer).
export function place(positions, sample, view) {
  const { a, b, i, j, f } = sample;
  const n = a.units;
  const { x, y, shown, metres } = positions;
  const at = i * n;
  const to = j * n;
  const { scale, ox, oy, width, height } = view;
  const { active, lost, phantom } = code.status; // phantom: a false target shown to the enemy's radars
  for (let k = 0; k < n; k += 1) {
    const status = a.status[at + k];
    if (status !== active && status !== lost && status !== phantom) {
      shown[k] = 0;
      metres[2 * k] = NaN;
      continue;
    }
    const ax = a.x[at + k];
    const ay = a.y[at + k];
    const moves = status !== lost && b.status[to + k] === status;
    const mx = moves ? ax + (b.x[to + k] - ax) * f : ax;
    const my = moves ? ay + (b.y[to + k] - ay) * f : ay;
    metres[2 * k] = mx;
    metres[2 * k + 1] = my;
    const px = mx * scale + ox;
    const py = oy - my * scale;
    x[k] = px;
    y[k] = py;
    const inside = px > -40 && py > -40 && px < width + 40 && py < height + 40;
    shown[k] = !inside || Number.isNaN(px) ? 0 : status === lost ? 2 : status === phantom ? 3 : 1;
  }
}

export function drawUnits(context, scene) {
  const { positions, sample, source, colours, layers, size } = scene;
  const { x, y, shown } = positions;
  const { a, i } = sample;
  const n = a.units;
  const at = i * n;
  const sprites = unitSprites(source, size);
  if (layers.lost) drawWrecks(context, scene);
  const reach = size * 0.95;
  context.beginPath();
  for (let k = 0; k < n; k += 1) {
    if (shown[k] !== 1 || a.heading[at + k] === 65535 || a.speed[at + k] < 2) continue;
    if (source.isSide && a.linked[at + k] !== code.link.alive) continue; // outdated knowledge
    const radians = (a.heading[at + k] * Math.PI) / 18000;
    context.moveTo(x[k], y[k]);
    context.lineTo(x[k] + reach * Math.sin(radians), y[k] - reach * Math.cos(radians));
  }
  context.strokeStyle = colours.heading;
  context.lineWidth = 1; // hairlines are several times cheaper than wider lines in software rendering
  context.stroke();
  let anyCut = false;
  for (let k = 0; k < n; k += 1) {
    if (shown[k] === 3) stamp(context, sprites[FADED][k], x[k], y[k]);
    if (shown[k] !== 1) continue;
    const isCut = a.linked[at + k] !== code.link.alive;
    anyCut ||= isCut;
    const picture = sprites[isCut && source.isSide ? FADED : FULL][k];
    stamp(context, picture, x[k], y[k]);
  }
  if (anyCut) drawCutMarks(context, scene, at);
}

// A cross in the colour of its side for each lost unit, in a halo that sets it off from the ground.
function drawWrecks(context, { positions, source, theme, colours }) {
  const { x, y, shown } = positions;
  const paths = source.meta.sides.map(() => new Path2D());
  for (let k = 0; k < shown.length; k += 1) {
    if (shown[k] !== 2) continue;
    addWreck(paths[source.sideOf[k]], x[k], y[k]);
  }
  paths.forEach((path, side) => {
    context.strokeStyle = colours.halo;
    context.lineWidth = 4;
    context.stroke(path);
    context.strokeStyle = sideColour(theme, source.meta, side);
    context.lineWidth = 2;
    context.stroke(path);
  });
}

export function addWreck(path, x, y) {
  path.moveTo(x - 5, y - 5);
  path.lineTo(x + 5, y + 5);
  path.moveTo(x + 5, y - 5);
  path.lineTo(x - 5, y + 5);
}

// A small broken link beside each unit without a link to its command post.
function drawCutMarks(context, { positions, sample, colours, size }, at) {
  const { x, y, shown } = positions;
  context.beginPath();
  for (let k = 0; k < sample.a.units; k += 1) {
    if (shown[k] !== 1 || sample.a.linked[at + k] === code.link.alive) continue;
    addBrokenLink(context, x[k] + size * 0.62, y[k] - size * 0.45);
  }
  context.strokeStyle = colours.cut;
  context.lineWidth = 2;
  context.stroke();
}

export function addBrokenLink(path, x, y) {
  path.moveTo(x - 4, y + 4);
  path.lineTo(x + 4, y - 4);
  path.moveTo(x - 4, y);
  path.lineTo(x - 1, y - 3);
  path.moveTo(x + 1, y + 3);
  path.lineTo(x + 4, y);
}

function unitSprites(source, size) {
  if (source.spriteSize !== size) {
    source.spriteSize = size;
    source.spriteSets = [FULL, FADED].map((fade) => source.units.map((unit) => sprite(unit.sidc, size, fade)));
  }
  return source.spriteSets;
}

// The nearest unit to a point within reach; a repeated pick at the same place selects the next unit below.
export function pickUnit(positions, px, py, reach, after = -1) {
  const near = [];
  for (let k = 0; k < positions.shown.length; k += 1) {
    if (!positions.shown[k]) continue;
    const distance = Math.hypot(positions.x[k] - px, positions.y[k] - py);
    if (distance <= reach) near.push([positions.shown[k] === 2 ? distance + reach : distance, k]);
  }
  if (!near.length) return -1;
  near.sort((one, two) => one[0] - two[0] || one[1] - two[1]);
  const at = near.findIndex(([, k]) => k === after);
  return near[(at + 1) % near.length][1];
}
