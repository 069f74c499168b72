// The pictures of a film: the maps as they are on the page, at moments of equal intervals, with title, view, clock, date
// and classification.

import { drawBanner, PICTURE_PX } from "./banner.js";
import { colours } from "./colours.js";
import { dtgText } from "./dtg.js";
import { state } from "./store.js";
import { byId, clockText, t } from "./text.js";

const WAIT_MS = 20;
const PATIENCE_MS = 20000; // for a frame that does not arrive
const LINE_PX = 22; // height of a line of text
const ZOOM_STEP = 0.25;

const rest = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Times of the pictures of an interval at a speed.
export function momentsOf({ from, to, speed, fps }) {
  const count = Math.max(1, Math.round(((to - from) * fps) / speed));
  return Array.from({ length: count }, (_, at) => from + (at * speed) / fps);
}

// Gives the maps the size of the film while `shoot(canvas, moment)` is called for each picture; stops when isOver().
export async function shootAll({ clock, session }, { width, height, moments }, shoot, isOver) {
  const title = byId("run-title").textContent;
  const before = clock.time;
  clock.pause();
  const undo = await resize(session, width, height);
  try {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    for (const [at, time] of moments.entries()) {
      if (isOver()) return;
      clock.time = Math.min(time, clock.duration);
      await drawn(session);
      paint(context, session, { width, height, title, time: clock.time });
      await shoot(canvas, at);
    }
  } finally {
    undo();
    clock.seek(before);
  }
}

// Draw the maps once all their frames are here.
async function drawn(session) {
  const begun = performance.now();
  for (;;) {
    const isHere = !session.waiting();
    const samples = session.draw();
    if (isHere && samples.every((sample) => sample?.exact)) return;
    if (performance.now() - begun > PATIENCE_MS) throw new Error(t("film.no_frame"));
    await rest(WAIT_MS);
  }
}

// The maps show the same area in the size of the film, out of sight, until the result is called.
async function resize(session, width, height) {
  const maps = byId("maps");
  const count = session.panes.length;
  const size = { width: Math.round(width / window.devicePixelRatio), height: Math.round(height / window.devicePixelRatio) };
  const old = session.panes.map((pane) => ({ centre: pane.map.getCenter(), zoom: pane.map.getZoom(), width: pane.width, height: pane.height, isMoved: pane.isMoved }));
  Object.assign(maps.style, { position: "fixed", left: "0", top: "0", width: `${size.width}px`, height: `${size.height}px`, zIndex: "-1" });
  await fitted(session);
  session.panes.forEach((pane, at) => {
    const factor = Math.min(pane.width / old[at].width, pane.height / old[at].height);
    const zoom = Math.floor((old[at].zoom + Math.log2(factor)) / ZOOM_STEP + 1e-6) * ZOOM_STEP;
    if (old[at].isMoved && at < count) pane.map.setView(old[at].centre, zoom, { animate: false });
  });
  return () => {
    for (const name of ["position", "left", "top", "width", "height", "zIndex"]) maps.style[name] = "";
    const [{ centre, zoom, isMoved }] = old;
    fitted(session).then(() => session.panes.forEach((pane) => (isMoved ? pane.map.setView(centre, zoom, { animate: false }) : pane.fit())));
  };
}

// The panes have measured themselves anew.
async function fitted({ panes }) {
  await rest(WAIT_MS);
  for (let tries = 0; tries < 50; tries += 1) {
    if (panes.every((pane) => pane.width === pane.element.clientWidth && pane.height === pane.element.clientHeight)) return;
    await rest(WAIT_MS);
  }
}

function paint(context, session, { width, height, title, time }) {
  const { ground, ink, halo } = colours(state.theme);
  context.fillStyle = ground;
  context.fillRect(0, 0, width, height);
  const wide = width / session.panes.length;
  const banner = session.panes.map((pane) => pane.source.meta.classification).find(Boolean) ?? "";
  session.panes.forEach((pane, at) => {
    context.save();
    context.beginPath();
    context.rect(at * wide, 0, wide, height);
    context.clip();
    context.translate(at * wide, 0);
    context.scale(wide / pane.width, height / pane.height);
    pane.paintOn(context);
    context.restore();
    if (at) context.fillRect(at * wide - 1, 0, 2, height);
  });
  const top = banner ? PICTURE_PX : 0;
  context.textBaseline = "middle";
  context.lineWidth = 4;
  context.lineJoin = "round";
  const write = (text, x, y, align, isBold) => {
    context.font = `${isBold ? "bold " : ""}15px "Noto Sans KR", sans-serif`;
    context.textAlign = align;
    context.strokeStyle = halo;
    context.strokeText(text, x, y);
    context.fillStyle = ink;
    context.fillText(text, x, y);
  };
  write(title, 8, top + LINE_PX / 2 + 2, "left", true);
  session.panes.forEach((pane, at) => write(pane.title.textContent, (at + 1) * wide - 8, top + LINE_PX / 2 + 2, "right", false));
  const date = dtgText(session.panes[0].source.meta.start, time);
  write([clockText(time), date].filter(Boolean).join("   "), 8, height - top - LINE_PX / 2 - 2, "left", true);
  drawBanner(context, width, height, banner);
}
