// Date-time groups, such as 301200ZNOV26, where the scenario has a date: in the zone of the scenario, or in Zulu time.

import { emit, recall, remember } from "./store.js";
import { byId, el, setText, t } from "./text.js";

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const EAST = "ABCDEFGHIKLM"; // hours ahead of Zulu, from 1; J stands for the local time of the reader
const WEST = "NOPQRSTUVWXY"; // hours behind it, from 1
const MINUTES = 60;

let isZulu = recall("zulu") === true;

// Minutes ahead of Zulu of a time in ISO 8601.
function offsetOf(start) {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(start) ?? [null, "+", "0", "0"];
  return (sign === "-" ? -1 : 1) * (Number(hours) * MINUTES + Number(minutes));
}

// The letter of a zone of whole hours; no other zone has one.
function letterOf(offset) {
  const hours = offset / MINUTES;
  if (!Number.isInteger(hours) || Math.abs(hours) > 12) return null;
  return hours === 0 ? "Z" : hours > 0 ? EAST[hours - 1] : WEST[-hours - 1];
}

// The group for a number of seconds after the start; "" without a start. A zone without a letter is told in Zulu.
export function dtgText(start, seconds, zulu = isZulu) {
  if (!start) return "";
  const own = offsetOf(start);
  const letter = zulu ? "Z" : letterOf(own) ?? "Z";
  const offset = letter === "Z" ? 0 : own;
  const at = new Date(Date.parse(start) + Math.floor(seconds + 1e-6) * 1000 + offset * MINUTES * 1000);
  const two = (value) => String(value).padStart(2, "0");
  return `${two(at.getUTCDate())}${two(at.getUTCHours())}${two(at.getUTCMinutes())}${letter}${MONTHS[at.getUTCMonth()]}${two(at.getUTCFullYear() % 100)}`;
}

// The group beside the clock; a click changes the zone. Absent where the scenario has no date.
export class DateClock {
  setStart(start) {
    this.start = start;
    byId("dtg")?.remove();
    this.element = null;
    if (!start) return;
    this.element = el("button", { id: "dtg", class: "link", title: t("dtg.zone"), onclick: () => this._turn() });
    byId("clock").after(this.element);
  }

  update(time) {
    if (this.element) setText(this.element, dtgText(this.start, time));
  }

  _turn() {
    isZulu = !isZulu;
    remember("zulu", isZulu);
    emit("zone");
  }
}
