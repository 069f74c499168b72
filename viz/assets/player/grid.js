// The grid of the map: MGRS with its zones and squares of 100 km, or kilometres of the local plane.

import { toLonLat } from "./geodesy.js";
import { fontPx } from "./labels.js";
import { bandOf, inMgrs, squareOf, toUtm, zoneOf } from "./mgrs.js";
import { remember, set, state } from "./store.js";

export const GRIDS = ["", "mgrs", "km"];
const STEPS = [100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000];
const KM_STEPS = [...STEPS, 200000, 500000, 1000000];
const APART_PX = 72; // least distance of two lines
const LATTICE = [20, 14]; // cells in which lines are straight: less than a pixel off
const PAD = 0.5; // of the view, on each side, within which the map moves without new lines
const TOP_PX = 53; // row of the labels of eastings, below the title
const RIGHT_PX = 8;

export function setGrid(grid) {
  set({ grid });
  remember("grid", grid);
}

export function stepOf(scale, steps = STEPS) {
  return steps.find((step) => step * scale >= APART_PX) ?? steps.at(-1);
}

// Lines below everything that moves. memory belongs to the pane.
export function drawGrid(context, scene, memory) {
  if (!state.grid) return;
  const { view, source, colours } = scene;
  const isInside = memory.key === `${state.grid}:${view.scale}:${view.width}:${view.height}` &&
    Math.abs(view.ox - memory.ox) < PAD * view.width && Math.abs(view.oy - memory.oy) < PAD * view.height;
  if (!isInside) prepare(memory, view, source.meta.origin);
  context.save();
  context.translate(view.ox - memory.ox, view.oy - memory.oy);
  context.strokeStyle = colours.grid;
  for (const [path, width] of memory.paths) {
    context.lineWidth = width;
    context.stroke(path);
  }
  context.restore();
}

function prepare(memory, view, origin) {
  const [left, right] = [-PAD, 1 + PAD].map((share) => (share * view.width - view.ox) / view.scale);
  const [top, bottom] = [-PAD, 1 + PAD].map((share) => (view.oy - share * view.height) / view.scale);
  const box = { left, right, top, bottom };
  const lines = state.grid === "km" ? planeLines(box, view.scale) : utmLines(box, view.scale, origin);
  const paths = [[new Path2D(), 1], [new Path2D(), 1.8], [new Path2D(), 3]];
  for (const { rank, flat } of lines) {
    const [path] = paths[rank];
    for (let at = 0; at < flat.length; at += 4) {
      path.moveTo(flat[at] * view.scale + view.ox, view.oy - flat[at + 1] * view.scale);
      path.lineTo(flat[at + 2] * view.scale + view.ox, view.oy - flat[at + 3] * view.scale);
    }
  }
  Object.assign(memory, { key: `${state.grid}:${view.scale}:${view.width}:${view.height}`, ox: view.ox, oy: view.oy, lines, paths, labelled: null });
}

function planeLines({ left, right, top, bottom }, scale) {
  const step = stepOf(scale, KM_STEPS);
  const lines = [];
  const rank = (value) => (Math.round(value / step) % 10 === 0 ? 1 : 0);
  const text = (value) => (step < 1000 ? (value / 1000).toFixed(1) : String(Math.round(value / 1000)));
  for (let x = Math.ceil(left / step) * step; x <= right; x += step) lines.push({ axis: 0, rank: rank(x), text: text(x), flat: [x, bottom, x, top] });
  for (let y = Math.ceil(bottom / step) * step; y <= top; y += step) lines.push({ axis: 1, rank: rank(y), text: text(y), flat: [left, y, right, y] });
  return lines;
}

