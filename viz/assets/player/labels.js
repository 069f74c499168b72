// Placement of names: beside their objects, clear of symbols and of each other, and stable while possible.

import { emit } from "./store.js";

const CHOOSE_EVERY_MS = 250;
const UNIT_NAMES_AT_MOST = 160;
const BUCKET_PX = 64;
const STAY = 0.15; // least improvement before a name moves, unless its place becomes covered
const LEADERS_PX = [26, 50, 76]; // distances of names tied by a line
const FREE = 0.001; // share of a name that may touch something
const PANE = [[0, 0, 58, 96], [-125, -40, 0, 0]]; // buttons and scale, from the left top and from the right bottom

const widths = new Map();

export function fontPx(size) {
  return Math.max(window.innerWidth >= 1800 ? 15 : 12, Math.round(size * 0.55)); // larger for projectors
}

// Rectangles in buckets, for the overlap of a new rectangle with the existing ones.
class Boxes {
  constructor() {
    this.buckets = new Map();
  }

  _each(left, top, right, bottom, visit) {
    for (let column = Math.floor(left / BUCKET_PX); column <= Math.floor(right / BUCKET_PX); column += 1) {
      for (let row = Math.floor(top / BUCKET_PX); row <= Math.floor(bottom / BUCKET_PX); row += 1) visit(column * 4096 + row, column, row);
    }
  }

  add(left, top, right, bottom) {
    this._each(left, top, right, bottom, (key) => {
      const there = this.buckets.get(key);
      if (there) there.push(left, top, right, bottom);
      else this.buckets.set(key, [left, top, right, bottom]);
    });
  }

  // Area covered, counted once per rectangle and cut to each bucket.
  covered(left, top, right, bottom) {
    let area = 0;
    this._each(left, top, right, bottom, (key, column, row) => {
      const there = this.buckets.get(key);
      if (!there) return;
      const west = Math.max(left, column * BUCKET_PX);
      const east = Math.min(right, (column + 1) * BUCKET_PX);
      const north = Math.max(top, row * BUCKET_PX);
      const south = Math.min(bottom, (row + 1) * BUCKET_PX);
      for (let at = 0; at < there.length; at += 4) {
        const wide = Math.min(east, there[at + 2]) - Math.max(west, there[at]);
        const high = Math.min(south, there[at + 3]) - Math.max(north, there[at + 1]);
        if (wide > 0 && high > 0) area += wide * high;
      }
    });
    return area;
  }
}

