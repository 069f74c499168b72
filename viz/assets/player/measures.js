// Names of measures as people read them, from the names of the columns of a batch.

import { has, t, word } from "./text.js";

function nameWithoutSide(name) {
  const objective = /^objective_(\d+)_(progress|met|met_s)$/.exec(name);
  if (objective) return t(`measure.objective_${objective[2]}`, { n: objective[1] });
  if (has(`measure.${name}`)) return t(`measure.${name}`);
  const losses = /^losses_(.+)$/.exec(name);
  return losses ? t("measure.losses_of", { name: losses[1] }) : name.replaceAll("_", " ");
}

export function measureName(name, sides) {
  const side = sides.find((one) => name.startsWith(`${one}_`));
  return side === undefined ? nameWithoutSide(name) : `${word("side", side)} ${nameWithoutSide(name.slice(side.length + 1))}`;
}

// A cell of the table that is a word: who won, and why it ended.
export function cellWord(column, value) {
  return column === "winner" && !has(`reason.${value}`) ? word("side", value) : word("reason", value);
}
