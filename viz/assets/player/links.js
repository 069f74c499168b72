// Command links, hop by hop: from each unit over its relays to the command post, in the colour of its side.

import { code } from "./codes.js";
import { sideColour } from "./colours.js";

// The next unit on the way of each unit to its command post, -1 without one. The run records the number of hops; the
// next hop is taken to be the nearest unit of the side that is one hop nearer to the post.
export function nextHops(source, sample, positions) {
  const { a, i } = sample;
  const n = a.units;
  const known = source.hopsOf;
  if (known?.a === a && known.i === i) return known.next;
  const at = i * n;
  const next = new Int32Array(n).fill(-1);
  const bySide = new Map();
  for (let k = 0; k < n; k += 1) {
    if (a.status[at + k] !== code.status.active || a.hops[at + k] === 255 || !Number.isFinite(positions.metres[2 * k])) continue;
    const key = source.sideOf[k] * 256 + a.hops[at + k];
    if (bySide.has(key)) bySide.get(key).push(k);
    else bySide.set(key, [k]);
  }
  const { metres } = positions;
  for (const [key, members] of bySide) {
    const nearer = key % 256 > 0 ? bySide.get(key - 1) : null;
    if (!nearer) continue;
    for (const k of members) {
      let least = Infinity;
      for (const one of nearer) {
        const [dx, dy] = [metres[2 * one] - metres[2 * k], metres[2 * one + 1] - metres[2 * k + 1]];
        const distance = dx * dx + dy * dy;
        if (distance < least) [least, next[k]] = [distance, one];
      }
    }
  }
  source.hopsOf = { a, i, next };
  return next;
}

// The command post of each side: a unit zero hops from it, -1 if the run has none.
function commandPosts(source, { a, i }) {
  const posts = source.meta.sides.map(() => -1);
  for (let k = 0; k < a.units; k += 1) {
    if (a.hops[i * a.units + k] !== 0 || a.status[i * a.units + k] !== code.status.active) continue;
    if (posts[source.sideOf[k]] < 0) posts[source.sideOf[k]] = k;
  }
  return posts;
}

export function drawLinks(context, scene) {
  const { positions, sample, source, selected, colours, layers, view, theme } = scene;
  if (!layers.links && selected < 0) return;
  const next = nextHops(source, sample, positions);
  const { a, i } = sample;
  const chosen = layers.links ? null : wayOf(selected, next);
  const paths = source.meta.sides.map(() => new Path2D());
  const cut = new Path2D();
  const jammed = new Path2D();
  const line = (path, from, to) => {
    path.moveTo(positions.metres[2 * from] * view.scale + view.ox, view.oy - positions.metres[2 * from + 1] * view.scale);
    path.lineTo(positions.metres[2 * to] * view.scale + view.ox, view.oy - positions.metres[2 * to + 1] * view.scale);
  };
  const posts = commandPosts(source, sample);
  for (let k = 0; k < a.units; k += 1) {
    if ((chosen && !chosen.has(k)) || a.status[i * a.units + k] !== code.status.active || !Number.isFinite(positions.metres[2 * k])) continue;
    const linked = a.linked[i * a.units + k];
    if (linked === code.link.alive) {
      if (next[k] >= 0) line(paths[source.sideOf[k]], k, next[k]);
      continue;
    }
    const post = posts[source.sideOf[k]];
    if (post >= 0 && post !== k && Number.isFinite(positions.metres[2 * post])) line(linked === code.link.jammed ? jammed : cut, k, post);
  }
  context.globalAlpha = layers.links ? 0.6 : 0.9;
  context.lineWidth = layers.links ? 1 : 1.8;
  paths.forEach((path, side) => {
    context.strokeStyle = sideColour(theme, source.meta, side);
    context.stroke(path);
  });
  context.globalAlpha = 0.9;
  context.setLineDash([3, 6]);
  context.lineWidth = 1.6;
  context.strokeStyle = colours.cut;
  context.stroke(cut);
  context.setLineDash([9, 4]);
  context.lineWidth = 2;
  context.strokeStyle = colours.jammed;
  context.stroke(jammed);
  context.setLineDash([]);
  context.globalAlpha = 1;
}

// The units on the way of one unit to its command post.
function wayOf(unit, next) {
  const way = new Set();
  for (let k = unit; k >= 0 && !way.has(k); k = next[k]) way.add(k);
  return way;
}
