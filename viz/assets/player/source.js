// A view of a run in the browser: its cards, its chunks of frames (a bounded number of bytes), its tables.

import { has, nameSides, t } from "./text.js";
import { decode } from "./wire.js";

export const CACHE_BYTES = 72 * 1024 * 1024;
const AT_ONCE = 3; // requests under way
const RETRY_MS = 5000; // delay before a failed chunk is requested again
const DETAIL_FRAMES_PER_S = 240; // played faster than this, a long run is shown from its overview

export class Source {
  constructor(run, view) {
    this.run = run;
    this.view = view;
    this.base = `/replay/${encodeURIComponent(run)}/${encodeURIComponent(view)}`;
    this.chunks = new Map(); // index -> chunk, in order of use
    this.bytes = 0;
    this.budget = CACHE_BYTES;
    this.overview = null;
    this.events = null;
    this.failures = new Map(); // index -> when it failed
    this.arrived = () => {};
    this.failed = () => {};
    this._pending = new Map();
    this._tables = new Map();
  }

  async open() {
    this.meta = await this.table("meta");
    this.units = this.meta.units;
    this.sideOf = this.units.map((unit) => this.meta.sides.indexOf(unit.side));
    this.indexOf = new Map(this.units.map((unit, index) => [unit.name, index]));
    for (const [index, { id }] of this.units.entries()) if (id) this.indexOf.set(id, index);
    nameSides(this.meta.side_names ?? {});
    this.isSide = this.view !== "truth";
    return this;
  }

  // A unit has a name in the language of the page; links and marks name it as the scenario does. Other names are kept.
  nameOf(id) {
    return this.units[this.indexOf.get(id)]?.name ?? id;
  }

  idOf(name) {
    const unit = this.units[this.indexOf.get(name)];
    return unit?.id ?? name;
  }

  // A JSON table of the view, requested once.
  table(name) {
    if (!this._tables.has(name)) this._tables.set(name, this.fresh(name));
    return this._tables.get(name);
  }

  // The same as it is now on the server.
  fresh(name) {
    return getJson(`${this.base}/${name}.json?lang=${document.documentElement.lang || "en"}`);
  }

  // Take over tables of a run that has grown; chunks stay: recorded frames never change, and a last chunk that has grown is
  // fetched anew.
  take(tables) {
    const hasStretched = tables.meta.overview_stride !== this.meta.overview_stride || tables.meta.n_frames !== this.meta.n_frames;
    this._tables = new Map(Object.entries(tables).map(([name, table]) => [name, Promise.resolve(table)]));
    this.meta = tables.meta;
    this.failures.clear();
    if (hasStretched && this.overview) this.overview = null;
  }

  frameAt(time) {
    return Math.max(0, Math.min(this.meta.n_frames - 1, Math.floor(time / this.meta.interval_s + 1e-9)));
  }

  timeOf(frame) {
    return frame >= this.meta.n_frames - 1 ? this.meta.duration_s : frame * this.meta.interval_s;
  }

