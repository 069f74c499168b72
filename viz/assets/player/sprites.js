// Military symbols as small images: a canvas per code, size and state, drawn once by milsymbol.

import { code as codes, symbols } from "./codes.js";

const sprites = new Map();
export const FULL = 0;
export const FADED = 1;
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
  const options = { size, outlineColor: "rgba(255,255,255,0.9)", outlineWidth: 3, fontfamily: "Noto Sans KR", civilianColor: false }; // civilians have the colour of their side, too
  let symbol = new window.ms.Symbol(code || FALLBACK, options);
  if (!symbol.isValid()) symbol = new window.ms.Symbol(FALLBACK, options);
  const drawn = symbol.asCanvas(ratio);
  const anchor = symbol.getAnchor();
  const centre = symbol.getOctagonAnchor(); // of the frame, which a headquarters holds up on a staff
  const canvas = document.createElement("canvas");
  canvas.width = drawn.width;
  canvas.height = drawn.height;
  const context = canvas.getContext("2d");
  if (fade === FADED) context.globalAlpha = 0.4;
  context.drawImage(drawn, 0, 0);
  return { canvas, dx: anchor.x, dy: anchor.y, cx: centre.x, cy: centre.y, width: drawn.width / ratio, height: drawn.height / ratio };
}

// Draw a sprite at whole pixels. The short form of drawImage is faster.
export function stamp(context, { canvas, dx, dy, width, height }, x, y) {
  const left = Math.round(x - dx);
  const top = Math.round(y - dy);
  if (canvas.width === width) context.drawImage(canvas, left, top);
  else context.drawImage(canvas, left, top, width, height);
}

// Code of a contact: its frame is the believed identity; the rest its class once known (-1 before), its domain until
// then. A decoy has the dummy indicator.
export function contactCode(domain, targetClass, identity, isDummy = false) {
  const known = symbols.target_class[targetClass] ?? symbols.domain[domain] ?? symbols.domain[codes.domain.land];
  return `100${identity}${known.slice(0, 2)}0${isDummy ? 1 : 0}00${known.slice(2)}0000`;
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
