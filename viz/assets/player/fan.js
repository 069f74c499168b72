// A heap of symbols under the pointer, spread out in a circle so that each can be seen and picked.

import { code } from "./codes.js";
import { codeOfContact } from "./contact_layer.js";
import { pickStack } from "./group_layer.js";
import { FADED, FULL, sprite, stamp } from "./sprites.js";

const HEAP_PX = 13;
const MOST = 36;
const OUTSIDE_PX = 26; // the fan closes when the pointer is this far outside

// The heap at a point: {x, y, items}, items are {unit} or {key} of a contact. Null if at most one symbol is there.
export function heapAt(pane, px, py) {
  const { positions, contacts, stacks, source } = pane;
  const stack = pickStack(stacks, px, py, HEAP_PX);
  const clump = stack ? null : pickStack(pane.contactHeaps, px, py, HEAP_PX);
  const items = stack ? stack.group.units.filter((k) => positions.shown[k]).map((unit) => ({ unit })) : (clump?.all ?? []).map(({ key }) => ({ key }));
  if (!stack && !clump) {
    for (let k = 0; k < positions.shown.length; k += 1) {
      if (positions.shown[k] && positions.shown[k] !== 2 && near(positions.x[k], positions.y[k], px, py)) items.push({ unit: k });
    }
    if (source.isSide) for (const contact of contacts) if (near(contact.x, contact.y, px, py)) items.push({ key: contact.key });
  }
  if (items.length < 2) return null;
  const kept = items.slice(0, MOST);
  return { x: (stack ?? clump)?.x ?? px, y: (stack ?? clump)?.y ?? py, items: kept, left: items.length - kept.length, stack };
}

function near(x, y, px, py) {
  return Math.abs(x - px) <= HEAP_PX && Math.abs(y - py) <= HEAP_PX;
}

// Spots of the items about the heap, in rings of up to twelve, inside the pane.
export function spreadOut(heap, size, width, height) {
  const step = size * 1.7;
  const rings = Math.ceil(heap.items.length / 12);
  const outer = Math.max(size * 2.2, (Math.min(12, heap.items.length) * step) / (2 * Math.PI)) + (rings - 1) * step;
  const x = Math.max(outer + size, Math.min(width - outer - size, heap.x));
  const y = Math.max(outer + size, Math.min(height - outer - size, heap.y));
  return {
    ...heap, x, y, outer,
    spots: heap.items.map((item, at) => {
      const ring = Math.floor(at / 12);
      const inRing = Math.min(12, heap.items.length - ring * 12);
      const radius = outer - (rings - 1 - ring) * step;
      const angle = ((at % 12) / inRing) * 2 * Math.PI - Math.PI / 2;
      return { item, x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) };
    }),
  };
}

export function isOutside(fan, px, py) {
  return Math.hypot(px - fan.x, py - fan.y) > fan.outer + OUTSIDE_PX;
}

// The item of an open fan under a point.
export function pickInFan(fan, px, py) {
  return fan.spots.find((spot) => Math.hypot(spot.x - px, spot.y - py) < 15)?.item ?? null;
}

export function drawFan(context, { source, sample, contacts, colours, size }, fan) {
  context.beginPath();
  context.arc(fan.x, fan.y, fan.outer + size, 0, 2 * Math.PI);
  context.fillStyle = colours.halo;
  context.fill();
  context.beginPath();
  for (const { x, y } of fan.spots) {
    context.moveTo(fan.x, fan.y);
    context.lineTo(x, y);
  }
  context.strokeStyle = colours.lost;
  context.lineWidth = 1;
  context.stroke();
  const at = sample.i * sample.a.units;
  for (const { item, x, y } of fan.spots) {
    if (item.unit >= 0) {
      const isOld = source.isSide && sample.a.linked[at + item.unit] !== code.link.alive;
      stamp(context, sprite(source.units[item.unit].sidc, size, isOld ? FADED : FULL), x, y);
      continue;
    }
    const contact = contacts.find((one) => one.key === item.key);
    if (contact) stamp(context, sprite(codeOfContact(source.meta, sample.a, contact.row), size, FULL), x, y);
  }
  if (!fan.left) return;
  context.fillStyle = colours.ink;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(`+${fan.left}`, fan.x, fan.y);
}