// Lines of the zones in a box of the plane: traced on a lattice of places, by triangles.
function utmLines({ left, right, top, bottom }, scale, origin) {
  const [columns, rows] = LATTICE;
  const places = [];
  for (let row = 0; row <= rows; row += 1) {
    for (let column = 0; column <= columns; column += 1) {
      const x = left + ((right - left) * column) / columns;
      const y = bottom + ((top - bottom) * row) / rows;
      const [longitude, latitude] = toLonLat(origin, x, y);
      places.push({ x, y, longitude, latitude, away: turn(longitude - origin.longitude_deg) });
    }
  }
  const triangles = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const at = row * (columns + 1) + column;
      triangles.push([at, at + 1, at + columns + 2], [at, at + columns + 2, at + columns + 1]);
    }
  }
  const lines = new Map();
  const step = stepOf(scale);
  for (const zone of new Set(places.filter(({ latitude }) => inMgrs(latitude)).map(({ longitude, latitude }) => zoneOf(longitude, latitude)))) {
    const utm = places.map(({ longitude, latitude }) => toUtm(longitude, latitude, zone));
    for (const corners of triangles) {
      const middle = places[corners[0]].latitude;
      if (!inMgrs(middle)) continue;
      const [west, east] = edgesOf(zone, middle).map((edge) => turn(edge - origin.longitude_deg));
      if (west >= east) continue; // the other side of the earth
      const ends = corners.map((at) => places[at]);
      if (ends.every(({ away }) => away < west) || ends.every(({ away }) => away > east)) continue;
      trace(lines, ends, ends.map(({ away }) => away), west, (flat) => flat, "edge", () => ({ axis: 2, rank: 2, text: "" }));
      for (const axis of [0, 1]) {
        const values = corners.map((at) => utm[at][axis]);
        const [least, most] = [Math.min(...values), Math.max(...values)];
        for (let value = Math.ceil(least / step) * step; value <= most; value += step) {
          trace(lines, ends, values, value, (flat, shares) => clip(flat, shares, west, east), `${zone}:${axis}:${value}`, () => labelOf(axis, value, step));
        }
      }
    }
  }
  return [...lines.values()];
}

// Nominal edges of a zone [degrees of longitude] at a latitude.
function edgesOf(zone, latitude) {
  if (latitude >= 56 && latitude < 64 && (zone === 31 || zone === 32)) return zone === 31 ? [0, 3] : [3, 12];
  if (latitude >= 72 && zone >= 31 && zone <= 37) return { 31: [0, 9], 33: [9, 21], 35: [21, 33], 37: [33, 42] }[zone] ?? [0, 0];
  return [6 * zone - 186, 6 * zone - 180];
}

const turn = (degrees) => ((((degrees + 180) % 360) + 360) % 360) - 180;

// Add the segment of a triangle on which the values at its corners reach a value.
function trace(lines, ends, values, value, shape, key, make) {
  const cut = [];
  for (const [a, b] of [[0, 1], [1, 2], [2, 0]]) {
    if (values[a] < value === values[b] < value) continue;
    const share = (value - values[a]) / (values[b] - values[a]);
    const between = (name) => ends[a][name] + share * (ends[b][name] - ends[a][name]);
    cut.push([between("x"), between("y"), between("away")]);
  }
  if (cut.length < 2) return;
  const flat = shape([cut[0][0], cut[0][1], cut[1][0], cut[1][1]], [cut[0][2], cut[1][2]]);
  if (!flat) return;
  if (!lines.has(key)) lines.set(key, { ...make(), flat: [] });
  lines.get(key).flat.push(...flat);
}

// The part of a segment between two meridians; null where there is none.
function clip([x1, y1, x2, y2], [from, to], west, east) {
  let [low, high] = [0, 1];
  if (from === to) return from >= west && from <= east ? [x1, y1, x2, y2] : null;
  const [a, b] = [(west - from) / (to - from), (east - from) / (to - from)];
  low = Math.max(low, Math.min(a, b));
  high = Math.min(high, Math.max(a, b));
  if (low >= high) return null;
  return [x1 + low * (x2 - x1), y1 + low * (y2 - y1), x1 + high * (x2 - x1), y1 + high * (y2 - y1)];
}

// Principal digits of a line, as on map sheets: kilometres, below them hundreds of metres.
function labelOf(axis, value, step) {
  const within = ((value % 100000) + 100000) % 100000;
  const text = step >= 100000 ? "" : step < 1000 ? String(within / 100).padStart(3, "0") : String(within / 1000).padStart(2, "0");
  return { axis, rank: within === 0 ? 2 : within % (step < 1000 ? 1000 : 10000) === 0 && step < 10000 ? 1 : 0, text };
}

