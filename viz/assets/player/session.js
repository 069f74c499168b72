// The open sources (one per run and view) and the synchronized map panes showing them.

import { CACHE_BYTES, Source } from "./source.js";
import { TRACK_S } from "./coverage.js";
import { prepareFires } from "./fires.js";
import { prepareRoutes } from "./routes.js";
import { loadMedical } from "./medical.js";
import { loadSustainment } from "./sustainment.js";
import { MapPane } from "./map_pane.js";
import { TRAIL_S } from "./overlays.js";
import { shotsOf } from "./event_words.js";
import { emit, on, set, state } from "./store.js";
import { byId, t, word } from "./text.js";

export class Session {
  constructor(clock, measure, runs) {
    this.clock = clock;
    this.measure = measure;
    this.runs = new Map(runs.map((run) => [run.id, run]));
    this.sources = new Map();
    this.panes = [];
    this._syncing = false;
    on("moved", (pane) => this._sync(pane));
    on("layers", (name) => {
      if (name === "unseen") this._showUnseen().catch((error) => emit("problem", error.message));
    });
  }

  // The available views: those of the run, and "both" if two sides may be seen.
  views() {
    const views = this.runs.get(state.runs[0])?.views ?? [];
    const sides = views.filter((view) => view !== "truth");
    return sides.length > 1 && state.runs.length === 1 ? [...views, "both"] : views;
  }

  // [run, view] of each pane.
  _wanted() {
    const views = this.runs.get(state.runs[0]).views;
    if (state.runs.length > 1) {
      const view = views.includes(state.view) ? state.view : views[0];
      return state.runs.map((run) => [run, this.runs.get(run).views.includes(view) ? view : this.runs.get(run).views[0]]);
    }
    if (state.view === "both") return views.filter((view) => view !== "truth").slice(0, 2).map((view) => [state.runs[0], view]);
    return [[state.runs[0], views.includes(state.view) ? state.view : views[0]]];
  }

  async show(map) {
    const token = (this._token = {});
    const wanted = this._wanted();
    const sources = await Promise.all(wanted.map(([run, view]) => this._source(run, view)));
    if (this._token !== token) return false;
    const camera = map ?? this.camera();
    for (const pane of this.panes) pane.remove();
    const parent = byId("maps");
    parent.dataset.panes = String(sources.length);
    this.panes = sources.map((source, index) => new MapPane(parent, index, source, this.measure));
    state.kept = this.runs.get(state.runs[0]).kept ?? 1;
    state.isTrainer = wanted.some(([run]) => this.runs.get(run).views.includes("truth"));
    this.panes[0].ghost = state.runs.length > 1 ? sources[1] ?? null : null;
    this._keepOnly(sources);
    this._showUnseen().catch((error) => emit("problem", error.message));
    this._name();
    this.clock.duration = Math.max(...sources.map((source) => source.meta.duration_s));
    this.clock.step = sources[0].meta.interval_s;
    set({ pane: Math.min(state.pane, sources.length - 1) });
    if (camera) this.setCamera(camera);
    emit("dirty");
    this.firstFrame().then(() => this.panes.forEach((pane) => this._loadEvents(pane)));
    return true;
  }

  // Resolves when every pane has drawn a frame, or after a while all the same.
  async firstFrame() {
    for (let waited = 0; waited < 3000 && !this.panes.every((pane) => pane.painted); waited += 20) {
      await new Promise((next) => setTimeout(next, 20));
    }
  }

  prefetch(time) {
    for (const [run, view] of this._wanted()) {
      this._source(run, view).then((source) => source.want(Math.min(time, source.meta.duration_s), 1, false), () => {});
    }
  }

  async _source(run, view) {
    const key = `${run}/${view}`;
    if (!this.sources.has(key)) {
      const source = new Source(run, view);
      source.arrived = () => emit("dirty");
      source.failed = (error) => emit("problem", error.message);
      this.sources.set(key, source.open());
      this.sources.get(key).catch(() => this.sources.delete(key));
    }
    return this.sources.get(key);
  }

  // The truth beside the views of sides, for the trainer: loaded while it is asked for, and released after that.
  async _showUnseen() {
    const panes = this.panes;
    for (const pane of panes) pane.truth = null;
    if (state.layers.unseen && state.isTrainer) {
      await Promise.all(panes.filter((pane) => pane.source.isSide).map(async (pane) => {
        if (this.runs.get(pane.source.run).views.includes("truth")) pane.truth = await this._source(pane.source.run, "truth");
      }));
    }
    if (panes !== this.panes) return;
    this._keepOnly(panes.flatMap((pane) => [pane.source, pane.truth].filter(Boolean)));
    emit("dirty");
  }

