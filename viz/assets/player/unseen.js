// For the trainer: what a side did not see, drawn on its own map. It needs the view of the truth, which a server that is
// limited to a side does not have.

import { sideColour } from "./colours.js";
import { FADED, sprite, stamp } from "./sprites.js";
import { newPositions, place } from "./unit_layer.js";

// Draw units of other sides without a contact as pale symbols in a dotted ring, and a line from each contact to the
// unit behind it. `truth` is the source of the truth of the run of `scene`.
export function drawUnseen(context, scene, truth) {
  const { source, view, theme, time, size, contacts } = scene;
  const sample = truth.sample(Math.min(time, truth.meta.duration_s));
  if (!sample?.exact) return 0; // the overview has no contacts: who is seen is not known
  const { a, i } = sample;
  const side = source.meta.sides.indexOf(source.view);
  const positions = (truth.positions ??= newPositions(truth.units.length));
  place(positions, sample, view);
  const held = new Map(); // unit -> serial
  for (let row = a.c_start[i]; row < a.c_start[i + 1]; row += 1) if (a.c_side[row] === side) held.set(a.c_unit[row], a.c_serial[row]);
  const bySerial = new Map(contacts.map((contact) => [Number(contact.key.split(":")[1]), contact]));
  let unseen = 0;
  const rings = truth.meta.sides.map(() => new Path2D());
  const ties = new Path2D();
  context.globalAlpha = 1;
  for (let k = 0; k < a.units; k += 1) {
    if (truth.sideOf[k] === side || positions.shown[k] !== 1) continue; // active and inside the map
    const [x, y] = [positions.x[k], positions.y[k]];
    const contact = held.has(k) ? bySerial.get(held.get(k)) : null;
    if (contact) {
      ties.moveTo(contact.x, contact.y);
      ties.lineTo(x, y);
      ties.moveTo(x + 3, y);
      ties.arc(x, y, 3, 0, 2 * Math.PI);
      continue;
    }
    if (held.has(k)) continue;
    stamp(context, sprite(truth.units[k].sidc, size, FADED), x, y);
    const path = rings[truth.sideOf[k]];
    path.moveTo(x + size * 0.8, y);
    path.arc(x, y, size * 0.8, 0, 2 * Math.PI);
    unseen += 1;
  }
  context.lineWidth = 1.5;
  context.setLineDash([2, 3]);
  rings.forEach((path, at) => {
    context.strokeStyle = sideColour(theme, truth.meta, at);
    context.stroke(path);
  });
  context.setLineDash([]);
  context.strokeStyle = scene.colours.ink;
  context.globalAlpha = 0.7;
  context.stroke(ties);
  context.globalAlpha = 1;
  return unseen;
}
