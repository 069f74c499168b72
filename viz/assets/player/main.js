// Starts the page: waits for the layout, fetches the list of runs, and connects clock, maps, panels and keys.

import { keyActions, listenTransport } from "./actions.js";
import { readAddress, writeAddress } from "./address.js";
import { showBanner } from "./banner.js";
import { BatchView } from "./batch.js";
import { Boards } from "./boards.js";
import { Card } from "./card.js";
import { watchChanges } from "./changes.js";
import { joinClass } from "./class.js";
import { Charts } from "./charts.js";
import { Compare } from "./compare.js";
import { Clock } from "./clock.js";
import { setCodes } from "./codes.js";
import { tell, toggleHelp } from "./dialogs.js";
import { DateClock } from "./dtg.js";
import { EventLog } from "./event_log.js";
import { Film } from "./film.js";
import { goTo } from "./go_to.js";
import { listenKeys } from "./keys.js";
import { Live } from "./live.js";
import { Legend } from "./legend.js";
import { Measure } from "./measure.js";
import { Orbat } from "./orbat.js";
import { Rasters } from "./rasters.js";
import { Review } from "./review.js";
import { Session } from "./session.js";
import { Sight } from "./sight.js";
import { getJson } from "./source.js";
import { emit, on, recall, set, state } from "./store.js";
import { MedicalBoard } from "./medical_board.js";
import { Summary } from "./summary.js";
import { SustainmentBoard } from "./sustainment_board.js";
import { turningText } from "./turning_words.js";
import { byId, clockText, el, sentence, setTexts, t, word } from "./text.js";
import { Timeline } from "./timeline.js";
import { applyTheme, buildRuns, buildViews, listenTabs, markView } from "./top_bar.js";

const DASH_EVERY_MS = 250;
const page = { stats: { drawn: 0, firstFrameMs: 0 }, load: (name) => import(`./${name}.js`) };
window.chammo = page; // for tests and the benchmark
let dirty = true;

async function layoutReady() {
  while (!byId("message")) await new Promise((next) => setTimeout(next, 15));
}