// Draw the names of places and of units. memory belongs to the pane: {chosen, at, key, drawn}.
export function drawNames(context, scene, memory) {
  const px = fontPx(scene.size);
  context.font = `${px}px "Noto Sans KR", sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  const wanted = placesToName(context, scene, px);
  const { view, size, layers, selected, sample } = scene;
  const key = `${view.scale}:${view.width}:${view.height}:${size}:${layers.labels}:${selected}:${wanted.map(({ text }) => text).join("|")}`;
  const now = performance.now();
  if (memory.key !== key || now - memory.at >= CHOOSE_EVERY_MS) {
    const boxes = paneObstacles(scene);
    const chosen = new Map();
    choosePlaces(wanted.filter(({ isArea }) => isArea), boxes, memory, view, chosen); // moving symbols pass under them
    addSymbols(boxes, scene);
    choosePlaces(wanted.filter(({ isArea }) => !isArea), boxes, memory, view, chosen);
    memory.chosen = chosen;
    memory.units = sample ? chooseUnits(context, scene, boxes, px) : [];
    memory.key = key;
    memory.at = now;
  } else memory.later ??= setTimeout(() => {
    memory.later = null;
    emit("dirty");
  }, CHOOSE_EVERY_MS); // redraw once everything is at rest
  memory.drawn = [];
  for (const one of wanted) drawPlace(context, scene, one, memory, px);
  for (const one of memory.units) drawUnitName(context, scene, one, memory, px);
}

function widthOf(context, text, px) {
  const key = `${px}|${text}`;
  if (!widths.has(key)) widths.set(key, context.measureText(text).width);
  return widths.get(key);
}

// Names of visible places, each with its possible positions, best first.
function placesToName(context, { placeNames, view }, px) {
  const found = [];
  for (const place of placeNames) {
    const half = widthOf(context, place.text, px) / 2 + 3;
    const box = place.box ?? { left: place.x, right: place.x, top: place.y, bottom: place.y };
    if (box.right < 0 || box.left > view.width || box.bottom < 0 || box.top > view.height) continue;
    const inside = {
      left: Math.max(box.left, 0), right: Math.min(box.right, view.width),
      top: Math.max(box.top, 0), bottom: Math.min(box.bottom, view.height),
    };
    found.push({ isArea: Boolean(place.box), text: place.text, colour: place.colour, half, high: px / 2 + 2, box: inside, spots: spotsAround(inside, half, px / 2 + 4, Boolean(place.box)) });
  }
  return found;
}

function spotsAround({ left, right, top, bottom }, half, high, hasArea) {
  const [cx, cy] = [(left + right) / 2, (top + bottom) / 2];
  const spots = hasArea
    ? [
      [cx, top - high], [left + half, top - high], [right - half, top - high],
      [cx, bottom + high], [left + half, bottom + high], [right - half, bottom + high],
      [cx, top + high + 2], [cx, bottom - high - 2], [cx, cy],
    ]
    : [[cx, cy], [cx, cy - 2 * high], [cx, cy + 2 * high]];
  for (const y of hasArea ? [cy, top + high, bottom - high] : [cy]) spots.push([right + half + 4, y], [left - half - 4, y]);
  for (const off of LEADERS_PX) {
    spots.push([cx, top - high - off, 1], [cx, bottom + high + off, 1], [right + half + 4 + off, cy, 1], [left - half - 4 - off, cy, 1]);
    spots.push([right + half + off, top - off, 1], [left - half - off, top - off, 1]);
  }
  return spots;
}

function addSymbols(boxes, { positions, sample, contacts, stacks, source, layers, size, view }) {
  const [wide, high] = [size * 0.72, size * 0.62];
  const block = (x, y) => boxes.add(x - wide, y - high, x + wide, y + high);
  if (sample) {
    for (let k = 0; k < positions.shown.length; k += 1) if (positions.shown[k] === 1 || positions.shown[k] === 3) block(positions.x[k], positions.y[k]);
    for (const { x, y } of stacks ?? []) block(x, y);
    if (source.isSide && layers.contacts) {
      for (const { x, y } of contacts) if (x > -40 && y > -40 && x < view.width + 40 && y < view.height + 40) block(x, y);
    }
  }
}

function paneObstacles({ view, paneBoxes }) {
  const boxes = new Boxes();
  for (const [left, top, right, bottom] of PANE) boxes.add(left < 0 ? view.width + left : left, top < 0 ? view.height + top : top, right <= 0 ? view.width : right, bottom <= 0 ? view.height : bottom);
  for (const box of paneBoxes()) boxes.add(...box);
  return boxes;
}

// Choose a spot for each name, keeping the last one while it is nearly as good. Adds them to the boxes.
function choosePlaces(wanted, boxes, memory, view, chosen) {
  for (const { text, half, high, spots } of wanted) {
    const area = 4 * half * high;
    const under = ([x, y]) => boxes.covered(x - half, y - high, x + half, y + high) / area;
    const cost = ([x, y, isOff], rank) => {
      const wide = Math.min(x + half, view.width) - Math.max(x - half, 0);
      const tall = Math.min(y + high, view.height) - Math.max(y - high, 0);
      const outside = 1 - (Math.max(0, wide) * Math.max(0, tall)) / area;
      return 4 * under([x, y]) + 20 * outside + 0.02 * rank + (isOff ? 0.3 : 0);
    };
    let best = 0;
    let least = Infinity;
    spots.forEach((spot, rank) => {
      const here = cost(spot, rank);
      if (here < least) [best, least] = [rank, here];
    });
    const before = memory.chosen?.get(text);
    if (spots[before] && under(spots[before]) < FREE && cost(spots[before], before) <= least + STAY) best = before;
    chosen.set(text, best);
    const [x, y] = spots[best];
    boxes.add(x - half, y - high, x + half, y + high);
  }
}

// Units with a free place for their name below, above or beside them: [unit, x and y offset].
function chooseUnits(context, scene, boxes, px) {
  const { positions, source, layers, size, selected } = scene;
  const { x, y, shown } = positions;
  const names = [];
  const high = px / 2 + 1;
  const choose = (k, must) => {
    const half = widthOf(context, source.units[k].name, px) / 2 + 1;
    const off = size * 0.62 + high + 1;
    const aside = size * 0.72 + half + 2;
    let best = null;
    let least = must ? Infinity : FREE * 4 * half * high;
    for (const [dx, dy] of [[0, off], [0, -off], [aside, 0], [-aside, 0]]) {
      const covered = boxes.covered(x[k] + dx - half, y[k] + dy - high, x[k] + dx + half, y[k] + dy + high);
      if (covered < least) [best, least] = [[k, dx, dy, half], covered];
      if (covered === 0) break;
    }
    if (!best) return;
    names.push(best);
    boxes.add(x[k] + best[1] - half, y[k] + best[2] - high, x[k] + best[1] + half, y[k] + best[2] + high);
  };
  if (selected >= 0 && shown[selected]) choose(selected, true);
  if (!layers.labels) return names;
  for (let k = 0; k < source.units.length && names.length < UNIT_NAMES_AT_MOST; k += 1) {
    if (shown[k] === 1 && k !== selected) choose(k, false);
  }
  return names;
}

function drawPlace(context, { colours }, { text, colour, half, high, box, spots }, memory, px) {
  const [x, y, isOff] = spots[memory.chosen.get(text) ?? 0];
  if (isOff) {
    const toX = Math.max(box.left, Math.min(box.right, x));
    const toY = Math.max(box.top, Math.min(box.bottom, y));
    const fromX = Math.max(x - half, Math.min(x + half, toX));
    const fromY = Math.max(y - high, Math.min(y + high, toY));
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.lineTo(toX, toY);
    context.lineWidth = 1;
    context.strokeStyle = colour;
    context.stroke();
    context.lineWidth = 3;
  }
  write(context, colours.halo, colour, text, x, y);
  memory.drawn.push({ text, left: x - half, right: x + half, top: y - px / 2, bottom: y + px / 2, ofPlace: true });
}

function drawUnitName(context, { positions, source, colours }, [k, dx, dy, half], memory, px) {
  if (!positions.shown[k]) return;
  const [x, y] = [positions.x[k] + dx, positions.y[k] + dy];
  const text = source.units[k].name;
  write(context, colours.halo, colours.ink, text, x, y);
  memory.drawn.push({ text, left: x - half, right: x + half, top: y - px / 2, bottom: y + px / 2, ofPlace: false });
}

function write(context, halo, colour, text, x, y) {
  context.strokeStyle = halo;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}
