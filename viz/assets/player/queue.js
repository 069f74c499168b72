// The queue of a side's operators at a given time for a unit: its own request, and its place in the queue.

import { clockText, t } from "./text.js";

function isWaiting(request, time) {
  return request.time_s <= time + 1e-6 && (request.until_s === null || time < request.until_s);
}

function isDecided(request, time) {
  return request.until_s !== null && request.until_s <= time && time < request.end_s;
}

export function queueText(source, unit, time) {
  const requests = (source.requests ?? []).filter((one) => one.side === unit.side);
  // a request with unknown end counts only for its own unit
  const waiting = requests.filter((one) => one.until_s !== null && isWaiting(one, time));
  const own = requests.filter((one) => one.unit === unit.name && one.time_s <= time + 1e-6).at(-1);
  if (own && isDecided(own, time)) return t("queue.deciding", { target: own.target || t("event.not_known") });
  if (own && isWaiting(own, time)) {
    const values = { target: own.target || t("event.not_known"), time: clockText(time - own.time_s) };
    if (own.until_s === null) return t("queue.open", values);
    const place = 1 + waiting.filter((one) => one.time_s < own.time_s).length; // first come, first served
    return t("queue.waiting", { ...values, place, n: waiting.length });
  }
  const busy = requests.filter((one) => isDecided(one, time)).length;
  const crew = source.meta.operators?.[unit.side] ?? null;
  return crew === null ? t("queue.none", { n: waiting.length }) : t("queue.none_of", { n: waiting.length, busy, crew });
}
