// Names of measures as people read them. ``batch.measures`` says for each column of which measure, side, platform or
// objective it is; nothing is read out of the column's own name, which joins them.

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

// A cell of the table that is a word: who won, and why it ended.
export function cellWord(column, value) {
  return column === "winner" && !has(`reason.${value}`) ? word("side", value) : word("reason", value);
}