async function start() {
  const query = new URLSearchParams(location.search);
  const lang = document.documentElement.lang || "en";
  const booting = getJson(`/boot.json?lang=${lang}&run=${encodeURIComponent(query.get("run") ?? "")}`);
  const fonts = document.fonts.load('12px "Noto Sans KR"', "A가");
  const boot = await booting;
  setTexts(boot.texts);
  setCodes(boot);
  const asked = readAddress();
  const batchId = asked.batch ?? (boot.runs.length === 0 ? boot.batches[0]?.id : null);
  if (!batchId) prefetch(boot, asked);
  await Promise.all([layoutReady(), fonts]);
  const themeAsked = [query.get("theme"), recall("theme")].find((theme) => ["light", "dark"].includes(theme));
  applyTheme(themeAsked ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
  Object.assign(state.layers, recall("layers") ?? {});
  state.symbolSize = recall("symbolSize") ?? state.symbolSize;
  for (const name of ["grid", "envelope", "against", "heat", "heatOf"]) state[name] = recall(name) ?? state[name];
  byId("btn-theme").addEventListener("click", () => applyTheme(state.theme === "dark" ? "light" : "dark"));
  byId("btn-lang").addEventListener("click", () => {
    query.set("lang", lang === "ko" ? "en" : "ko");
    location.search = query;
  });
  byId("btn-help").addEventListener("click", toggleHelp);
  listenTabs();
  on("problem", (text) => tell(text));
  on("told", (text) => tell(text, false));
  for (const batch of boot.batches) {
    byId("view-switch").before(el("a", { class: "button", href: `/?lang=${lang}#batch=${batch.id}`, onclick: () => setTimeout(() => location.reload()) }, t("batch.name", { name: batch.name })));
  }
  if (batchId) await startBatch(batchId, lang);
  else await startReplay(boot, asked, lang);
}

async function startBatch(id, lang) {
  document.body.dataset.mode = "batch";
  byId("transport").hidden = true;
  page.batch = new BatchView(lang);
  writeAddress({ batch: id });
  watchChanges(`/batch/${id}/changes.json`, id).catch((error) => emit("problem", error.message));
  await page.batch.show(id);
  showBanner([page.batch.data.classification]);
}

// Ask for the first frames while Dash still lays the page out.
function prefetch(boot, asked) {
  const ids = boot.runs.map((run) => run.id);
  const first = ids.includes(asked.run) ? asked.run : ids[0];
  const other = ids.includes(asked.other) ? asked.other : asked.run ? null : ids[1];
  state.runs = other && other !== first ? [first, other] : [first];
  state.view = asked.view ?? boot.runs.find((run) => run.id === first).views[0];
  state.selected = asked.unit;
  page.clock = new Clock((now, playing) => drawFrame(now, playing));
  page.session = new Session(page.clock, new Measure(), boot.runs);
  page.state = state;
  page.session.prefetch(asked.time ?? 0);
}

async function startReplay(boot, asked, lang) {
  document.body.dataset.mode = "replay";
  const { clock, session } = page;
  clock.waiting = () => session.waiting();
  clock.changed = () => {
    dirty = true;
    page.pushed = 0;
    rest();
    emit("clock");
  };
  page.timeline = new Timeline(clock);
  page.date = new DateClock();
  page.log = new EventLog(clock);
  page.card = new Card();
  page.charts = new Charts(clock);
  page.boards = new Boards(clock);
  page.sustainment = new SustainmentBoard(clock);
  page.medical = new MedicalBoard(clock);
  page.units = new Orbat();
  page.summary = new Summary(clock);
  page.compare = new Compare(page);
  page.legend = new Legend(() => session);
  page.sight = new Sight(() => session);
  page.rasters = new Rasters(() => session, clock);
  page.review = new Review(clock, (marks) => page.timeline.setMarks(marks));
  listenStore(session, lang);
  page.redraw = () => (dirty = true);
  page.mark = () => addMark(session);
  byId("btn-film").addEventListener("click", () => openFilm());
  page.openFilm = openFilm;
  page.writeMoment = writeMoment;
  listenTransport(page);
  listenKeys(keyActions(page));
  clock.time = asked.time ?? 0;
  await open(session, lang, asked.map);
  page.sight.restore(asked.line);
  clock.seek(clock.time);
  joinClass(page, boot.class);
  page.live = new Live(page);
  // the edited address, before it is rewritten
  window.addEventListener("hashchange", (event) => followAddress(session, clock, new URL(event.newURL).hash));
}

async function open(session, lang, map) {
  const views = session.views();
  if (!views.includes(state.view)) state.view = views[0];
  buildRuns([...session.runs.values()], (runs) => {
    set({ runs });
  });
  buildViews(views);
  if (!(await session.show(map))) return;
  state.selected = session.active.source.nameOf(state.selected); // of a link in another language
  showBanner(session.panes.map((pane) => pane.source.meta.classification));
  byId("run-title").textContent = session.panes[0].source.meta.scenario.title ?? "";
  page.date.setStart(session.panes[0].source.meta.start);
  legend(session);
  fillPanels(session);
  await session.firstFrame(); // the map first, the tables after it
  if (page.reviewed !== state.runs[0]) {
    page.reviewed = state.runs[0];
    page.review.setRun(state.runs[0], lang, session.runs.get(state.runs[0]).views).catch((error) => emit("problem", error.message));
  }
  for (const id of state.runs) watchChanges(`/replay/${id}/changes.json`, id).catch((error) => emit("problem", error.message));
  page.compare.setPair(session.panes.map((pane) => pane.source)).catch((error) => emit("problem", error.message));
  page.charts.setSources(session.panes.map((pane) => pane.source)).catch((error) => emit("problem", error.message));
  fillPanels(session, true);
}

function fillPanels(session, tables = Boolean(page.sample)) {
  const source = session.active.source;
  page.units.setSource(source);
  page.timeline.setSource(source, []);
  session.markActive();
  page.pushed = 0; // the card is of this view from now on
  dirty = true;
  if (!tables) return;
  page.boards.setSource(source).then((advice) => {
    source.hasAdvice = advice.length > 0;
    page.timeline.setSource(source, advice);
  }, (error) => emit("problem", error.message));
  page.sustainment.setSource(source).catch((error) => emit("problem", error.message));
  page.medical.setSource(source).catch((error) => emit("problem", error.message));
  page.summary.setSource(source).then(() => page.timeline.setChapters(chapters(page.summary.data, source.meta.sides)), (error) => emit("problem", error.message));
  if (source.events) page.log.setSource(source);
}

function chapters({ turning_points: points, objectives }, sides) {
  return points.map((point) => ({ time: point.time_s, text: turningText(point, objectives, sides) }));
}

function legend(session) {
  const meta = session.panes[0].source.meta;
  const chips = meta.sides.map((side, at) => el("span", { class: "chip", dataset: { affiliation: meta.affiliation[at] } }, sentence(word("side", side))));
  const jammed = meta.jamming ? [el("span", { class: "chip jammed" }, sentence(t("link.jammed")))] : [];
  const unknown = session.panes.some((pane) => pane.source.isSide) ? [el("span", { class: "chip", dataset: { affiliation: "1" } }, sentence(t("identity.unknown")))] : [];
  byId("legend").replaceChildren(...chips, ...unknown, ...jammed);
}

function listenStore(session, lang) {
  on("dirty", () => (dirty = true));
  on("change:view", () => {
    markView();
    open(session, lang).then(rest);
  });
  on("change:runs", () => open(session, lang).then(rest));
  on("change:pane", () => fillPanels(session));
  on("change:selected", () => {
    page.pushed = 0;
    page.units.render();
    rest();
  });
  on("change:follow", (follow) => byId("btn-follow").setAttribute("aria-pressed", String(follow)));
  on("change:theme", () => session.panes.forEach((pane) => pane.setTerrain()));
  on("units", () => {
    for (const pane of session.panes) pane.scale._update();
    fillPanels(session);
    page.card.shown = null; // built anew
  });
  on("zone", () => (dirty = true));
  on("terrain", () => session.panes.forEach((pane) => pane.setTerrain()));
  on("pane-used", (pane) => set({ pane: pane.index }));
  on("events", (pane) => {
    if (pane === session.active) fillPanels(session);
  });
  on("grown", () => {
    fillPanels(session, true);
    page.compare.pair = null;
    page.compare.setPair(session.panes.map((pane) => pane.source)).catch((error) => emit("problem", error.message));
    page.charts.setSources(session.panes.map((pane) => pane.source)).catch((error) => emit("problem", error.message));
  });
  on("select", (name) => {
    set({ selected: name });
    if (name) byId("tab-units").click();
  });
  on("card", () => byId("tab-units").click());
  on("select-and-centre", (name) => {
    set({ selected: name });
    session.active.centreOn(session.active.selectedSpot());
  });
  on("jump", ({ time, units }) => {
    page.clock.pause();
    page.clock.seek(time);
    if (!units.length) return;
    set({ selected: units[0] });
    page.centreNext = true; // when its frame is here
  });
  on("dragged", () => set({ follow: false }));
  on("tab", () => (page.pushed = 0)); // update the newly visible panel
  for (const topic of ["map-rest", "rest"]) on(topic, rest);
  on("mark", () => addMark(session));
  on("go-to", (text) => goTo(session, text));
  on("go-to-mark", (mark) => {
    page.clock.pause();
    if (mark.hash) {
      followAddress(session, page.clock, mark.hash);
    }
    page.clock.seek(mark.time_s);
  });
}

function openFilm() {
  page.film ??= new Film(page);
  page.film.toggle();
}

function addMark(session) {
  session.draw();
  writeMoment();
  byId("tab-review").click();
  if (page.review.focusAt(page.clock.time, state.view)) return; // marked already
  page.review.add({ time_s: page.clock.time, view: state.view, hash: location.hash, picture: session.active.picture() });
  page.review.focusAt(page.clock.time, state.view);
  tell(t("review.marked", { time: clockText(page.clock.time) }), false);
}

function followAddress(session, clock, hash) {
  const asked = readAddress(hash);
  if (asked.batch) {
    location.reload();
    return;
  }
  if (asked.view && session.views().includes(asked.view)) set({ view: asked.view });
  if (asked.time !== null && Math.abs(asked.time - clock.time) > 0.05) clock.seek(asked.time);
  set({ selected: session.active.source.nameOf(asked.unit) });
  page.sight.restore(asked.line);
  if (asked.map) session.setCamera(asked.map);
}

let resting = 0;
function rest() {
  clearTimeout(resting);
  resting = setTimeout(() => {
    if (!page.clock.playing) writeMoment();
  }, 200);
}

function writeMoment() {
  const { session, clock } = page;
  writeAddress({ run: state.runs[0], other: state.runs[1], view: state.view, unit: session.active?.source.idOf(state.selected), time: clock.time, line: page.sight.line, map: session.camera() });
}

function drawFrame(now, playing) {
  const { session, clock } = page;
  if (!session?.panes.length) return;
  const waits = session.waiting();
  if (dirty || playing) {
    dirty = false;
    const samples = session.draw();
    page.sample = samples[state.pane] ?? samples[0];
    if (page.centreNext && page.sample) {
      page.centreNext = false;
      session.active.centreOn(session.active.selectedSpot());
    }
    page.timeline.moveCursor();
    byId("clock").textContent = `${clockText(clock.time)} / ${clockText(clock.duration)}`;
    page.date.update(clock.time);
    page.stats.drawn += 1;
    if (!page.stats.firstFrameMs && page.sample) page.stats.firstFrameMs = performance.now();
  }
  if (now - (page.pushed ?? 0) >= DASH_EVERY_MS && (playing || page.told !== clock.time || page.waited !== waits || !page.pushed)) {
    page.pushed = now;
    page.told = clock.time;
    page.waited = waits;
    tellOthers(session, clock, waits);
  }
}

// Four times a second at most: everything that need not follow each frame, and Dash.
function tellOthers(session, clock, waits) {
  page.card.update(session.active, page.sample, clock.time);
  page.units.update(page.sample);
  page.summary.update();
  page.compare.update();
  page.live?.update();
  page.charts.moveCursor();
  page.boards.update();
  page.sustainment.update();
  page.medical.update();
  page.rasters.update();
  if (session.active.source.events) page.log.follow();
  page.timeline.tell();
  byId("buffering").textContent = waits ? t("transport.loading") : "";
  const play = byId("btn-play");
  play.setAttribute("aria-pressed", String(clock.playing));
  const moment = { time_s: clock.time, run: state.runs[0], view: state.view, unit: session.active.source.idOf(state.selected) };
  window.dash_clientside?.set_props?.("moment", { data: moment });
}

start().catch(async (error) => {
  await layoutReady();
  tell(error.message);
});
