// Overlays of the selected unit: its trail and the ring about it.

import { code } from "./codes.js";
import { sideColour } from "./colours.js";

export const TRAIL_S = 1800;
const TRAIL_POINTS = 240;

export function drawTrail(context, scene) {
  const { source, sample, selected, positions, theme, layers, view } = scene;
  if (!layers.trails || selected < 0) return;
  const frames = Math.ceil(TRAIL_S / source.meta.interval_s);
  const stride = Math.max(1, Math.ceil(frames / TRAIL_POINTS));
  context.beginPath();
  let started = false;
  for (let frame = Math.max(0, sample.frame - frames); frame <= sample.frame; frame += stride) {
    const data = source.frameData(frame);
    if (!data) continue;
    const at = data.i * data.chunk.units + selected;
    if (data.chunk.status[at] !== code.status.active) continue;
    const x = data.chunk.x[at] * view.scale + view.ox;
    const y = view.oy - data.chunk.y[at] * view.scale;
    if (started) context.lineTo(x, y);
    else context.moveTo(x, y);
    started = true;
  }
  if (!started) return;
  if (positions.shown[selected]) context.lineTo(positions.x[selected], positions.y[selected]);
  context.strokeStyle = sideColour(theme, source.meta, source.units[selected].side);
  context.lineWidth = 2;
  context.globalAlpha = 0.75;
  context.stroke();
  context.globalAlpha = 1;
}

export function drawSelection(context, scene) {
  const { positions, contacts, selected, selectedContact, colours, size } = scene;
  const found = selected >= 0 && positions.shown[selected] ? { x: positions.x[selected], y: positions.y[selected] } : null;
  const spot = found ?? contacts.find((contact) => contact.key === selectedContact);
  if (!spot) return;
  context.beginPath();
  context.arc(spot.x, spot.y, size * 0.8, 0, 2 * Math.PI);
  context.strokeStyle = colours.select;
  context.lineWidth = 2.5;
  context.stroke();
}
