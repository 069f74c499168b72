// A run that is still being written, or that a trainer holds: asks how far it is, takes over what is new, and follows the
// present while the time is at it.

import { getJson } from "./source.js";
import { emit, on, state } from "./store.js";
import { byId, clockText, el, setText, t } from "./text.js";

const ASK_MS = 1000;
const EDGE_S = 0.05;
const GOES_ON = ["live", "held"];

export class Live {
  constructor(page) {
    this.page = page;
    this.runs = new Map(); // id -> {state, n_frames} of the runs that are, or were, being written
    for (const run of page.session.runs.values()) if (run.live) this.runs.set(run.id, { state: run.live, n_frames: -1 });
    if (!this.runs.size) return;
    this.button = el("button", { id: "btn-live", class: "button", onclick: () => page.clock.seek(this._present(state.runs[0])) });
    byId("live").replaceChildren(this.button);
    this._plays = false; // until the present, and on when there is more
    on("clock", () => {
      const { clock } = page;
      if (clock.playing) this._plays = true;
      else if (clock.time < this._present(state.runs[0]) - EDGE_S) this._plays = false;
    });
    on("change:runs", () => this._show());
    this._ask();
  }

  // The time of the last frame of a run that is shown: beside a longer one it is not the end of the clock.
  _present(id) {
    const { session, clock } = this.page;
    return session.panes.find(({ source }) => source.run === id)?.source.meta.duration_s ?? clock.duration;
  }

  async _ask() {
    for (const [id, known] of this.runs) {
      if (!GOES_ON.includes(known.state) && known.n_frames >= 0) continue;
      try {
        const now = await getJson(`/replay/${encodeURIComponent(id)}/live.json`);
        const hasMore = now.n_frames !== known.n_frames || now.state !== known.state;
        this.runs.set(id, now);
        if (hasMore) await this._grow(id);
        if (!GOES_ON.includes(now.state)) this._end(id, now, known.state === "held");
        this.lost = false;
      } catch (error) {
        if (!this.lost) emit("problem", error.message); // once, not every second
        this.lost = true;
      }
    }
    this._show();
    if ([...this.runs.values()].some((run) => GOES_ON.includes(run.state))) setTimeout(() => this._ask(), ASK_MS);
  }

  async _grow(id) {
    const { session, clock } = this.page;
    const before = this._present(id);
    const atEdge = Math.abs(clock.time - before) <= EDGE_S;
    await session.grow(id);
    if (!session.panes.some(({ source }) => source.run === id)) return;
    clock.duration = Math.max(...session.panes.map(({ source }) => source.meta.duration_s));
    emit("grown");
    const present = this._present(id);
    if (!atEdge || present <= before || clock.loop) return;
    if (this._plays) clock.play();
    else clock.seek(present);
  }

  _end(id, { state: end, error, duration_s: duration }, isReleased) {
    const name = this.page.session.runs.get(id).name;
    const values = { name, error, time: clockText(duration) };
    const key = isReleased ? "class.released" : `live.${end === "failed" && !error ? "failed_unsaid" : end}`;
    emit(end === "complete" ? "told" : "problem", t(key, values));
    this._show();
  }

  // The button of the run that is shown: how far the time is behind the present.
  _show() {
    const now = this.runs.get(state.runs[0]);
    this.button.hidden = !now || now.state === "complete";
    if (this.button.hidden) return;
    const isLive = GOES_ON.includes(now.state);
    const behind = this._present(state.runs[0]) - this.page.clock.time;
    this.button.dataset.state = now.state;
    this.button.title = `${t(now.state === "held" ? "class.held_title" : "live.title")} (End)`;
    this.button.setAttribute("aria-pressed", String(isLive && behind <= EDGE_S));
    const text = t(now.state === "held" ? "class.held" : isLive ? "live.live" : "live.ended_early");
    setText(this.button, isLive && behind >= 1 ? `${text} −${clockText(behind)}` : text);
  }

  // Called with the clock, a few times a second.
  update() {
    if (this.button && !this.button.hidden) this._show();
  }
}
