// The state of the page in a single object, with listeners for changes.

const RINGS = ["ring_sensor", "ring_weapon", "ring_interceptor", "ring_jammer", "ring_radio"]; // parts of the layer of ranges
export const LAYERS = ["terrain", "roads", "zones", "minefields", "contacts", "unseen", "ghost", "fires", "routes", "links", "trails", "tracks", "groups", "lost", "labels", "upkeep", "casualties", "footprints", "jammers", "rings", ...RINGS];
const LAYERS_OFF = ["unseen", "routes", "links", "tracks", "footprints", "labels"];

export const state = {
  runs: [], // ids of the runs shown: one, or two for comparison
  view: "truth", // "truth", a side's name, or "both"
  pane: 0, // the pane of cards, log and charts
  selected: null, // name of a unit, or "#serial" of a contact
  follow: false,
  layers: Object.fromEntries(LAYERS.map((name) => [name, !LAYERS_OFF.includes(name)])),
  sideFilter: "", // the side chosen in the log
  kept: 1, // runs kept in the batch of the run
  isTrainer: false, // the truth may be seen beside a side's view
  grid: "", // "mgrs", "km" or none
  envelope: "", // "sensor", "weapon" or none
  against: "surface", // the target of the envelope
  heat: "", // "losses", "shots", "coverage" or none
  pin: null, // the place gone to: {x, y, text}
  heatOf: "run", // or "batch": all runs kept in it
  symbolSize: 20,
  theme: "light",
  locked: false,
};

const listeners = new Map();

export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, []);
  listeners.get(topic).push(listener);
}

export function emit(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

// Change fields of the state; emits "change:<field>" for each difference, then "dirty" for a redraw.
export function set(fields) {
  const changed = Object.keys(fields).filter((name) => state[name] !== fields[name]);
  for (const name of changed) state[name] = fields[name];
  for (const name of changed) emit(`change:${name}`, state[name]);
  if (changed.length) emit("dirty");
}

export function remember(name, value) {
  try {
    localStorage.setItem(`chammo.${name}`, JSON.stringify(value));
  } catch {
    // without storage the browser only forgets the choice
  }
}

export function recall(name) {
  try {
    return JSON.parse(localStorage.getItem(`chammo.${name}`));
  } catch {
    return null;
  }
}

export function contactKey(side, serial) {
  return `#${side}:${serial}`;
}
