// Names of measures as people read them, from the names of the columns of a batch.

import { has, t, word } from "./text.js";

function nameWithoutSide(name) {
  const objective = /^objective_(\d+)_(progress|met|met_s)$/.exec(name);
  if (objective) return t(`measure.objective_${objective[2]}`, { n: objective[1] });
  if (has(`measure.${name}`)) return t(`measure.${name}`);
  const losses = /^losses_(.+)$/.exec(name);
  return losses ? t("measure.losses_of", { name: losses[1] }) : name.replaceAll("_", " ");
}

// ``batch.measures`` says what belongs to which side. Batches of earlier versions leave that to the names: of sides that
// begin alike, the longest.
export function measureName(name, { sides, measures = {} }) {
  const longest = sides.filter((one) => name.startsWith(`${one}_`)).sort((one, two) => two.length - one.length)[0] ?? "";
  const [side, measure] = measures[name] ?? [longest, longest ? name.slice(longest.length + 1) : name];
  return side ? `${word("side", side)} ${nameWithoutSide(measure)}` : nameWithoutSide(measure);
}

// A cell of the table that is a word: who won, and why it ended.
export function cellWord(column, value) {
  return column === "winner" && !has(`reason.${value}`) ? word("side", value) : word("reason", value);
}
