// Ground features: roads, zones and minefields, as known to the view.

import { sideColour } from "./colours.js";
import { t, word } from "./text.js";

const ARMED = 0;
const CLEARED = 2;
const MINES_FROM_PX_PER_M = 0.004; // zoomed out farther, single mines would be a smudge
const HATCH_PX = 12;

export function drawRoads(context, { source, view, colours, layers }) {
  if (!layers.roads || !source.meta.roads?.length) return;
  context.strokeStyle = colours.road;
  context.lineWidth = 1.6;
  context.lineJoin = "round";
  context.beginPath();
  for (const road of source.meta.roads) addLine(context, view, road.line_m);
  context.stroke();
}

export function drawZones(context, scene) {
  const { source, view, time, theme, colours, layers } = scene;
  if (!layers.zones) return;
  for (const zone of source.meta.zones) {
    const isOpen = time >= zone.from_s && (zone.until_s === null || time < zone.until_s);
    const noFire = zone.kind === "no_fire";
    const colour = noFire ? colours.cut : zone.side ? sideColour(theme, source.meta, zone.side) : colours.ink;
    const box = addRings(context, view, zone.rings_m);
    paint(context, box, { colour, alpha: isOpen ? 0.1 : 0.03, dash: noFire ? [2, 4] : [8, 4], hatch: noFire && isOpen ? 1 : 0 });
    const kind = t(`zone.${zone.kind}`);
    const facts = [kind, zone.side ? word("side", zone.side) : "", isOpen ? "" : t("zone.closed")].filter(Boolean);
    scene.placeNames.push({ text: `${zone.name} (${facts.join(", ")})`, box, colour });
  }
}

export function drawMinefields(context, scene) {
  const { source, view, time, theme, colours, layers } = scene;
  if (!layers.minefields) return;
  for (const field of source.meta.minefields ?? []) {
    const box = field.circle_m ? addCircle(context, view, field.circle_m) : addRings(context, view, field.rings_m);
    paint(context, box, { colour: colours.mine, alpha: 0.08, dash: field.circle_m ? [3, 5] : [], hatch: -1 });
    if (view.scale > MINES_FROM_PX_PER_M) drawMines(context, view, colours, field.mines, time);
    const owner = field.side ? word("side", field.side) : "";
    const facts = [t(field.circle_m ? "minefield.suspected" : "minefield.laid"), owner].filter(Boolean);
    const colour = field.side ? sideColour(theme, source.meta, field.side) : colours.mine;
    scene.placeNames.push({ text: `${field.name} (${facts.join(", ")})`, box, colour });
  }
}

// A dot for an armed mine, a cross for an exploded mine, an empty ring for a cleared mine.
function drawMines(context, view, colours, mines, time) {
  const size = Math.max(1.6, Math.min(4, view.scale * 60));
  const dots = new Path2D();
  const marks = new Path2D();
  for (const [mx, my, status, gone] of mines) {
    const x = mx * view.scale + view.ox;
    const y = view.oy - my * view.scale;
    if (x < -9 || y < -9 || x > view.width + 9 || y > view.height + 9) continue;
    const now = gone === null || time < gone ? ARMED : status;
    if (now === ARMED) {
      dots.moveTo(x + size, y);
      dots.arc(x, y, size, 0, 2 * Math.PI);
    } else if (now === CLEARED) {
      marks.moveTo(x + size, y);
      marks.arc(x, y, size, 0, 2 * Math.PI);
    } else {
      marks.moveTo(x - size, y - size);
      marks.lineTo(x + size, y + size);
      marks.moveTo(x + size, y - size);
      marks.lineTo(x - size, y + size);
    }
  }
  context.fillStyle = colours.mine;
  context.fill(dots);
  context.strokeStyle = colours.mine;
  context.lineWidth = 1.2;
  context.stroke(marks);
}

function addLine(context, view, line) {
  line.forEach(([mx, my], at) => {
    const x = mx * view.scale + view.ox;
    const y = view.oy - my * view.scale;
    if (at === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
}

// Begins a path of closed rings, holes included. Returns the box about it on the screen.
function addRings(context, view, rings) {
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  context.beginPath();
  for (const ring of rings) {
    addLine(context, view, ring);
    context.closePath();
    for (const [mx, my] of ring) {
      const x = mx * view.scale + view.ox;
      const y = view.oy - my * view.scale;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
    }
  }
  return box;
}

function addCircle(context, view, [mx, my, metres]) {
  const [x, y, radius] = [mx * view.scale + view.ox, view.oy - my * view.scale, metres * view.scale];
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
}

// Fill and outline of the path just begun; hatch 1 leans right, -1 left, 0 is none.
function paint(context, box, { colour, alpha, dash, hatch }) {
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.globalAlpha = alpha;
  context.fill("evenodd");
  context.globalAlpha = 0.9;
  context.lineWidth = 1.5;
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
  if (hatch) drawHatch(context, box, hatch);
  context.globalAlpha = 1;
}

function drawHatch(context, box, lean) {
  const { canvas } = context;
  const left = Math.max(0, box.left);
  const right = Math.min(canvas.width, box.right);
  const top = Math.max(0, box.top);
  const bottom = Math.min(canvas.height, box.bottom);
  if (right <= left || bottom <= top) return;
  context.save();
  context.clip("evenodd");
  context.globalAlpha = 0.28;
  context.lineWidth = 1;
  context.beginPath();
  const height = bottom - top;
  const first = Math.floor((left - height) / HATCH_PX) * HATCH_PX;
  for (let x = first; x < right + height; x += HATCH_PX) {
    context.moveTo(x, lean > 0 ? bottom : top);
    context.lineTo(x + height, lean > 0 ? top : bottom);
  }
  context.stroke();
  context.restore();
}
