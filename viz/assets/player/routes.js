// The orders in force: from the mean believed position of a group to its goal.

import { groupKey } from "./order_words.js";
import { state } from "./store.js";
import { sideColour } from "./colours.js";
import { word } from "./text.js";
import { code } from "./codes.js";

// Orders by group in time order, and the numbers of the group's units. Groups without a unit in the view are left out.
// The initial tasks of groups come first, with their routes; an initial "hold" is left out.
export function prepareRoutes(source, orders) {
  const first = (source.meta.tasks ?? []).filter((task) => task.task !== "hold").map((task) => ({ ...task, time_s: -1 }));
  const members = new Map();
  source.units.forEach((unit, at) => {
    const key = groupKey(unit.side, unit.group);
    if (!members.has(key)) members.set(key, []);
    members.get(key).push(at);
  });
  const routes = new Map();
  for (const order of [...first, ...orders]) {
    const key = groupKey(order.side, order.group);
    if (!members.has(key) || order.task === "") continue;
    if (!routes.has(key)) routes.set(key, { units: members.get(key), orders: [] });
    routes.get(key).orders.push(order);
  }
  for (const { orders: given } of routes.values()) given.sort((one, two) => one.time_s - two.time_s);
  return { routes: [...routes.values()], members };
}

// The order of each group at a given time, with the mean position of its active units and its goal, in metres.
function routesInForce(scene) {
  const { prepared, time } = scene;
  const found = [];
  for (const { units, orders } of prepared?.routes ?? []) {
    const order = lastUntil(orders, time);
    const from = order && meanPlace(scene, units);
    const to = from && target(scene, order);
    if (to) found.push({ order, from, to });
  }
  return found;
}

const NAMED_AT_MOST = 6;

// Draws them and returns them: of the selected unit's group, otherwise of the side chosen in the log, otherwise all,
// which have names only where they are few.
export function drawRoutes(context, scene) {
  if (!scene.layers.routes) return [];
  const { view, theme, source, selected } = scene;
  const unit = source.units[selected];
  const found = routesInForce(scene).filter(({ order }) => (unit ? order.group === unit.group && order.side === unit.side : !state.sideFilter || order.side === state.sideFilter));
  const isNamed = Boolean(unit) || found.length <= NAMED_AT_MOST;
  for (const { order, from, to } of found) {
    const colour = sideColour(theme, source.meta, order.side);
    const [x0, y0] = [from.x * view.scale + view.ox, view.oy - from.y * view.scale];
    const [x, y] = [to.x * view.scale + view.ox, view.oy - to.y * view.scale];
    context.strokeStyle = colour;
    context.lineWidth = 1.6;
    context.globalAlpha = 0.85;
    context.beginPath();
    const way = (order.route_m ?? []).map(([mx, my]) => [mx * view.scale + view.ox, view.oy - my * view.scale]);
    if (way.length) drawWay(context, way, [x, y]);
    else {
      context.moveTo(x0, y0);
      context.lineTo(x, y);
      addArrow(context, x0, y0, x, y);
    }
    context.stroke();
    context.setLineDash([]);
    const radius = to.isPoint && order.radius_m > 0 ? order.radius_m * view.scale : 0;
    if (radius > 3 && radius < 8000) {
      context.lineWidth = 0.8;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.stroke();
    }
    context.globalAlpha = 1;
    if (isNamed) scene.placeNames.push({ text: `${order.group}: ${word("task", order.task)}`, x, y: y - 12, colour });
  }
  return found;
}

// A planned route in full, including the part already covered.
function drawWay(context, way, end) {
  const points = [...way, end];
  context.setLineDash([7, 4]);
  points.forEach(([x, y], at) => (at === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  const [before, last] = points.slice(-2);
  addArrow(context, ...before, ...last);
}

function addArrow(context, x0, y0, x, y) {
  if (Math.hypot(x - x0, y - y0) < 12) return;
  const angle = Math.atan2(y - y0, x - x0);
  for (const turn of [-0.4, 0.4]) {
    context.moveTo(x, y);
    context.lineTo(x - 9 * Math.cos(angle + turn), y - 9 * Math.sin(angle + turn));
  }
}

function lastUntil(orders, time) {
  let low = 0;
  let high = orders.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (orders[middle].time_s <= time + 1e-6) low = middle + 1;
    else high = middle;
  }
  return orders[low - 1] ?? null;
}

function target(scene, order) {
  if (order.target_group || order.task === "escort") {
    const group = order.target_group && groupOf(scene, order);
    const place = group && meanPlace(scene, group);
    return place ? { ...place, isPoint: false } : null;
  }
  if (!Number.isFinite(order.x_m) || !Number.isFinite(order.y_m)) return null;
  return { x: order.x_m, y: order.y_m, isPoint: true };
}

// The units of the group named in the order: of the same side if it has such a group, otherwise of another side.
function groupOf({ prepared, source }, order) {
  const sides = [order.side, ...source.meta.sides.filter((side) => side !== order.side)];
  const key = sides.map((side) => groupKey(side, order.target_group)).find((one) => prepared.members.has(one));
  return key && prepared.members.get(key);
}

function meanPlace({ positions, sample }, units) {
  const { a, i } = sample;
  let [x, y, n] = [0, 0, 0];
  for (const k of units) {
    if (a.status[i * a.units + k] !== code.status.active || !Number.isFinite(positions.metres[2 * k])) continue;
    x += positions.metres[2 * k];
    y += positions.metres[2 * k + 1];
    n += 1;
  }
  return n ? { x: x / n, y: y / n } : null;
}
