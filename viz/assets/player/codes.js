// The codes of the tables, as the server names them: code.status.lost is a number, codeName("status", 4) is its name.
// Families and marks of events, and symbols of contacts, come with them.

export const code = {};
export const families = {}; // family -> kinds of event
export const notable = new Set(); // kinds of event that are marked
export const symbols = {}; // of contacts: set and entity by domain and by class of target
const names = {};
const familyOfKind = new Map();

export function setCodes(boot) {
  for (const [kind, list] of Object.entries(boot.codes)) {
    names[kind] = list;
    code[kind] = Object.fromEntries(list.map((name, number) => [name, number]));
  }
  for (const { kind, family, is_notable } of boot.events) {
    (families[family] ??= []).push(kind);
    familyOfKind.set(kind, family);
    if (is_notable) notable.add(kind);
  }
  Object.assign(symbols, boot.symbols);
}

export function codeName(kind, number) {
  return names[kind][number];
}

// Whether a unit of this status is lost, or a munition that is spent.
export function isGone(status) {
  return status === code.status.lost || status === code.status.expended;
}

export function familyOf(kind) {
  return familyOfKind.get(kind) ?? "outcome";
}

// Names of the bits that are set.
export function bitNames(kind, bits) {
  return names[kind].filter((name, bit) => bits & (1 << bit));
}
