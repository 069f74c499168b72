// A film of an interval of the page, made in the browser: WebM where it can encode video, GIF everywhere.

import { momentsOf, shootAll } from "./film_frames.js";
import { GifWriter, paletteOf } from "./gif.js";
import { recall, remember, state } from "./store.js";
import { clockText, el, t } from "./text.js";
import { webmFile } from "./webm.js";

const SPEEDS = [1, 4, 16, 32, 64, 128, 256];
const SIZES = [[640, 360], [960, 540], [1280, 720], [1920, 1080]];
const FORMATS = { webm: { fps: 30, most: 9000 }, gif: { fps: 10, most: 1200 } };
const KEY_EVERY = 60; // pictures of a video between two whole ones
const PALETTE_FROM = 4; // pictures of a GIF that its palette is made from
const BITS_PER_PIXEL = 0.12;
const CODECS = { vp8: "V_VP8", "vp09.00.10.08": "V_VP9" };
const AHEAD = 8; // pictures that wait for the encoder
const USUAL_S = 600;

export class Film {
  constructor(page) {
    this.page = page;
    this.dialog = null;
  }

  toggle() {
    if (this.dialog) this.dialog.close();
    else this._open().catch((error) => this._say(error.message));
  }

  async _open() {
    const { clock } = this.page;
    const kept = recall("film") ?? {};
    const range = clock.loop ?? this.page.review.rangeAt(clock.time) ?? { from: clock.time, to: Math.min(clock.duration, clock.time + USUAL_S) };
    const field = (name, value) => el("input", { id: `film-${name}`, type: "text", value: clockText(value), size: 8, "aria-label": t(`film.${name}`) });
    const choice = (name, values, chosen) => {
      const list = el("select", { id: `film-${name}`, "aria-label": t(`film.${name}`) }, ...values.map(([value, text]) => el("option", { value }, text)));
      if (values.some(([value]) => String(value) === String(chosen))) list.value = String(chosen);
      return list;
    };
    this.codec = await videoCodec();
    const formats = Object.keys(FORMATS).filter((name) => name !== "webm" || this.codec);
    this.fields = {
      from: field("from", range.from),
      to: field("to", range.to),
      speed: choice("speed", SPEEDS.map((value) => [value, `${value}×`]), kept.speed ?? 32),
      size: choice("size", SIZES.map(([w, h], at) => [at, `${w} × ${h}`]), kept.size ?? 1),
      format: choice("format", formats.map((name) => [name, t(`film.${name}`)]), kept.format ?? formats[0]),
    };
    this.told = el("p", { class: "count", id: "film-told", role: "status" });
    this.bar = el("progress", { id: "film-progress", max: 1, value: 0, hidden: true });
    this.start = el("button", { id: "film-start", class: "button", onclick: () => this._make() }, t("film.start"));
    this.stop = el("button", { id: "film-cancel", class: "button", hidden: true, onclick: () => (this.isOver = true) }, t("film.cancel"));
    this.result = el("div", { id: "film-result" });
    const rows = Object.entries(this.fields).map(([name, input]) => el("tr", {}, el("td", {}, t(`film.${name}`)), el("td", {}, input)));
    for (const input of Object.values(this.fields)) input.addEventListener("input", () => this._tell());
    this.dialog = el("dialog", { id: "film", "aria-label": t("film.title") }, el("h2", {}, t("film.title")), el("table", {}, el("tbody", {}, ...rows)), this.told, this.bar, this.result,
      el("div", { class: "film-buttons" }, this.start, this.stop, el("button", { class: "button", onclick: () => this.dialog.close() }, t("help.close"))));
    this.dialog.addEventListener("close", () => this._closed());
    this.dialog.addEventListener("keydown", (event) => event.stopPropagation()); // keys are for the fields
    document.body.append(this.dialog);
    this.dialog.showModal();
    this._tell();
  }

  _closed() {
    this.isOver = true;
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = null;
    this.dialog.remove();
    this.dialog = null;
  }

  // The film as chosen, or null with the reason told.
  _plan() {
    const { from, to, speed, size, format } = this.fields;
    const [first, last] = [secondsOf(from.value), secondsOf(to.value)];
    const { duration } = this.page.clock;
    if (first === null || last === null) return this._say(t("film.no_time"));
    if (!(first < last) || first >= duration) return this._say(t("film.no_interval", { end: clockText(duration) }));
    const { fps, most } = FORMATS[format.value];
    const [width, height] = SIZES[Number(size.value)];
    const plan = { from: first, to: Math.min(last, duration), speed: Number(speed.value), fps, width, height, format: format.value };
    plan.moments = momentsOf(plan);
    if (plan.moments.length > most) return this._say(t("film.too_long", { n: plan.moments.length, most }));
    return plan;
  }

  _say(text) {
    if (this.told) this.told.textContent = text;
    if (this.start) this.start.disabled = true;
    return null;
  }

