// Light and weather over time: a badge on the map and a strip on the timeline.

import { t } from "./text.js";
import { distanceText, speedText } from "./units.js";

// The weather period at a given time; null if the run has none.
export function weatherAt(meta, time) {
  let now = null;
  for (const stretch of meta.weather ?? []) {
    if (stretch.time_s > time + 1e-6) break;
    now = stretch;
  }
  return now;
}

export function weatherText(stretch) {
  if (!stretch) return "";
  const light = stretch.light >= 0.999 ? "day" : stretch.light <= 0.12 ? "night" : "twilight";
  const parts = [t(`weather.${light}`)];
  if (stretch.visibility_m !== null) parts.push(t("weather.visibility", { value: distanceText(stretch.visibility_m) }));
  if (stretch.rain) parts.push(t("weather.rain"));
  if (stretch.sea_state > 0) parts.push(t("weather.sea", { value: stretch.sea_state }));
  if (stretch.wind_mps > 0) parts.push(t("weather.wind", { value: speedText(stretch.wind_mps) }));
  return parts.join(" · ");
}

// Darker for less light; dashes below for rain.
export function drawWeatherStrip(context, { meta, xOf, duration, top, colour, rain }) {
  const stretches = meta.weather ?? [];
  stretches.forEach((stretch, at) => {
    const from = xOf(stretch.time_s);
    const to = xOf(stretches[at + 1]?.time_s ?? duration);
    context.fillStyle = colour;
    context.globalAlpha = 0.85 * (1 - stretch.light);
    context.fillRect(from, top, Math.max(0, to - from), 4);
    context.globalAlpha = 1;
    if (!stretch.rain) return;
    context.fillStyle = rain;
    for (let x = from; x < to; x += 8) context.fillRect(x, top, Math.min(4, to - x), 4);
  });
}
