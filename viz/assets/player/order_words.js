// Orders in words, and selection of orders with changes.

import { toLonLat } from "./geodesy.js";
import { mgrsText } from "./mgrs.js";
import { t, word } from "./text.js";
import { distanceText } from "./units.js";

export function groupKey(side, group) {
  return `${side}/${group}`;
}

// Orders with changes: commanders repeat orders in force every minute.
export function withoutRepeats(orders) {
  const inForce = new Map();
  return orders.filter((order) => {
    const group = groupKey(order.side, order.group);
    const task = [order.task, order.roe, order.x_m, order.y_m, order.radius_m, order.target_group].join("|");
    const isNewTask = order.task !== "" && isChange(inForce, `${group}/task`, task);
    const isNewEmcon = Boolean(order.emcon) && isChange(inForce, `${group}/emcon`, order.emcon);
    return isNewTask || isNewEmcon;
  });
}

function isChange(inForce, key, now) {
  const isNew = inForce.get(key) !== now;
  inForce.set(key, now);
  return isNew;
}

// The task and the emission control; an order may contain only the latter.
export function taskText(order) {
  const parts = [order.task && word("task", order.task), order.emcon && t(`emcon.${order.emcon}`)];
  return parts.filter(Boolean).join(", ");
}

// Where: the target group, or the place as a reference to 100 m.
export function placeText(order, { origin }) {
  if (order.task === "") return "–";
  if (order.target_group) return order.target_group;
  if (!Number.isFinite(order.x_m)) return "–";
  const reference = mgrsText(...toLonLat(origin, order.x_m, order.y_m), 3).replace(/ (?=\S+ \d+ )| (?=\d+$)/g, "\u00a0"); // breaks before its digits alone
  const place = reference || `${(order.x_m / 1000).toFixed(1)}, ${(order.y_m / 1000).toFixed(1)} km`;
  return order.radius_m > 0 ? `${place} (${distanceText(order.radius_m)})` : place;
}

export function orderText(order, meta) {
  return `${order.group}: ${taskText(order)}, ${placeText(order, meta)}`;
}

// Names of the units under an order.
export function orderUnits(source, order) {
  return source.units.filter((unit) => unit.group === order.group && unit.side === order.side).map((unit) => unit.name);
}