// Labels on top of everything, at the upper and the right edge of the map, clear of the pane's own texts.
export function drawGridLabels(context, scene, memory) {
  if (!state.grid || !memory.lines) return;
  const { view, colours, size, source, ownBoxes } = scene;
  const px = fontPx(size);
  context.font = `bold ${px}px "Noto Sans KR", sans-serif`;
  context.textBaseline = "middle";
  context.textAlign = "center";
  context.lineJoin = "round";
  const key = `${view.ox}:${view.oy}:${px}`;
  if (memory.labelled !== key) {
    memory.labelled = key;
    memory.labels = chooseLabels(context, view, memory, source.meta.origin, px, ownBoxes());
  }
  context.lineWidth = 3.5;
  context.strokeStyle = colours.halo;
  context.fillStyle = colours.ink;
  for (const { text, x, y } of memory.labels) {
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
}

function chooseLabels(context, view, { lines }, origin, px, taken) {
  const chosen = [];
  const boxes = [...taken];
  const add = (text, x, y) => {
    const half = context.measureText(text).width / 2 + 4;
    const box = [x - half, y - px / 2 - 2, x + half, y + px / 2 + 2];
    if (box[0] < 0 || box[2] > view.width || box[1] < 0 || box[3] > view.height - 4) return;
    if (boxes.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) return;
    boxes.push(box);
    chosen.push({ text, x, y, box });
  };
  if (state.grid === "mgrs") for (const { text, x, y } of squares(view, origin, context)) add(text, x, y);
  else add("km", 72, TOP_PX);
  for (const { axis, text, flat } of lines) {
    if (!text) continue;
    const right = view.width - RIGHT_PX - context.measureText(text).width / 2 - 4;
    const at = axis === 0 ? crossing(flat, 1, (view.oy - TOP_PX) / view.scale) : crossing(flat, 0, (right - view.ox) / view.scale);
    if (at === null) continue;
    if (axis === 0) {
      const x = at * view.scale + view.ox;
      if (x > 62) add(text, x, TOP_PX);
    } else add(text, right, view.oy - at * view.scale);
  }
  return chosen;
}

// Where the segments of a line cross a value of one coordinate: the other coordinate, or null.
function crossing(flat, which, value) {
  for (let at = 0; at < flat.length; at += 4) {
    const [from, to] = [flat[at + which], flat[at + 2 + which]];
    if (from === to || value < Math.min(from, to) || value > Math.max(from, to)) continue;
    const share = (value - from) / (to - from);
    return flat[at + 1 - which] + share * (flat[at + 3 - which] - flat[at + 1 - which]);
  }
  return null;
}

// Designations of the squares of 100 km in view: the only one in the corner, several each in its own middle.
function squares(view, origin, context) {
  const found = new Map();
  for (let row = 0; row < 10; row += 1) {
    for (let column = 0; column < 14; column += 1) {
      const [x, y] = [((column + 0.5) * view.width) / 14, ((row + 0.5) * view.height) / 10];
      const [longitude, latitude] = toLonLat(origin, (x - view.ox) / view.scale, (view.oy - y) / view.scale);
      if (!inMgrs(latitude)) continue;
      const zone = zoneOf(longitude, latitude);
      const text = `${zone}${bandOf(latitude)} ${squareOf(zone, ...toUtm(longitude, latitude, zone))}`;
      const one = found.get(text) ?? { text, x: 0, y: 0, n: 0 };
      found.set(text, { text, x: one.x + x, y: one.y + y, n: one.n + 1 });
    }
  }
  const all = [...found.values()].map(({ text, x, y, n }) => ({ text, x: x / n, y: y / n }));
  if (all.length !== 1) return all.length > 40 ? [] : all;
  return [{ text: all[0].text, x: 64 + context.measureText(all[0].text).width / 2, y: TOP_PX }];
}
