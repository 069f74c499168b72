// A class: the trainer's page gives its clock to the server while it leads; trainees' pages follow it.

import { getJson } from "./source.js";
import { on, set, state } from "./store.js";
import { byId, el, sentence, t, word } from "./text.js";
import { tell } from "./dialogs.js";

const CLOCK = "/class/clock.json";
const HOLD = "/class/hold.json";
const FOLLOW_MS = 500;
const TELL_MS = 3000; // news of the trainer, also without a change
const SOON_MS = 60; // changes at once are told together
const DRIFT_S = 0.7; // of real time, before a trainee's clock is set
const BEHIND_S = 4; // of real time: a held trainee plays behind the trainer, since frames come after the trainer has shown them

export function joinClass(page, role) {
  if (!role) return;
  const isHeld = [...page.session.runs.values()].some((run) => run.live === "held");
  const member = role === "trainer" ? new Trainer(page) : new Trainee(page, role, isHeld);
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
    this.holdButton = el("button", { id: "btn-hold", class: "button", "aria-pressed": "true", title: t("class.hold_title"), onclick: () => this._hold() }, t("class.hold"));
    this.present = el("span", { id: "class-present", class: "count" });
    this._tell();
    return [this.button, this.holdButton, this.present];
  }

  async _hold() {
    const holds = this.holdButton.getAttribute("aria-pressed") !== "true";
    const answer = await getJson(HOLD, request({ holds })).catch(() => null);
    if (!answer) return;
    this.holdButton.setAttribute("aria-pressed", String(answer.holds));
    tell(t(answer.holds ? "class.holding" : "class.not_holding"), false);
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
    this.holdButton.setAttribute("aria-pressed", String(answer.holds));
    const here = Object.entries(answer.present).filter(([, n]) => n > 0).map(([side, n]) => `${word("side", side)} ${n}`);
    this.present.textContent = here.length ? sentence(t("class.present", { sides: here.join(", ") })) : sentence(t("class.nobody"));
  }
}

// The page of a trainee: follows the trainer's clock while he leads, unless the trainee lets go.
class Trainee {
  constructor(page, side, isHeld) {
    this.page = page;
    this.side = side;
    this.isHeld = isHeld;
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
      if (answer.holds && !this.isHeld) return location.reload(); // the page has more than it is to show from now on
      this.isHeld = answer.holds;
      this.isLed = answer.leads;
      if (this.isLed && this.follows) this._take(answer, (performance.now() - asked) / 2000);
      this._show();
    }
    setTimeout(() => this._ask(), FOLLOW_MS);
  }

  _take({ run, time_s: time, speed, playing, age_s: age }, lag) {
    const { clock, session } = this.page;
    if (run !== state.runs[0] && session.runs.has(run)) set({ runs: [run] });
    const behind = this.isHeld ? BEHIND_S : 0;
    const at = Math.max(0, Math.min(clock.duration, time + (playing ? (age + lag - behind) * speed : 0)));
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
