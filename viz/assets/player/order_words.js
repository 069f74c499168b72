// Orders as people read them, and which of them say something new.

import { distanceText, word } from "./text.js";

export function groupKey(side, group) {
  return `${side}/${group}`;
}

// Orders that change something: commanders repeat what is in force every minute.
export function withoutRepeats(orders) {
  const inForce = new Map();
  return orders.filter((order) => {
    const now = [order.task, order.roe, order.x_m, order.y_m, order.radius_m, order.target_group].join("|");
    const group = groupKey(order.side, order.group);
    const isNew = inForce.get(group) !== now;
    inForce.set(group, now);
    return isNew;
  });
}

export function placeText(order) {
  if (order.target_group) return order.target_group;
  if (!Number.isFinite(order.x_m)) return "–";
  const place = `${(order.x_m / 1000).toFixed(1)}, ${(order.y_m / 1000).toFixed(1)} km`;
  return order.radius_m > 0 ? `${place} (${distanceText(order.radius_m)})` : place;
}

export function orderText(order) {
  return `${order.group}: ${word("task", order.task)}, ${placeText(order)}`;
}

// Names of the units that an order is about.
export function orderUnits(source, order) {
  return source.units.filter((unit) => unit.group === order.group && unit.side === order.side).map((unit) => unit.name);
}