  // Hidden views release their memory: only visible views count against the budget.
  _keepOnly(shown) {
    for (const [key, opening] of this.sources) {
      opening.then((source) => {
        source.budget = CACHE_BYTES / shown.length;
        if (!shown.includes(source)) this.sources.delete(key);
      }, () => {});
    }
  }

  async _loadEvents(pane) {
    const source = pane.source;
    try {
      source.routes ??= prepareRoutes(source, await source.table("orders"));
      source.events ??= await source.table("events");
      source.fires ??= prepareFires(source.events);
      pane.fires = source.fires;
      source.requests ??= await source.table("requests");
      source.shots ??= shotsOf(await source.table("shots"));
      emit("events", pane);
      emit("dirty");
      if (await loadSustainment(source)) emit("dirty");
      if (await loadMedical(source)) emit("dirty");
    } catch (error) {
      emit("problem", error.message);
    } finally {
      pane.isComplete = true;
    }
  }

  // Take over what has been written of a run that is shown; the map shows the old until the new is here.
  async grow(run) {
    const opened = await Promise.all(this.sources.values());
    await Promise.all(opened.filter((source) => source.run === run).map(async (source) => {
      const names = ["meta", "events", "orders", "requests", "shots"];
      const found = await Promise.all(names.map((name) => source.fresh(name)));
      const tables = Object.fromEntries(names.map((name, at) => [name, found[at]]));
      source.take(tables);
      source.events = tables.events;
      source.requests = tables.requests;
      source.routes = prepareRoutes(source, tables.orders);
      source.fires = prepareFires(tables.events);
      source.shots = shotsOf(tables.shots);
      for (const pane of this.panes) if (pane.source === source) pane.fires = source.fires;
      source.sustainment = source.medical = undefined;
      await loadSustainment(source);
      await loadMedical(source);
    }));
    emit("dirty");
  }

  _name() {
    for (const pane of this.panes) {
      const { run, view } = pane.source;
      const letter = state.runs.length > 1 ? `${"AB"[pane.index]}: ${this.runs.get(run).name} — ` : "";
      pane.title.textContent = letter + (view === "truth" ? t("view.truth") : t("view.side", { side: word("side", view) }));
      pane.element.dataset.affiliation = view === "truth" ? "truth" : pane.source.meta.affiliation[pane.source.meta.sides.indexOf(view)];
    }
    this.markActive();
  }

  markActive() {
    this.panes.forEach((pane, index) => pane.element.classList.toggle("active", this.panes.length > 1 && index === state.pane));
  }

  get active() {
    return this.panes[state.pane] ?? this.panes[0];
  }

  // The area chosen by the user; null while the panes fit the whole map.
  camera() {
    const pane = this.panes[0];
    if (!pane?.isMoved) return null;
    const centre = pane.map.getCenter();
    return { x: centre.lng, y: centre.lat, zoom: pane.map.getZoom() };
  }

  setCamera({ x, y, zoom }) {
    for (const pane of this.panes) pane.map.setView([y, x], zoom, { animate: false });
  }

  _sync(from) {
    if (this._syncing) return;
    this._syncing = true;
    for (const pane of this.panes) {
      if (pane !== from) pane.follow(from);
    }
    this._syncing = false;
  }

  // Whether a frame of every pane is loaded; requests missing frames.
  waiting() {
    let waits = false;
    for (const { source } of this.panes) {
      const time = Math.min(this.clock.time, source.meta.duration_s);
      source.want(time, this.clock.speed, this.clock.playing, state.layers.trails && state.selected ? TRAIL_S : state.layers.tracks ? TRACK_S : 0);
      if (!source.ready(time)) waits = true;
    }
    for (const { truth } of this.panes) truth?.want(Math.min(this.clock.time, truth.meta.duration_s), this.clock.speed, this.clock.playing);
    return waits;
  }

  draw() {
    const samples = this.panes.map((pane) => pane.draw(this.clock.time, this.clock.speed));
    if (state.follow && state.selected) (this.active.selectedSpot() ? this.active : this.panes[0])?.followStep();
    return samples;
  }
}