  chunkOf(frame) {
    const list = this.meta.chunks;
    let low = 0;
    let high = list.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (list[middle][0] <= frame) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  // Position of a time in memory: {a, i, b, j, f, exact}, frame i of chunk a, the next frame j of chunk b, share f
  // between them. Null while nothing near is loaded.
  sample(time) {
    const frame = this.frameAt(time);
    const here = this._use(this.chunkOf(frame));
    if (here && frame - here.first < here.frames) {
      const next = Math.min(frame + 1, this.meta.n_frames - 1);
      const after = this._use(this.chunkOf(next)) ?? here;
      const j = after === here ? Math.min(next - here.first, here.frames - 1) : Math.min(next - after.first, after.frames - 1);
      const from = this.timeOf(frame);
      const span = this.timeOf(next) - from;
      const f = span > 0 ? Math.min(1, Math.max(0, (time - from) / span)) : 0;
      return { a: here, i: frame - here.first, b: after, j, f, exact: true, frame };
    }
    if (!this.overview) return null;
    const o = this.overview;
    const at = Math.min(o.frames - 1, frame / o.stride);
    const i = Math.floor(at);
    const j = Math.min(i + 1, o.frames - 1);
    const within = (time / this.meta.interval_s) / o.stride - i;
    return { a: o, i, b: o, j, f: Math.max(0, Math.min(1, within)), exact: false, frame };
  }

  // Frame data for a trail: the chunk and the frame in it, if loaded, otherwise null.
  frameData(frame) {
    const chunk = this.chunks.get(this.chunkOf(frame));
    if (chunk && frame - chunk.first < chunk.frames) return { chunk, i: frame - chunk.first };
    if (!this.overview) return null;
    return { chunk: this.overview, i: Math.min(this.overview.frames - 1, Math.round(frame / this.overview.stride)) };
  }

  // Request the chunks for the current time, for the next frames while playing, and for trails of the given length.
  want(time, speed, playing, back = 0) {
    const first = this.chunkOf(this.frameAt(time));
    const rate = speed / this.meta.interval_s;
    if (playing && rate > DETAIL_FRAMES_PER_S && this.overview) return;
    this._fetchChunk(first, true);
    if (!this.overview && this.meta.overview_stride > 1) this._fetchOverview();
    const length = this.meta.chunks[first][1];
    const ahead = playing ? Math.min(4, Math.ceil((rate * 4) / length) + 1) : 1;
    const behind = Math.min(3, Math.ceil(back / this.meta.interval_s / length));
    for (let k = 1; k <= behind && first - k >= 0; k += 1) this._fetchChunk(first - k, false);
    for (let k = 1; k <= ahead && first + k < this.meta.chunks.length; k += 1) this._fetchChunk(first + k, false);
  }

  ready(time) {
    return this.sample(time) !== null || this.failures.has(this.chunkOf(this.frameAt(time)));
  }

  _use(index) {
    const chunk = this.chunks.get(index);
    if (chunk) {
      this.chunks.delete(index);
      this.chunks.set(index, chunk);
    }
    return chunk;
  }

  _fetchChunk(index, urgent) {
    const held = this.chunks.get(index); // the last one of a run that goes on grows
    if ((held && held.frames >= this.meta.chunks[index][1]) || this._pending.has(index)) return;
    if (performance.now() - (this.failures.get(index) ?? -RETRY_MS) < RETRY_MS) return;
    if (this._pending.size >= AT_ONCE) {
      if (!urgent) return;
      for (const [key, abort] of this._pending) if (key !== "overview") abort.abort(); // a seek: pending requests are stale
    }
    this._fetch(index, `${this.base}/chunk/${index}.bin`, (chunk) => {
      this.bytes += chunk.bytes - (this.chunks.get(index)?.bytes ?? 0);
      this.chunks.set(index, chunk);
      for (const [old, oldest] of this.chunks) {
        if (this.bytes <= this.budget || this.chunks.size <= 2) break;
        if (old === index) continue;
        this.chunks.delete(old);
        this.bytes -= oldest.bytes;
      }
    });
  }

  _fetchOverview() {
    if (this._pending.has("overview") || this.failures.has("overview")) return;
    this._fetch("overview", `${this.base}/overview.bin`, (chunk) => {
      this.overview = chunk;
    });
  }

  async _fetch(key, url, keep) {
    const abort = new AbortController();
    this._pending.set(key, abort);
    try {
      const response = await ask(url, { signal: abort.signal });
      keep(decode(await response.arrayBuffer()));
      this.failures.delete(key);
      this.arrived();
    } catch (error) {
      if (error.name !== "AbortError") {
        this.failures.set(key, performance.now());
        this.failed(error);
      }
    } finally {
      if (this._pending.get(key) === abort) this._pending.delete(key);
    }
  }
}

export async function getJson(url, options) {
  return (await ask(url, options)).json();
}

// Fetch from the server. Errors are reported in the language of the page, with the server's message.
async function ask(url, options) {
  const response = await fetch(url, options).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Error(problem("no_answer", error.message));
  });
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw new Error(problem(body.problem, body.error ?? `${response.status}`));
}

function problem(kind, words) {
  const key = `problem.${kind}`;
  return has(key) ? t(key, { words }) : words;
}
