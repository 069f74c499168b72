// Rasters over the ground: the envelope of a side's sensors or weapons, and heat maps of the run. The server fills their
// cells; here they become images, drawn as they are until the moment or the map asks for others.

import { sideColour } from "./colours.js";
import { getJson } from "./source.js";
import { emit, on, remember, set, state } from "./store.js";

export const ENVELOPES = ["", "sensor", "weapon"];
export const HEATS = ["", "losses", "shots", "coverage"];
export const TARGETS = ["surface", "low", "high"];
const COVER = [0, 0.14, 0.24, 0.34]; // opacity of places covered by none, one, two and more
const HOTTEST = { losses: 0.85, shots: 0.85, coverage: 0.5 }; // opacity
const PAD = 0.3; // of the view, on each side, that an envelope covers beyond it
const COARSE = 1.6; // factor of the zoom from which an envelope is filled anew

export function choose(name, value) {
  set({ [name]: value });
  remember(name, value);
}

export class Rasters {
  constructor(session, clock) {
    this.session = session; // a function
    this.clock = clock;
    this._failed = new Set(); // addresses, so that a fault is told once
    for (const topic of ["map-rest", "events", "change:envelope", "change:against", "change:heat", "change:heatOf"]) on(topic, () => this.update());
  }

  // Ask for what is missing: one request at a time for each pane.
  update() {
    for (const pane of this.session().panes) {
      if (!state.envelope) pane.envelope = null;
      else if (!pane.asksEnvelope && pane.painted) this._ask(pane);
      if (!state.heat) pane.heat = null;
      else if (!pane.asksHeat && pane.painted) this._askHeat(pane);
    }
  }

  async _askHeat(pane) {
    const { source } = pane;
    const of = state.kept > 1 ? state.heatOf : "run";
    const asked = new URLSearchParams({ kind: state.heat, of, against: state.against });
    const key = `${asked}:${source.meta.n_frames}`;
    if (pane.heat?.key === key) return;
    const address = `${source.base}/heat.json?${asked}`;
    if (this._failed.has(address)) return;
    pane.asksHeat = true;
    try {
      const answer = await getJson(address);
      if (state.heat) pane.heat = new Raster(answer, key);
      emit("dirty");
    } catch (error) {
      this._failed.add(address);
      emit("problem", error.message);
    }
    pane.asksHeat = false;
    this.update(); // for a change in the meantime
  }

  async _ask(pane) {
    const { source } = pane;
    const view = pane.view();
    const time = Math.min(this.clock.time, source.meta.duration_s);
    const key = `${state.envelope}:${state.against}:${source.frameAt(time)}`;
    if (pane.envelope?.key === key && pane.envelope.suits(view)) return;
    const asked = boxOf(view, PAD);
    const address = `${source.base}/envelope.json?${new URLSearchParams({ kind: state.envelope, against: state.against, t: time, ...within(asked, source.meta.bounds_m) })}`;
    if (this._failed.has(address)) return;
    pane.asksEnvelope = true;
    try {
      const answer = await getJson(address);
      if (state.envelope) pane.envelope = new Raster(answer, key, asked, view.scale);
      emit("dirty");
    } catch (error) {
      this._failed.add(address);
      emit("problem", error.message);
    }
    pane.asksEnvelope = false;
    if (!this.clock.playing) this.update(); // for a change in the meantime
  }
}

// The box in view, with a share of its size on each side [m].
function boxOf({ ox, oy, scale, width, height }, pad) {
  return { west: (-pad * width - ox) / scale, east: ((1 + pad) * width - ox) / scale, south: (oy - (1 + pad) * height) / scale, north: (oy + pad * height) / scale };
}

// The part of a box on the map, all of the map where there is none.
function within(box, [west, east, south, north]) {
  const part = { west: Math.max(west, box.west), east: Math.min(east, box.east), south: Math.max(south, box.south), north: Math.min(north, box.north) };
  return part.east - part.west >= 1 && part.north - part.south >= 1 ? part : { west, east, south, north };
}

export class Raster {
  constructor({ bounds_m: bounds, rows, columns, layers, radius_m: radius, runs }, key, asked, scale) {
    Object.assign(this, { bounds, rows, columns, radius, runs, key, asked, scale });
    this.layers = layers.map((layer) => ({ ...layer, cells: Uint8Array.from(atob(layer.cells), (one) => one.charCodeAt(0)) }));
    this._images = new Map(); // by colour
  }

  suits(view) {
    const box = boxOf(view, 0);
    const isInside = box.west >= this.asked.west && box.east <= this.asked.east && box.south >= this.asked.south && box.north <= this.asked.north;
    return isInside && view.scale < this.scale * COARSE && this.scale < view.scale * COARSE;
  }

