// Trails of all units over the last minutes, and the footprints of their sensors.

import { code } from "./codes.js";
import { sideColour } from "./colours.js";

export const TRACK_S = 600;
const POINTS = 40;
const AGAIN_MS = 250; // while the replay plays, trails are drawn anew at most this often

// Trails of all units, on a canvas of their own that is drawn anew when time has moved on and shifted in between.
export function drawTracks(context, scene, memory) {
  if (!scene.layers.tracks) return;
  const { sample, view, theme, ratio, source } = scene;
  const key = `${sample.frame}:${source.chunks.size}:${view.scale}:${view.width}:${view.height}:${theme}`;
  const now = performance.now();
  const moved = Math.abs(view.ox - memory.ox) + Math.abs(view.oy - memory.oy) > view.width / 3;
  if (!memory.canvas || moved || (memory.key !== key && (now - memory.at > AGAIN_MS || memory.scale !== view.scale))) {
    memory.canvas ??= document.createElement("canvas");
    memory.canvas.width = Math.round(view.width * ratio);
    memory.canvas.height = Math.round(view.height * ratio);
    Object.assign(memory, { key, at: now, ox: view.ox, oy: view.oy, scale: view.scale });
    const own = memory.canvas.getContext("2d");
    own.scale(ratio, ratio);
    strokeTracks(own, scene);
  }
  context.drawImage(memory.canvas, Math.round(view.ox - memory.ox), Math.round(view.oy - memory.oy), view.width, view.height);
}

function strokeTracks(context, { source, sample, view, theme }) {
  const frames = Math.ceil(TRACK_S / source.meta.interval_s);
  const stride = Math.max(1, Math.ceil(frames / POINTS));
  const pieces = [];
  for (let frame = Math.max(0, sample.frame - frames); frame < sample.frame; frame += stride) pieces.push(source.frameData(frame));
  pieces.push(source.frameData(sample.frame));
  const data = pieces.filter(Boolean);
  const { active } = code.status;
  context.lineWidth = 1;
  context.globalAlpha = 0.6;
  for (const side of source.meta.sides) {
    context.beginPath();
    source.units.forEach((unit, k) => {
      if (unit.side !== side) return;
      let [lastX, lastY, pen] = [NaN, NaN, false];
      for (const { chunk, i } of data) {
        const at = i * chunk.units + k;
        if (chunk.status[at] !== active) {
          pen = false;
          continue;
        }
        const x = chunk.x[at] * view.scale + view.ox;
        const y = view.oy - chunk.y[at] * view.scale;
        if (pen && Math.abs(x - lastX) + Math.abs(y - lastY) < 1.5) continue; // stationary units draw nothing
        if (pen) context.lineTo(x, y);
        else context.moveTo(x, y);
        [lastX, lastY, pen] = [x, y, true];
      }
    });
    context.strokeStyle = sideColour(theme, source.meta, side);
    context.stroke();
  }
  context.globalAlpha = 1;
}

// Sensor footprints of all active units: an outline per active sensor, a sector if below 360°.
export function drawFootprints(context, { source, sample, positions, view, theme, layers }) {
  if (!layers.footprints) return;
  source.footprints ??= source.units.map(footprintsOf);
  const { a, i } = sample;
  const { active } = code.status;
  context.lineWidth = 1;
  for (const side of source.meta.sides) {
    const path = new Path2D();
    source.units.forEach((unit, k) => {
      if (unit.side !== side || a.status[i * a.units + k] !== active || !Number.isFinite(positions.metres[2 * k])) return;
      const x = positions.metres[2 * k] * view.scale + view.ox;
      const y = view.oy - positions.metres[2 * k + 1] * view.scale;
      const heading = a.heading[i * a.units + k];
      for (const { range_m, angle } of source.footprints[k]) {
        const radius = range_m * view.scale;
        if (x < -radius || y < -radius || x > view.width + radius || y > view.height + radius) continue;
        addSector(path, x, y, radius, angle, heading);
      }
    });
    context.fillStyle = sideColour(theme, source.meta, side);
    context.strokeStyle = context.fillStyle;
    context.globalAlpha = 0.06;
    context.fill(path);
    context.globalAlpha = 0.5;
    context.stroke(path);
  }
  context.globalAlpha = 1;
}

// The longest-range active sensor of each angle of view.
function footprintsOf(unit) {
  const sensors = (unit.reach ?? []).filter((one) => one.kind === "sensor" && one.is_on && one.range_m > 0);
  const farthest = new Map();
  for (const { range_m, field_of_view_deg: angle } of sensors) farthest.set(angle, Math.max(range_m, farthest.get(angle) ?? 0));
  if (!unit.reach?.length && unit.sensor_range_m > 0) farthest.set(360, unit.sensor_range_m);
  return [...farthest].map(([angle, range_m]) => ({ angle, range_m }));
}

// A full circle, or the sector about the heading (in 1/100 degree, 65535 not known) in which a sensor looks.
export function addSector(path, x, y, radius, degrees, heading) {
  if (degrees >= 360 || heading === 65535) {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  const middle = ((heading / 100 - 90) * Math.PI) / 180;
  const half = (degrees * Math.PI) / 360;
  path.moveTo(x, y);
  path.arc(x, y, radius, middle - half, middle + half);
  path.closePath();
}
