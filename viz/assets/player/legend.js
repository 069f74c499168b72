// The legend: only signs that are on the map now. Each is drawn as on the map.

import { code } from "./codes.js";
import { beliefOf, codeOfContact, OLD_S } from "./contact_layer.js";
import { colours, sideColour } from "./colours.js";
import { LINES, MARKS } from "./legend_signs.js";
import { isShown } from "./rasters.js";
import { RING_KINDS } from "./reach.js";
import { drawSign, SIGNS } from "./signs.js";
import { FADED, FULL, sprite } from "./sprites.js";
import { state } from "./store.js";
import { byId, el, numberText, sentence, t, word } from "./text.js";
import { distanceText } from "./units.js";
import { markOf } from "./upkeep_marks.js";

const WIDE = 40;
const HIGH = 26;
const OFTEN_MS = 700;
const FIRES_S = 60; // fires this near to the present are explained

export class Legend {
  constructor(session) {
    this.session = session;
    this.key = "";
  }

  toggle(isOpen = !byId("legend-box")) {
    const button = byId("btn-legend");
    clearInterval(this._timer);
    byId("legend-box")?.remove();
    button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) return;
    this.box = el("aside", { id: "legend-box", "aria-label": t("top.legend") });
    byId("maps").append(this.box);
    this.key = "";
    this._update();
    this._timer = setInterval(() => this._update(), OFTEN_MS);
  }

  _update() {
    const items = new Map();
    for (const pane of this.session().panes) for (const item of itemsOf(pane)) items.set(item.key, item);
    const key = [...items.keys()].join() + state.theme;
    if (key === this.key) return;
    this.key = key;
    const parts = new Map();
    for (const item of items.values()) parts.set(item.part, [...(parts.get(item.part) ?? []), item]);
    this.box.replaceChildren(
      el("header", {}, el("strong", {}, t("top.legend")), el("button", { class: "button small", "aria-label": t("help.close"), onclick: () => this.toggle(false) }, "×")),
      ...[...parts].flatMap(([part, listed]) => [
        el("h3", {}, t(`legend.${part}`)),
        el("dl", {}, ...listed.map(({ key: name, draw, text }) => el("div", { dataset: { key: name } }, el("dt", {}, picture(draw)), el("dd", {}, sentence(text))))),
      ]),
    );
  }
}