  // The value of a layer at a place, null beyond the raster.
  at(layer, x, y) {
    const [west, east, south, north] = this.bounds;
    const column = Math.floor(((x - west) / (east - west)) * this.columns);
    const row = Math.floor(((y - south) / (north - south)) * this.rows);
    return column < 0 || row < 0 || column >= this.columns || row >= this.rows ? null : layer.cells[row * this.columns + column];
  }

  // Draw a layer with the image made of its cells by ``paint``, (value) to [red, green, blue, alpha].
  draw(context, view, layer, name, paint) {
    const [west, east, south, north] = this.bounds;
    if (!this._images.has(name)) this._images.set(name, this._image(layer, paint));
    const [x, y] = [west * view.scale + view.ox, view.oy - north * view.scale];
    context.drawImage(this._images.get(name), x, y, (east - west) * view.scale, (north - south) * view.scale);
  }

  _image(layer, paint) {
    const canvas = document.createElement("canvas");
    canvas.width = this.columns;
    canvas.height = this.rows;
    const context = canvas.getContext("2d");
    const image = context.createImageData(this.columns, this.rows);
    for (let row = 0; row < this.rows; row += 1) {
      for (let column = 0; column < this.columns; column += 1) {
        image.data.set(paint(layer.cells[(this.rows - 1 - row) * this.columns + column]), 4 * (row * this.columns + column));
      }
    }
    context.putImageData(image, 0, 0);
    return canvas;
  }

  // The line about all cells of a layer above 0, between the centres of cells.
  outline(layer) {
    if (layer.outline) return layer.outline;
    const path = new Path2D();
    const { rows, columns } = this;
    const has = (row, column) => (row >= 0 && column >= 0 && row < rows && column < columns && layer.cells[row * columns + column] > 0 ? 1 : 0);
    for (let row = 0; row < rows - 1; row += 1) {
      for (let column = 0; column < columns - 1; column += 1) {
        const sides = CUTS[has(row, column) + 2 * has(row, column + 1) + 4 * has(row + 1, column + 1) + 8 * has(row + 1, column)];
        for (const [from, to] of sides) {
          path.moveTo(column + 0.5 + MIDDLES[from][0], row + 0.5 + MIDDLES[from][1]);
          path.lineTo(column + 0.5 + MIDDLES[to][0], row + 0.5 + MIDDLES[to][1]);
        }
      }
    }
    return (layer.outline = path);
  }

  strokeOutline(context, view, layer, ink) {
    const [west, east, south, north] = this.bounds;
    const [across, up] = [((east - west) * view.scale) / this.columns, ((north - south) * view.scale) / this.rows];
    context.save();
    context.translate(west * view.scale + view.ox, view.oy - south * view.scale);
    context.scale(across, -up);
    context.lineWidth = 1.5 / across;
    context.strokeStyle = ink;
    context.stroke(this.outline(layer));
    context.restore();
  }
}

// Marching squares: middles of the sides of a square of four centres (south, east, north, west), and the sides that the
// line joins, by which corners lie inside (south-west 1, south-east 2, north-east 4, north-west 8).
const MIDDLES = [[0.5, 0], [1, 0.5], [0.5, 1], [0, 0.5]];
const CUTS = [
  [], [[0, 3]], [[0, 1]], [[1, 3]], [[1, 2]], [[0, 1], [2, 3]], [[0, 2]], [[2, 3]],
  [[2, 3]], [[0, 2]], [[0, 3], [1, 2]], [[1, 2]], [[1, 3]], [[0, 1]], [[0, 3]], [],
];

export function drawEnvelope(context, { source, view, theme }, raster) {
  if (!state.envelope || !raster) return;
  for (const layer of raster.layers) {
    if (!isShown(layer.side)) continue;
    const ink = sideColour(theme, source.meta, layer.side);
    raster.draw(context, view, layer, `${layer.side}:${ink}`, (count) => [...rgb(ink), 255 * COVER[Math.min(count, COVER.length - 1)]]);
    raster.strokeOutline(context, view, layer, ink);
  }
}

// Heat in the colour of the side that suffers or acts: the fuller, the hotter.
export function drawHeat(context, { source, view, theme }, raster) {
  if (!state.heat || !raster) return;
  for (const layer of raster.layers) {
    if (!isShown(layer.side)) continue;
    const ink = sideColour(theme, source.meta, layer.side);
    const most = 255 * HOTTEST[state.heat];
    const share = state.heat === "coverage" ? (value) => value / 255 : (value) => Math.sqrt(value / 255); // few events show, too
    raster.draw(context, view, layer, `${layer.side}:${ink}`, (value) => [...rgb(ink), most * share(value)]);
  }
}

function rgb(ink) {
  return [1, 3, 5].map((at) => parseInt(ink.slice(at, at + 2), 16));
}

// In the view of the truth the side chosen under the events, if any; otherwise all sides that the view knows.
export function isShown(side) {
  return !state.sideFilter || state.view !== "truth" || state.sideFilter === side;
}
