// Groups whose units stand in a heap on the screen are drawn as one symbol with their number.

import { groupKey } from "./order_words.js";
import { FULL, sprite, stamp } from "./sprites.js";

export const IN_STACK = 4; // state of a unit that is drawn as part of its group, see unit_layer
const JOIN = 1.5; // extents of a group in symbol sizes: below the first it becomes a stack, above the second it is taken apart
const PART = 2.2;
const AT_LEAST = 3;
const CORNERS = [[true, true], [false, true], [true, false], [false, false]]; // of a heap for its number: right, down

// The groups of a source: numbers of their units. Groups of fewer units are never drawn as one.
export function groupsOf(source) {
  if (source.groups) return source.groups;
  const found = new Map();
  source.units.forEach((unit, at) => {
    const key = groupKey(unit.side, unit.group);
    if (!found.has(key)) found.set(key, { key, side: unit.side, name: unit.group, units: [] });
    found.get(key).units.push(at);
  });
  source.groups = [...found.values()];
  return source.groups;
}

// Stacks of a frame: {group, x, y, count, lead}. Marks their units in `positions.shown`. `joined` holds the keys of the
// groups that are stacks, so that none flickers between the two.
export function placeStacks({ source, positions, layers, size, selected }, joined) {
  const stacks = [];
  if (!layers.groups) {
    joined.clear();
    return stacks;
  }
  const { x, y, shown } = positions;
  for (const group of groupsOf(source)) {
    if (group.units.length < AT_LEAST) continue;
    let [left, right, top, bottom, count, sumX, sumY, lead] = [Infinity, -Infinity, Infinity, -Infinity, 0, 0, 0, -1];
    for (const k of group.units) {
      if (shown[k] !== 1 || k === selected) continue;
      left = Math.min(left, x[k]);
      right = Math.max(right, x[k]);
      top = Math.min(top, y[k]);
      bottom = Math.max(bottom, y[k]);
      sumX += x[k];
      sumY += y[k];
      count += 1;
      if (lead < 0) lead = k;
    }
    const reach = size * (joined.has(group.key) ? PART : JOIN);
    if (count < AT_LEAST || right - left > reach || bottom - top > reach) {
      joined.delete(group.key);
      continue;
    }
    joined.add(group.key);
    for (const k of group.units) if (shown[k] === 1 && k !== selected) shown[k] = IN_STACK;
    stacks.push({ group, x: sumX / count, y: sumY / count, count, lead });
  }
  return stacks;
}

export function drawStacks(context, { stacks, source, size }) {
  for (const { x, y, lead } of stacks) drawHeap(context, sprite(source.units[lead].sidc, size, FULL), x, y);
}

// A symbol with another behind it.
export function drawHeap(context, picture, x, y) {
  stamp(context, picture, x + 4, y - 4);
  stamp(context, picture, x, y);
}

// The numbers of all heaps, over symbols and names: each at the corner of its heap where it covers least of the names and of
// the heaps and numbers before it. Returns their boxes.
export function drawCounts(context, { stacks = [], contactHeaps = [], size, colours }, names) {
  const heaps = [...stacks, ...contactHeaps.map(({ x, y, all }) => ({ x, y, count: all.length }))];
  const [aside, off] = [size * 0.62, size * 0.55];
  const taken = [...names, ...heaps.map(({ x, y }) => ({ left: x - aside, right: x + aside, top: y - off, bottom: y + off }))];
  return heaps.map(({ x, y, count }) => {
    const made = badge(count, size, colours);
    const boxes = CORNERS.map(([right, down]) => {
      const left = right ? x + aside : x - aside - made.wide;
      const middle = down ? y + off : y - off;
      return { left, right: left + made.wide, top: middle - made.high / 2, bottom: middle + made.high / 2, count };
    });
    const covers = boxes.map((box) => taken.reduce((sum, other) => sum + shared(box, other), 0));
    const best = boxes[covers.indexOf(Math.min(...covers))];
    stamp(context, made, best.left, (best.top + best.bottom) / 2);
    taken.push(best);
    return best;
  });
}

function shared(one, two) {
  const wide = Math.min(one.right, two.right) - Math.max(one.left, two.left);
  const high = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
  return wide > 0 && high > 0 ? wide * high : 0;
}

const badges = new Map();

// The number of a stack as a small image, drawn once: outlined text is expensive.
function badge(count, size, { ink, halo }) {
  const key = `${count}|${size}|${ink}`;
  if (badges.has(key)) return badges.get(key);
  const ratio = window.devicePixelRatio || 1;
  const px = Math.max(11, Math.round(size * 0.6));
  const canvas = document.createElement("canvas");
  const [width, height] = [px * 2.6, px + 6];
  canvas.width = Math.ceil(width * ratio);
  canvas.height = Math.ceil(height * ratio);
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.font = `bold ${px}px "Noto Sans KR", sans-serif`;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = halo;
  context.strokeText(`×${count}`, 3, height / 2);
  context.fillStyle = ink;
  context.fillText(`×${count}`, 3, height / 2);
  const made = { canvas, wide: context.measureText(`×${count}`).width, high: px, dx: 3, dy: height / 2, width: canvas.width / ratio, height: canvas.height / ratio };
  badges.set(key, made);
  return made;
}

export function pickStack(stacks, px, py, reach) {
  let [best, nearest] = [null, reach];
  for (const stack of stacks) {
    const distance = Math.hypot(stack.x - px, stack.y - py);
    if (distance < nearest) [best, nearest] = [stack, distance];
  }
  return best;
}
