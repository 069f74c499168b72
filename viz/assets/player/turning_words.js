// Turning points and objectives in words: a sentence in parts, each a key of a text and its facts.

import { has, sentence, t, word } from "./text.js";

const OF_SIDES = { passes: ["side", "other"] }; // facts that name a side, where more than `side` do

// Names of sides and of contacts in the language of the page.
function translated(key, facts, names) {
  const sides = OF_SIDES[key] ?? ["side"];
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => {
    if (sides.includes(name)) return [name, word("side", fact)];
    if (name === "objective") return [name, fact];
    return [name, fact.replace(/\bevery /g, `${t("objective.every")} `).replace(namedSides(names), (_, before, name) => `${before}${word("side", name)} `).replace(/\bcontact (\d+)/g, (_, number) => t("event.contact_number", { number })).replace(/ and (\d+) more$/, (_, n) => t("objective.more", { n })).replace(/^an unknown unit$/, t("turning.someone"))];
  }));
}

// The name of a side before a title in a list: "blue Patrol boat, red Armed drone".
function namedSides(names) {
  return new RegExp(`(^|, )(${names.map((name) => name.replace(/[^\w-]/g, "\\$&")).join("|") || "(?!)"}) `, "g");
}

function inParts(prefix, { parts, text }, names = []) {
  if (!parts?.length || !parts.every(([key]) => has(`${prefix}.${key}`))) return text ?? "";
  return parts.map(([key, facts]) => t(`${prefix}.${key}`, translated(key, facts, names))).join("");
}

// A turning point of a summary, in a run with sides of these names; the objective in it is worded as in the list of objectives.
export function turningText(point, objectives, names) {
  const parts = point.parts?.map(([key, facts]) => {
    const named = facts.objective && objectives.find((one) => one.text === facts.objective);
    return [key, named ? { ...facts, objective: objectiveText(named) } : facts];
  });
  return sentence(inParts("turning", { parts, text: point.text }, names));
}

export function objectiveText(objective) {
  return inParts("objective", objective);
}
