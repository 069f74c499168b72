// A class: the trainer's page gives its clock to the server while it leads; trainees' pages follow it.

import { getJson } from "./source.js";
import { on, set, state } from "./store.js";
import { byId, el, t, word } from "./text.js";
import { tell } from "./dialogs.js";

const CLOCK = "/class/clock.json";
const FOLLOW_MS = 500;
const TELL_MS = 3000; // news of the trainer, also without a change
const SOON_MS = 60; // changes at once are told together
const DRIFT_S = 0.7; // of real time, before a trainee's clock is set

export function joinClass(page, role) {
  if (!role) return;
  const member = role === "trainer" ? new Trainer(page) : new Trainee(page, role);
  page.class = member;
  byId("class-box").replaceChildren(...member.elements());
}

// The page of the trainer: tells its clock while it leads.
class Trainer {
  constructor(page) {
    this.page = page;
    this.leads = false;
    on("clock", () => this._soon());
    on("change:runs", () => this._soon());
    setInterval(() => this._tell(), TELL_MS);
    window.addEventListener("pagehide", () => {
      if (!this.leads) return;
      this.leads = false;
      this.button.setAttribute("aria-pressed", "false");
      fetch(CLOCK, { ...request({ leads: false }), keepalive: true }).catch(() => undefined);
    });
  }

  elements() {
    this.button = el("button", { id: "btn-class", class: "button", "aria-pressed": "false", title: `${t("class.lead_title")} (c)`, onclick: () => this.toggle() }, t("class.lead"));
    this.present = el("span", { id: "class-present", class: "count" });
    this._tell();
    return [this.button, this.present];
  }

  toggle() {
    this.leads = !this.leads;
    this.button.setAttribute("aria-pressed", String(this.leads));
    tell(t(this.leads ? "class.leading" : "class.not_leading"), false);
    this._tell(true);
  }

  _soon() {
    if (!this.leads) return;
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._tell(), SOON_MS);
  }

  async _tell(isChanged = false) {
    const { clock } = this.page;
    const news = { leads: this.leads, run: state.runs[0], time_s: clock.time, speed: clock.speed, playing: clock.playing };
    const answer = await getJson(CLOCK, this.leads || isChanged ? request(news) : undefined).catch(() => null);
    this.button.toggleAttribute("data-lost", !answer && this.leads);
    if (!answer?.present) return;
    const here = Object.entries(answer.present).filter(([, n]) => n > 0).map(([side, n]) => `${word("side", side)} ${n}`);
    this.present.textContent = here.length ? t("class.present", { sides: here.join(", ") }) : t("class.nobody");
  }
}

// The page of a trainee: follows the trainer's clock while he leads, unless the trainee lets go.
class Trainee {
  constructor(page, side) {
    this.page = page;
    this.side = side;
    this.name = Math.random().toString(36).slice(2, 12);
    this.follows = true;
    this.isLed = false;
    this._ask();
  }

  elements() {
    this.button = el("button", { id: "btn-class", class: "button", "aria-pressed": "true", title: `${t("class.follow_title")} (c)`, onclick: () => this.toggle() }, t("class.follow"));
    this.status = el("span", { id: "class-present", class: "count", role: "status" });
    this._show();
    return [this.button, this.status];
  }

  toggle() {
    this.follows = !this.follows;
    this.button.setAttribute("aria-pressed", String(this.follows));
    this._show();
  }

  async _ask() {
    const asked = performance.now();
    const answer = await getJson(`${CLOCK}?page=${this.name}`).catch(() => null);
    if (answer) {
      this.isLed = answer.leads;
      if (this.isLed && this.follows) this._take(answer, (performance.now() - asked) / 2000);
      this._show();
    }
    setTimeout(() => this._ask(), FOLLOW_MS);
  }

  _take({ run, time_s: time, speed, playing, age_s: age }, lag) {
    const { clock, session } = this.page;
    if (run !== state.runs[0] && session.runs.has(run)) set({ runs: [run] });
    const at = Math.min(clock.duration, time + (playing ? (age + lag) * speed : 0));
    if (clock.speed !== speed) {
      clock.setSpeed(speed);
      byId("speed").value = String(speed);
    }
    clock.loop = null;
    if (Math.abs(clock.time - at) > (playing ? DRIFT_S * speed : 0.05)) clock.seek(at);
    if (playing !== clock.playing && (!playing || at < clock.duration)) playing ? clock.play() : clock.pause();
  }

  _show() {
    if (!this.status) return;
    this.status.textContent = this.isLed ? t(this.follows ? "class.led" : "class.free") : t("class.not_led");
  }
}

function request(news) {
  return { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(news) };
}
