// The advice of the AI staff beside the commander's orders until the next advice.

import { orderText, orderUnits } from "./order_words.js";
import { clockText, el, has, numberText, t, word } from "./text.js";

const SHOWN_APART = new Set([
  "time_s", "tick", "side", "recommendation", "reason", "decision", "document",
  "advice_digest", "picture_digest", "course_digest", "row_before", "row_digest",
]);

// Advice in time order, each with its side's orders until the side's next advice.
export function pairAdvice(advice, orders) {
  const sorted = advice.filter((one) => Number.isFinite(one.time_s)).sort((one, two) => one.time_s - two.time_s);
  return sorted.map((one) => {
    const next = sorted.find((other) => other.side === one.side && other.time_s > one.time_s)?.time_s ?? Infinity;
    const followed = orders.filter((order) => order.side === one.side && order.time_s >= one.time_s && order.time_s < next);
    return { advice: one, orders: followed };
  });
}

// One table row: {time, units, cells}, the cells being elements.
export function adviceRow(source, { advice, orders }, jump) {
  return { time: advice.time_s, units: [], cells: [adviceCell(source, advice), ordersCell(source, orders, jump)] };
}

function adviceCell(source, advice) {
  const decision = advice.decision ?? "";
  return el(
    "div",
    { class: "advice" },
    el("strong", {}, source.isSide ? null : `${word("side", advice.side)}: `, advice.recommendation ?? "–"),
    decision ? el("span", { class: "decision", dataset: { decision } }, word("word", decision)) : null,
    advice.reason ? el("p", {}, advice.reason) : null,
    ...outcomes(advice).map((text) => el("p", { class: "outcome" }, text)),
  );
}

// Every other column as "name value"; columns <name>_low and <name>_high are the interval of column <name>.
function outcomes(advice) {
  const isBound = (name) => /_(low|high)$/.test(name) && name.replace(/_(low|high)$/, "") in advice;
  const names = Object.keys(advice).filter((name) => !SHOWN_APART.has(name) && !isBound(name) && (advice[name] ?? "") !== "");
  return names.map((name) => {
    const title = has(`column.${name}`) ? t(`column.${name}`) : name.replaceAll("_", " ");
    const value = typeof advice[name] === "number" ? numberText(advice[name], 2) : word("word", advice[name]);
    const [low, high] = [advice[`${name}_low`], advice[`${name}_high`]];
    const interval = Number.isFinite(low) && Number.isFinite(high) ? ` (${numberText(low, 2)} … ${numberText(high, 2)})` : "";
    return `${title} ${value}${interval}`;
  });
}

function ordersCell(source, orders, jump) {
  if (!orders.length) return el("p", { class: "no-orders" }, t("advice.no_orders"));
  return el("ul", { class: "followed" }, ...orders.map((order) => el("li", {}, el(
    "button",
    {
      class: "link",
      onclick: (event) => {
        event.stopPropagation();
        jump(order.time_s, orderUnits(source, order));
      },
      onkeydown: (event) => event.stopPropagation(), // Enter is the button's, not the row's
    },
    el("time", {}, clockText(order.time_s)),
    ` ${orderText(order, source.meta)}`,
  ))));
}
