// Display names of measures. ``batch.measures`` gives the measure, side, platform or objective of each column, because
// they cannot be recovered from the joined name of the column.

import { has, t, word } from "./text.js";

function inWords(column, { key, platform, objective }) {
  const text = `measure.${key}`;
  return has(text) ? t(text, { name: platform, n: objective }) : column.replaceAll("_", " ");
}

export function measureName(column, { measures = {} }) {
  const measure = measures[column] ?? { key: column };
  const name = inWords(measure.measure ?? column, measure);
  return measure.side ? `${word("side", measure.side)} ${name}` : name;
}

// A table cell with a word: the winner, or the reason for the end.
export function cellWord(column, value) {
  return column === "winner" && !has(`reason.${value}`) ? word("side", value) : word("reason", value);
}