  _tell() {
    this.start.disabled = false;
    const plan = this._plan();
    if (plan) this.told.textContent = t("film.length", { seconds: (plan.moments.length / plan.fps).toFixed(1), n: plan.moments.length });
    return plan;
  }

  async _make() {
    const plan = this._tell();
    if (!plan) return;
    remember("film", { speed: plan.speed, size: Number(this.fields.size.value), format: plan.format });
    this._busy(true);
    this.result.replaceChildren();
    const told = (at) => {
      this.bar.value = (at + 1) / plan.moments.length;
      this.told.textContent = t("film.progress", { k: at + 1, n: plan.moments.length });
    };
    try {
      const make = plan.format === "gif" ? gifOf : (...given) => videoOf(this.codec, ...given);
      const blob = await make(this.page, plan, told, () => this.isOver);
      if (!this.dialog) return;
      if (blob) this._show(blob, plan);
      else this.told.textContent = t("film.cancelled");
    } catch (error) {
      if (this.dialog) this.told.textContent = t("film.failed", { words: error.message });
    } finally {
      if (this.dialog) this._busy(false);
    }
  }

  _busy(isBusy) {
    this.isOver = false;
    this.bar.hidden = !isBusy;
    this.stop.hidden = !isBusy;
    this.start.hidden = isBusy;
    for (const input of Object.values(this.fields)) input.disabled = isBusy;
  }

  _show(blob, plan) {
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = URL.createObjectURL(blob);
    this.blob = blob;
    const name = `${state.runs[0]}-${state.view}-${clockText(plan.from).replaceAll(":", "")}.${plan.format}`;
    const shown = plan.format === "gif" ? el("img", { src: this.url, alt: t("film.title") }) : el("video", { src: this.url, controls: true, loop: true, muted: true });
    this.result.replaceChildren(shown, el("a", { id: "film-save", class: "button", href: this.url, download: name }, t("film.save", { size: (blob.size / 1e6).toFixed(1) })));
    this.told.textContent = t("film.done", { seconds: (plan.moments.length / plan.fps).toFixed(1), n: plan.moments.length });
  }
}

// Seconds of "h:mm:ss", "mm:ss" or a number; null for anything else.
export function secondsOf(text) {
  if (!/^\d+(:[0-5]?\d){0,2}(\.\d+)?$/.test(text.trim())) return null;
  return text.trim().split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}

// The first codec that this browser encodes, null without any: a browser encodes on secure addresses alone.
async function videoCodec() {
  if (typeof VideoEncoder === "undefined") return null;
  for (const codec of Object.keys(CODECS)) {
    const { supported } = await VideoEncoder.isConfigSupported({ codec, width: 640, height: 360 }).catch(() => ({ supported: false }));
    if (supported) return codec;
  }
  return null;
}

async function videoOf(codec, page, plan, told, isOver) {
  const { width, height, fps, moments } = plan;
  const pictures = [];
  let failed = null;
  const output = (chunk) => {
    const data = new Uint8Array(chunk.byteLength);
    chunk.copyTo(data);
    pictures.push({ data, isKey: chunk.type === "key" });
  };
  const encoder = new VideoEncoder({ output, error: (error) => (failed = error) });
  encoder.configure({ codec, width, height, framerate: fps, bitrate: Math.round(width * height * fps * BITS_PER_PIXEL) });
  try {
    await shootAll(page, plan, async (canvas, at) => {
      const frame = new VideoFrame(canvas, { timestamp: Math.round((at * 1e6) / fps), duration: Math.round(1e6 / fps) });
      encoder.encode(frame, { keyFrame: at % KEY_EVERY === 0 });
      frame.close();
      told(at);
      while (encoder.encodeQueueSize > AHEAD && !failed) await new Promise((done) => setTimeout(done, 2));
      if (at % 10 === 0) await new Promise((done) => setTimeout(done)); // the page stays alive
      if (failed) throw failed;
    }, isOver);
    if (isOver()) return null;
    await encoder.flush();
  } finally {
    if (encoder.state !== "closed") encoder.close();
  }
  if (failed) throw failed;
  if (pictures.length !== moments.length) throw new Error(t("film.lost", { n: moments.length - pictures.length }));
  return webmFile(pictures, { width, height, fps, codec: CODECS[codec] });
}

async function gifOf(page, plan, told, isOver) {
  const { width, height, fps, moments } = plan;
  const pixelsOf = (canvas) => canvas.getContext("2d").getImageData(0, 0, width, height).data;
  const some = [];
  const step = Math.max(1, Math.ceil(moments.length / PALETTE_FROM));
  await shootAll(page, { ...plan, moments: moments.filter((_, at) => at % step === 0) }, async (canvas) => some.push(pixelsOf(canvas)), isOver);
  if (isOver()) return null;
  const writer = new GifWriter(width, height, paletteOf(some), Math.round(100 / fps));
  await shootAll(page, plan, async (canvas, at) => {
    writer.add(pixelsOf(canvas));
    told(at);
    await new Promise((done) => setTimeout(done));
  }, isOver);
  return isOver() ? null : writer.file();
}
