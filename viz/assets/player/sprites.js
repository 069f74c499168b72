// Military symbols as small pictures: one canvas per code, size and state, drawn by milsymbol once.

const sprites = new Map();
export const FULL = 0;
export const FADED = 1;
const SETS = { 0: "10", 1: "30", 2: "35", 3: "01" }; // symbol set by domain: land, surface, subsurface, air
const FALLBACK = "10011000000000000000";

export function sprite(code, size, fade = FULL) {
  const key = `${code}|${size}|${fade}`;
  let found = sprites.get(key);
  if (!found) {
    found = make(code, size, fade);
    sprites.set(key, found);
  }
  return found;
}

function make(code, size, fade) {
  const ratio = window.devicePixelRatio || 1;
  const options = { size, outlineColor: "rgba(255,255,255,0.9)", outlineWidth: 3, fontfamily: "Noto Sans KR" };
  let symbol = new window.ms.Symbol(code || FALLBACK, options);
  if (!symbol.isValid()) symbol = new window.ms.Symbol(FALLBACK, options);
  const drawn = symbol.asCanvas(ratio);
  const anchor = symbol.getAnchor();
  const canvas = document.createElement("canvas");
  canvas.width = drawn.width;
  canvas.height = drawn.height;
  const context = canvas.getContext("2d");
  if (fade === FADED) context.globalAlpha = 0.4;
  context.drawImage(drawn, 0, 0);
  return { canvas, dx: anchor.x, dy: anchor.y, width: drawn.width / ratio, height: drawn.height / ratio };
}

// Draw a sprite at a place, at whole pixels. The short form of drawImage is the faster one.
export function stamp(context, { canvas, dx, dy, width, height }, x, y) {
  const left = Math.round(x - dx);
  const top = Math.round(y - dy);
  if (canvas.width === width) context.drawImage(canvas, left, top);
  else context.drawImage(canvas, left, top, width, height);
}

// Code of a contact: its frame says how much is known (unknown, suspect, hostile) and of which side it is thought to be.
// What is believed (2 neutral, 3 decoy) has the frame of a neutral, for neither is an enemy.
export function contactCode(domain, level, enemyDigit, believed = 0) {
  const known = { 3: ["2", "3"], 6: ["5", "6"], 4: ["4", "4"] }[enemyDigit] ?? ["5", "6"];
  const identity = believed > 1 ? "4" : level >= 3 ? known[1] : level === 2 ? known[0] : "1";
  return `100${identity}${SETS[domain] ?? "10"}0000000000000000`.slice(0, 20);
}

export function symbolElement(code, size) {
  const made = sprite(code, size);
  const canvas = document.createElement("canvas");
  canvas.width = made.canvas.width;
  canvas.height = made.canvas.height;
  canvas.style.width = `${made.width}px`;
  canvas.style.height = `${made.height}px`;
  canvas.getContext("2d").drawImage(made.canvas, 0, 0);
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}