function picture(draw) {
  const ratio = window.devicePixelRatio || 1;
  const canvas = el("canvas", { width: WIDE * ratio, height: HIGH * ratio, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  draw(context);
  return canvas;
}

function symbol(sidc, fade = FULL) {
  return (context) => {
    const made = sprite(sidc, 15, fade);
    context.drawImage(made.canvas, WIDE / 2 - made.cx, HIGH / 2 - made.cy, made.width, made.height);
  };
}

// What a pane shows now: {key, part, text, draw}.
function itemsOf(pane) {
  const { source, sample } = pane;
  if (!sample) return [];
  const items = [];
  const add = (part, key, text, draw) => items.push({ key, part, text, draw });
  const inks = colours(state.theme);
  const line = (name, ink) => (context) => LINES[name](context, ink, inks, WIDE, HIGH);
  const mark = (name, ink) => (context) => MARKS[name](context, ink ?? inks.ink, inks, WIDE, HIGH);
  const inkOf = (side) => sideColour(state.theme, source.meta, side);
  units(pane, add, mark, inkOf);
  contacts(pane, add, line, mark, inks, inkOf);
  selected(pane, add, line, inkOf);
  if (state.layers.links) add("lines", "links", t("legend.links"), line("link", inkOf(0)));
  if (state.layers.tracks) add("lines", "tracks", t("layer.tracks"), line("plain", inkOf(0)));
  if (pane.routes.length) add("lines", "routes", t("layer.routes"), line("arrow", inkOf(pane.routes[0].order.side)));
  fires(pane, add, line, mark, inks);
  ground(pane, add, line, inks, inkOf);
  return items;
}

function units(pane, add, mark, inkOf) {
  const { source, sample, positions } = pane;
  const { a, i } = sample;
  const at = i * a.units;
  const seen = new Set();
  const { layers } = state;
  let [faded, cut, jammed, down, work, load] = [false, false, false, false, false, false];
  for (let k = 0; k < positions.shown.length; k += 1) {
    const shown = positions.shown[k];
    if (!shown) continue;
    const { side, sidc } = source.units[k];
    if (shown === 3) add("units", "phantom", word("status", "phantom"), symbol(sidc, FADED));
    if (shown === 2 && layers.lost) add("units", `wreck:${side}`, t("legend.wreck", { side: word("side", side) }), mark("wreck", inkOf(side)));
    if (shown === 2) continue;
    if (!seen.has(side)) add("units", `side:${side}`, t("legend.unit", { side: word("side", side) }), symbol(sidc));
    seen.add(side);
    const linked = a.linked[at + k];
    if (linked === code.link.jammed) jammed = true;
    else if (linked !== code.link.alive) cut = true;
    if (linked !== code.link.alive && source.isSide && !faded) {
      faded = true;
      add("units", "faded", t("legend.faded"), symbol(sidc, FADED));
    }
    if (!source.sustainment || !layers.upkeep) continue;
    const sign = markOf(source.sustainment, a.ready?.[at + k], k, pane.time);
    down ||= sign === "down";
    work ||= sign === "work";
    load ||= source.sustainment.carrierOf.has(k);
  }
  if (cut || jammed) add("units", "cut", t("legend.cut"), mark("cut", null));
  if (pane.stacks.length) add("units", "stack", t("legend.stack"), stackOf(source.units[pane.stacks[0].lead].sidc));
  if (pane.unseen > 0 && pane.truth && layers.unseen) add("units", "unseen", t("legend.unseen"), mark("unseen", inkOf(source.meta.sides.findIndex((side) => side !== source.view))));
  if (pane.ghost && layers.ghost) {
    const ghostInk = inkOf(0);
    if (pane.ghosts?.alive) add("units", "ghost", t("legend.ghost"), mark("ghost", ghostInk));
    if (pane.ghosts?.lost) add("units", "ghost_lost", t("legend.ghost_lost"), mark("ghostLost", ghostInk));
  }
  if (down) add("units", "down", t("legend.down"), mark("down"));
  if (work) add("units", "work", t("legend.work"), mark("work"));
  if (load) add("units", "load", t("legend.load"), mark("load"));
  if (source.medical?.casesOf.size && layers.casualties) {
    add("units", "waiting", t("legend.waiting"), mark("waiting"));
    add("units", "aboard", t("legend.aboard"), mark("aboard"));
  }
}

function stackOf(sidc) {
  const one = symbol(sidc);
  return (context) => {
    context.save();
    context.translate(3, -3);
    one(context);
    context.restore();
    one(context);
  };
}

function contacts(pane, add, line, mark, inks, inkOf) {
  const { source, sample } = pane;
  if (!state.layers.contacts || !pane.contacts.length) return;
  const { a } = sample;
  if (!source.isSide) {
    for (const side of new Set(pane.contacts.map(({ row }) => a.c_side[row]))) add("contacts", `held:${side}`, t("legend.held", { side: word("side", source.meta.sides[side]) }), mark("held", inkOf(side)));
    return;
  }
  for (const { row } of pane.contacts) {
    const belief = beliefOf(source.meta, a, row);
    add("contacts", `belief:${belief}`, t("legend.contact", { identity: t(`identity.${belief}`) }), symbol(codeOfContact(source.meta, a, row)));
  }
  add("contacts", "error", t("legend.error"), mark("error", inks.unknown));
  if (pane.contacts.some(({ row }) => a.c_age[row] > OLD_S)) add("contacts", "old", t("legend.old"), mark("old", inks.unknown));
  if (pane.truth && state.layers.unseen) add("contacts", "behind", t("legend.behind"), mark("behind", inks.ink));
}

function selected(pane, add, line, inkOf) {
  const { source, sample } = pane;
  const unit = source.indexOf.get(state.selected);
  if (unit === undefined || !pane.positions.shown[unit]) return;
  const ink = inkOf(source.units[unit].side);
  if (state.layers.trails) add("lines", "trail", t("layer.trails"), line("trail", ink));
  add("lines", "link", t("legend.link"), line("link", ink));
  if (sample.a.linked[sample.i * sample.a.units + unit] === code.link.jammed) add("lines", "jammed", t("link.jammed"), line("jammed", null));
  if (!state.layers.rings) return;
  for (const kind of RING_KINDS) {
    const has = kind === "radio" ? source.units[unit].radio_range_m > 0 : source.units[unit].reach?.some((reach) => reach.kind === kind);
    if (has && state.layers[`ring_${kind}`]) add("lines", `ring:${kind}`, t("legend.ring", { kind: t(`ring.${kind}`) }), line(kind, ink));
  }
}

function fires(pane, add, line, mark, inks) {
  if (!state.layers.fires || !pane.fires) return;
  const near = pane.fires.fires.filter((fire) => Math.abs(fire.time - pane.time) < FIRES_S);
  const has = (wanted) => near.some(({ outcome }) => wanted.includes(outcome));
  if (near.some(({ outcome }) => outcome === null || outcome === "HIT" || outcome === "MISS")) add("fires", "shot", t("legend.shot"), line("shot", inks.shot));
  if (has(["HIT"])) add("fires", "hit", t("legend.hit"), mark("hit", inks.hit));
  if (has(["MISS"])) add("fires", "miss", t("legend.miss"), mark("miss", inks.lost));
  if (has(["INTERCEPT"])) add("fires", "intercept", t("legend.intercept"), mark("intercept", inks.stopped));
  if (has(["SOFT_KILL"])) add("fires", "soft_kill", t("legend.soft_kill"), mark("softKill", inks.stopped));
  for (const name of Object.keys(SIGNS)) if (has([name])) add("fires", name, t(`legend.${name}`), (context) => drawSign(context, { colours: inks, size: 0 }, { outcome: name }, { x: WIDE / 2, y: HIGH / 2 }, 0));
}

function ground(pane, add, line, inks, inkOf) {
  const { source } = pane;
  const { meta } = source;
  const { layers } = state;
  if (layers.zones) {
    for (const zone of meta.zones) {
      const noFire = zone.kind === "no_fire";
      const ink = noFire ? inks.cut : zone.side ? inkOf(zone.side) : inks.ink;
      const whose = zone.side ? ` (${word("side", zone.side)})` : "";
      add("ground", `zone:${zone.kind}:${zone.side}`, t(`legend.zone_${noFire ? "no_fire" : "objective"}`) + whose, line(noFire ? "noFire" : "zone", ink));
    }
  }
  if (layers.minefields && meta.minefields?.length) add("ground", "mines", t("legend.mines"), line("mines", inks.mine));
  if (layers.jammers && source.jammers?.length) add("ground", "jammer", t("layer.jammers"), line("jammerRing", inks.jammer));
  if (pane.measure.profile?.seen) add("lines", "hidden", t("legend.hidden"), line("hidden", inks.cut));
  for (const { side } of (state.envelope && pane.envelope?.layers) || []) {
    if (isShown(side)) add("ground", `envelope:${state.envelope}:${state.against}:${side}`, t(`legend.envelope_${state.envelope}`, { side: word("side", side), target: t(`against.${state.against}`) }), line("footprint", inkOf(side)));
  }
  for (const { side, most } of (state.heat && pane.heat?.layers) || []) {
    const words = { side: word("side", side), radius: distanceText(pane.heat.radius ?? 0), most: numberText(most), target: t(`against.${state.against}`), runs: pane.heat.runs };
    const text = t(`legend.heat_${state.heat}`, words) + (pane.heat.runs > 1 ? t("legend.heat_mean", words) : "");
    if (isShown(side)) add("ground", `heat:${state.heat}:${state.against}:${state.heatOf}:${most}:${side}`, text, line("heat", inkOf(side)));
  }
  if (state.grid) add("ground", `grid:${state.grid}`, t(`legend.grid_${state.grid}`), line("grid", inks.grid));
  if (layers.roads && meta.roads?.length) add("ground", "road", t("layer.roads"), line("plain", inks.road));
  if (layers.footprints) add("ground", "footprint", t("layer.footprints"), line("footprint", inkOf(0)));
  const lights = (meta.weather ?? []).filter((stretch) => stretch.light < 0.999);
  add("timeline", "lanes", t("legend.lanes"), line("lanes", inkOf(0)));
  add("timeline", "chapter", t("legend.chapter"), line("chapter", inks.ink));
  add("timeline", "mark", t("legend.mark"), line("mark", inks.select));
  if (source.hasAdvice) add("timeline", "advice", t("legend.advice"), line("advice", inks.lost));
  if (lights.length) add("timeline", "night", t("legend.night"), line("night", inks.lost));
  if (meta.weather?.some((stretch) => stretch.rain)) add("timeline", "rain", t("legend.rain"), line("rain", inks.lost));
}
