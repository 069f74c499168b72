// Draws contacts, a side's beliefs about the other, with the circle or ellipse of the position error; older is fainter.
// In the truth view each contact is a ring in the colour of its holder, tied to its true unit.

import { code, codeName } from "./codes.js";
import { drawHeap } from "./group_layer.js";
import { contactKey } from "./store.js";
import { FADED, FULL, contactCode, sprite, stamp } from "./sprites.js";
import { identityColour, sideColour } from "./colours.js";

export const OLD_S = 60;
const ENEMY_DIGIT = { 3: "6", 6: "3", 4: "6" };
const SUSPECT_DIGIT = { 3: "2", 6: "5" }; // by the digit of the enemy's symbols

// The believed identity of a contact. Before identification, a classified contact counts as suspect, but only
// if all other sides are enemies.
export function beliefOf(meta, a, row) {
  const { identified, classified } = code.level;
  const told = a.c_identity?.[row] ?? (a.c_level[row] >= identified ? code.identity.hostile : code.identity.unknown);
  const belief = codeName("identity", told) ?? "unknown";
  return belief === "unknown" && a.c_level[row] >= classified && !meta.neutral?.length ? "suspect" : belief;
}

// Standard identity, the fourth digit of the code of a contact.
function identityOf(meta, a, row) {
  const enemy = ENEMY_DIGIT[meta.affiliation[a.c_side[row]]] ?? "6";
  return { unknown: "1", suspect: SUSPECT_DIGIT[enemy], neutral: "4" }[beliefOf(meta, a, row)] ?? enemy;
}

export function codeOfContact(meta, a, row) {
  return contactCode(a.c_domain[row], a.c_level[row] >= code.level.classified ? a.c_class[row] : -1, identityOf(meta, a, row), beliefOf(meta, a, row) === "decoy");
}

// Suspects have the colour of their suspected identity.
function colourOf(theme, meta, a, row) {
  const digit = identityOf(meta, a, row);
  return identityColour(theme, { 2: "3", 5: "6" }[digit] ?? digit);
}

// Contacts of the sample's frame on the screen: {x, y, row, key}, moved on by their estimated velocity.
export function placeContacts(scene) {
  const { sample, source, view, time } = scene;
  if (!sample.exact) return [];
  const { a, i, frame } = sample;
  const passed = Math.max(0, Math.min(time - source.timeOf(frame), source.meta.interval_s));
  const placed = [];
  for (let row = a.c_start[i]; row < a.c_start[i + 1]; row += 1) {
    const mx = a.c_x[row] + a.c_vx[row] * passed;
    const my = a.c_y[row] + a.c_vy[row] * passed;
    const x = mx * view.scale + view.ox;
    const y = view.oy - my * view.scale;
    placed.push({ x, y, mx, my, row, key: contactKey(a.c_side[row], a.c_serial[row]) });
  }
  return placed;
}

export function drawContacts(context, scene) {
  const { contacts, sample, source, theme, layers, view } = scene;
  if (!layers.contacts) return;
  const { a } = sample;
  const inks = new Map(); // one path for all of the same look
  const shown = [];
  for (const { x, y, row, key: name } of contacts) {
    const major = (a.c_major?.[row] ?? a.c_error[row]) * view.scale;
    const minor = (a.c_minor?.[row] ?? a.c_error[row]) * view.scale;
    const radius = Math.max(major, minor);
    if (x < -radius || y < -radius || x > view.width + radius || y > view.height + radius) continue;
    shown.push({ x, y, row, key: name });
    const isOld = a.c_age[row] > OLD_S;
    const colour = source.isSide ? colourOf(theme, source.meta, a, row) : sideColour(theme, source.meta, a.c_side[row]);
    const alpha = ageAlpha(a.c_age[row]);
    const key = `${colour}|${alpha}|${isOld}`;
    let ink = inks.get(key);
    if (!ink) inks.set(key, (ink = { colour, alpha, isOld, rings: new Path2D(), ties: new Path2D() }));
    if (radius > 3) {
      // the angle is that of the long axis, clockwise from north; the canvas counts clockwise from east
      const turn = (((a.c_angle?.[row] ?? 0) - 90) * Math.PI) / 180;
      const [long, short] = [Math.min(major, 4000), Math.min(minor, 4000)];
      ink.rings.moveTo(x + long * Math.cos(turn), y + long * Math.sin(turn));
      ink.rings.ellipse(x, y, long, short, turn, 0, 2 * Math.PI);
    }
    if (!source.isSide) addBeside(ink.ties, scene, x, y, a.c_unit[row]);
  }
  context.lineWidth = 1;
  for (const { colour, alpha, isOld, rings, ties } of inks.values()) {
    context.strokeStyle = colour;
    context.globalAlpha = alpha;
    context.setLineDash(isOld ? [4, 4] : []);
    context.stroke(rings);
    context.setLineDash([]);
    if (!source.isSide) context.stroke(ties);
  }
  context.globalAlpha = 1;
  if (!source.isSide) return;
  const heaps = heapsOf(scene, shown);
  for (const heap of heaps) drawBelieved(context, scene, heap);
  scene.contactHeaps = heaps.filter(({ all }) => all.length >= HEAP);
}

const HEAP = 3; // contacts of one look in a place are drawn as one symbol with their number from this number on

// Contacts with the same symbol in the same cell of a grid that is fixed to the ground: {x, y, all, code, fade}; x and y
// are their mean, `all` their contacts.
function heapsOf({ sample, source, size, layers, view }, shown) {
  const { a } = sample;
  const heaps = [];
  const cells = new Map();
  const cell = size * 2.2;
  for (const contact of shown) {
    const { x, y, row } = contact;
    const code = codeOfContact(source.meta, a, row);
    const fade = a.c_age[row] > OLD_S ? FADED : FULL;
    const key = `${code}|${fade}|${Math.floor((x - view.ox) / cell)}|${Math.floor((y - view.oy) / cell)}`;
    const heap = layers.groups ? cells.get(key) : null;
    if (heap) heap.all.push(contact);
    else {
      const made = { all: [contact], code, fade };
      cells.set(key, made);
      heaps.push(made);
    }
  }
  for (const heap of heaps) for (const at of ["x", "y"]) heap[at] = heap.all.reduce((sum, one) => sum + one[at], 0) / heap.all.length;
  return heaps;
}

function drawBelieved(context, { size, colours }, { x, y, all, code, fade }) {
  const picture = sprite(code, size, fade);
  if (all.length < HEAP) {
    for (const one of all) stamp(context, picture, one.x, one.y);
    return;
  }
  drawHeap(context, picture, x, y);
}

function addBeside(path, { positions }, x, y, unit) {
  path.moveTo(x - 3, y);
  path.lineTo(x + 3, y);
  path.moveTo(x, y - 3);
  path.lineTo(x, y + 3);
  if (positions.shown[unit]) {
    path.moveTo(x, y);
    path.lineTo(positions.x[unit], positions.y[unit]);
  }
}

// In four steps, so that many share a path.
function ageAlpha(age) {
  return Math.max(0.3, 1 - Math.round(age / 150) / 4);
}

export function pickContact(contacts, px, py, reach) {
  let best = null;
  let nearest = reach;
  for (const contact of contacts) {
    const distance = Math.hypot(contact.x - px, contact.y - py);
    if (distance < nearest) {
      nearest = distance;
      best = contact;
    }
  }
  return best;
}
