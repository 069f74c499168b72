// Overlays of units: the trail of the selected unit, the command links of all.

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

// The command post of each side: the unit zero hops from its post. -1 if the run has none.
function commandPosts(scene) {
  const { sample, source } = scene;
  const { a, i } = sample;
  const posts = source.meta.sides.map(() => -1);
  for (let k = 0; k < a.units; k += 1) {
    if (a.hops[i * a.units + k] !== 0 || a.status[i * a.units + k] !== code.status.active) continue;
    const side = source.meta.sides.indexOf(source.units[k].side);
    if (posts[side] < 0) posts[side] = k;
  }
  return posts;
}

export function drawLinks(context, scene) {
  const { positions, sample, source, selected, colours, layers } = scene;
  if (!layers.links && selected < 0) return;
  const posts = commandPosts(scene);
  const { a, i } = sample;
  const styles = [
    { linked: code.link.cut, dash: [3, 6], colour: colours.cut, alpha: 0.9, width: 1.6 },
    { linked: code.link.alive, dash: [], colour: colours.stopped, alpha: 0.45, width: 1 },
    { linked: code.link.jammed, dash: [9, 4], colour: colours.jammed, alpha: 0.95, width: 2 },
  ];
  for (const { linked, dash, colour, alpha, width } of styles) {
    context.beginPath();
    for (let k = 0; k < a.units; k += 1) {
      if ((!layers.links && k !== selected) || positions.shown[k] !== 1) continue;
      if (a.linked[i * a.units + k] !== linked) continue;
      const post = posts[source.meta.sides.indexOf(source.units[k].side)];
      if (post < 0 || post === k) continue;
      context.moveTo(positions.x[k], positions.y[k]);
      context.lineTo(positions.metres[2 * post] * scene.view.scale + scene.view.ox, scene.view.oy - positions.metres[2 * post + 1] * scene.view.scale);
    }
    context.setLineDash(dash);
    context.strokeStyle = colour;
    context.globalAlpha = alpha;
    context.lineWidth = width;
    context.stroke();
  }
  context.setLineDash([]);
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
