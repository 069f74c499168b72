// What keys and buttons do.

import { SPEEDS } from "./clock.js";
import { tell, toggleHelp, toggleLayer, toggleLayers } from "./dialogs.js";
import { eventUnits } from "./event_words.js";
import { GRIDS, setGrid } from "./grid.js";
import { choose, ENVELOPES, HEATS } from "./rasters.js";
import { emit, on, set, state } from "./store.js";
import { byId, clockText, el, t } from "./text.js";
import { chooseUnits } from "./units.js";

export function listenTransport(page) {
  const { clock } = page;
  const speed = byId("speed");
  speed.append(...SPEEDS.map((value) => el("option", { value }, `${value}×`)));
  speed.addEventListener("input", () => clock.setSpeed(Number(speed.value)));
  speed.value = String(clock.speed);
  const actions = keyActions(page);
  const press = (id, action) => byId(id).addEventListener("click", action);
  press("btn-play", actions.toggle);
  press("btn-start", actions.start);
  press("btn-back", () => actions.step(-1));
  press("btn-forward", () => actions.step(1));
  press("btn-next-event", () => actions.event(1));
  press("btn-mark", actions.mark);
  press("btn-follow", actions.follow);
  press("btn-measure", actions.measure);
  press("btn-layers", () => toggleLayers());
  press("btn-legend", () => page.legend.toggle());
  press("btn-loop", actions.loop);
  press("btn-link", async () => {
    page.writeMoment();
    try {
      await navigator.clipboard.writeText(location.href);
      tell(t("link.copied"), false);
    } catch {
      tell(t("link.in_address"), false);
    }
  });
  on("loop", (loop) => {
    clock.setLoop(loop);
    clock.play();
    showLoop(page);
  });
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest("#layers, #btn-layers")) toggleLayers(false);
  });
}

export function keyActions(page) {
  const { clock, session } = page;
  return {
    toggle: () => clock.toggle(),
    step: (frames) => clock.stepBy(frames),
    start: () => clock.seek(0),
    end: () => clock.seek(clock.duration),
    speed: (factor) => {
      clock.setSpeed(clock.speed * factor);
      byId("speed").value = String(clock.speed);
    },
    event: (direction) => {
      const at = page.log.isFiltered ? page.log.neighbour(direction) : page.timeline.neighbour(direction);
      if (at < 0) return;
      const { source } = session.active;
      emit("jump", { time: source.events.time_s[at], units: eventUnits(source, source.events, at) });
    },
    units: () => chooseUnits(),
    film: () => page.openFilm(),
    chapter: (direction) => {
      const found = page.timeline.chapter(direction);
      if (found) emit("jump", { time: found.time, units: [] });
    },
    mark: () => page.mark(),
    toMark: (direction) => {
      const mark = page.review.neighbour(clock.time, direction);
      if (mark) emit("go-to-mark", mark);
    },
    zoomTime: (factor) => page.timeline.zoom(factor, clock.time),
    loop: () => toggleLoop(page),
    follow: () => set({ follow: !state.follow }),
    measure: () => {
      session.measure.toggle();
      byId("btn-measure").setAttribute("aria-pressed", String(session.measure.active));
      byId("maps").classList.toggle("measuring", session.measure.active);
      page.redraw();
    },
    labels: () => toggleLayer("labels"),
    routes: () => toggleLayer("routes"),
    unseen: () => {
      if (!state.isTrainer) return;
      toggleLayer("unseen");
      const isSide = session.panes.some(({ source }) => source.isSide);
      tell(t(!state.layers.unseen ? "unseen.off" : isSide ? "unseen.on" : "unseen.in_views"), false);
    },
    legend: () => page.legend.toggle(),
    difference: () => page.compare.jump(),
    ghost: () => {
      if (state.runs.length < 2) return emit("told", t("compare.needs_two"));
      toggleLayer("ghost");
      emit("told", t(state.layers.ghost ? "ghost.on" : "ghost.off"));
    },
    class: () => page.class?.toggle(),
    grid: () => {
      setGrid(GRIDS[(GRIDS.indexOf(state.grid) + 1) % GRIDS.length]);
      tell(t(`grid.told_${state.grid || "none"}`), false);
      if (byId("grid-kind")) byId("grid-kind").value = state.grid;
    },
    envelope: () => {
      choose("envelope", ENVELOPES[(ENVELOPES.indexOf(state.envelope) + 1) % ENVELOPES.length]);
      tell(t(`envelope.told_${state.envelope || "none"}`, { target: t(`against.${state.against}`) }), false);
      if (byId("envelope-kind")) byId("envelope-kind").value = state.envelope;
    },
    heat: () => {
      choose("heat", HEATS[(HEATS.indexOf(state.heat) + 1) % HEATS.length]);
      tell(t(`heat.told_${state.heat || "none"}`), false);
      if (byId("heat-kind")) byId("heat-kind").value = state.heat;
    },
    zoom: (step) => session.panes[0].map.setZoom(session.panes[0].map.getZoom() + step * 0.5),
    fit: () => session.panes.forEach((pane) => pane.fit()),
    view: (at) => {
      const view = session.views()[at];
      if (view) set({ view });
    },
    help: toggleHelp,
    escape: () => {
      toggleLayers(false);
      page.legend.toggle(false);
      if (session.measure.active) byId("btn-measure").click();
      else if (!byId("help")) set({ selected: null, follow: false });
    },
  };
}

// Loop between the marks about this moment, or a mark's own range; without marks the first press is the beginning and the
// second the end. A press while it loops ends it.
function toggleLoop({ clock, review, timeline }) {
  if (clock.loop) clock.setLoop(null);
  else {
    const found = review.rangeAt(clock.time);
    if (found) clock.setLoop(found);
    else if (timeline.loopFrom === null || clock.time <= timeline.loopFrom) {
      timeline.loopFrom = clock.time;
      tell(t("loop.from", { time: clockText(clock.time) }), false);
    } else clock.setLoop({ from: timeline.loopFrom, to: clock.time });
  }
  if (clock.loop) {
    timeline.loopFrom = null;
    tell(t("loop.on", { from: clockText(clock.loop.from), to: clockText(clock.loop.to) }), false);
  }
  showLoop({ clock, timeline });
}

function showLoop({ clock, timeline }) {
  byId("btn-loop").setAttribute("aria-pressed", String(Boolean(clock.loop)));
  timeline.draw();
}
