// Ranges: rings and sectors of the selected unit, and the jammers of all known units.

import { code, isGone } from "./codes.js";
import { sideColour } from "./colours.js";
import { addSector } from "./coverage.js";
import { has, t } from "./text.js";
import { distanceText } from "./units.js";

const LABEL_FROM_PX = 48; // a name on a smaller ring would cover the unit; the card has all of them
const LABEL_STEP_DEG = 24;
const LABEL_INSIDE_PX = 60; // distance of a label from the edge of the map, where its ring leaves room for it
export const RING_KINDS = ["sensor", "weapon", "interceptor", "jammer", "radio"]; // each can be switched off
// Rings have the colour of the unit's side; their kinds differ by dash and width.
export const STYLES = {
  sensor: { dash: [10, 5], width: 1.4 },
  weapon: { dash: [], width: 2 },
  interceptor: { dash: [14, 4, 2, 4], width: 1.4 },
  jammer: { dash: [2, 5], width: 1.6 },
  radio: { dash: [5, 9], width: 1 },
};

export function reachName({ kind, name, title }) {
  if (title && title !== name) return title;
  if (kind === "sensor" && name) return has(`sensor.${name}`) ? t(`sensor.${name}`) : name;
  if (kind === "jammer" || !name) return t(`ring.${kind}`);
  return `${t(`ring.${kind}`)} ${name}`;
}

// The ranges of a unit: an entry per kind and range, longest first; the radio last.
export function reachOf(unit) {
  const listed = unit.reach?.length
    ? unit.reach
    : [
      { kind: "sensor", name: "", range_m: unit.sensor_range_m, field_of_view_deg: 360, is_on: true },
      { kind: "weapon", name: "", range_m: unit.weapon_range_m, field_of_view_deg: 360, is_on: true },
    ].filter(({ range_m }) => range_m > 0);
  const sorted = [...listed].sort((one, two) => (two.range_m ?? Infinity) - (one.range_m ?? Infinity));
  return [...sorted, { kind: "radio", name: "", range_m: unit.radio_range_m, field_of_view_deg: 360, is_on: true }];
}

export function drawRings(context, scene) {
  const { positions, source, sample, selected, layers, view } = scene;
  if (!layers.rings || selected < 0 || !positions.shown[selected]) return;
  if (isGone(sample.a.status[sample.i * sample.a.units + selected])) return; // a lost unit has no range
  const colour = sideColour(scene.theme, source.meta, source.units[selected].side);
  const [x, y] = [positions.x[selected], positions.y[selected]];
  const heading = sample.a.heading[sample.i * sample.a.units + selected];
  const labels = [];
  for (const reach of reachOf(source.units[selected])) {
    if (!(reach.range_m > 0) || !Number.isFinite(reach.range_m) || layers[`ring_${reach.kind}`] === false) continue;
    const { dash, width } = STYLES[reach.kind] ?? STYLES.sensor;
    const radius = reach.range_m * view.scale;
    context.beginPath();
    addSector(context, x, y, radius, reach.field_of_view_deg, heading);
    context.setLineDash(reach.is_on ? dash : [1, 5]);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
    if (radius >= LABEL_FROM_PX) labels.push({ reach, radius, colour });
  }
  context.setLineDash([]);
  labels.forEach(({ reach, radius, colour }, order) => {
    const spot = labelSpot(x, y, radius, order, view);
    if (!spot) return;
    const text = `${reachName(reach)} ${distanceText(reach.range_m)}${reach.is_on ? "" : ` (${t("ring.off")})`}`;
    scene.placeNames.push({ text, x: spot.x, y: spot.y - 8, colour });
  });
}

// A point of a ring inside the view, the nearest to its top, staggered by its place among the labels; null if the ring
// does not cross the view.
function labelSpot(x, y, radius, order, view) {
  const first = (order % 2 ? -1 : 1) * Math.ceil(order / 2) * LABEL_STEP_DEG;
  for (const edge of [LABEL_INSIDE_PX, 12]) {
    for (let off = 0; off <= 180; off += 4) {
      for (const turn of off ? [first + off, first - off] : [first]) {
        const angle = (turn - 90) * (Math.PI / 180);
        const spot = { x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) };
        if (spot.x > edge && spot.x < view.width - edge && spot.y > Math.min(edge, 30) && spot.y < view.height - 12) return spot;
      }
    }
  }
  return null;
}

// Every active jammer: the ring of its greatest range.
export function drawJammers(context, { positions, source, sample, colours, layers, view }) {
  if (!layers.jammers) return;
  source.jammers ??= source.units.flatMap((unit, at) => (unit.reach ?? []).filter((one) => one.kind === "jammer" && one.range_m > 0).map((one) => ({ at, ...one })));
  const { a, i } = sample;
  context.strokeStyle = colours.jammer;
  context.fillStyle = colours.jammer;
  context.setLineDash([2, 5]);
  context.lineWidth = 1.5;
  for (const { at, range_m, is_on } of source.jammers) {
    if (a.status[i * a.units + at] !== code.status.active || !Number.isFinite(positions.metres[2 * at])) continue;
    if (!is_on && a.roe[i * a.units + at] === code.roe.hold) continue; // silent under the rules of engagement "hold"
    const x = positions.metres[2 * at] * view.scale + view.ox;
    const y = view.oy - positions.metres[2 * at + 1] * view.scale;
    context.beginPath();
    context.arc(x, y, range_m * view.scale, 0, 2 * Math.PI);
    context.globalAlpha = 0.06;
    context.fill();
    context.globalAlpha = 0.8;
    context.stroke();
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
}
