// Texts, numbers and DOM elements. No text ever becomes markup: elements are made here, with textContent only.

let texts = {};

export function setTexts(all) {
  texts = all;
}

export function t(key, values = {}) {
  const text = texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export function has(key) {
  return key in texts;
}

// A word from the run (task, status, side …): translated if a text exists, otherwise unchanged.
export function word(kind, name) {
  const key = `${kind}.${String(name).toLowerCase()}`;
  return has(key) ? t(key) : String(name);
}

// Names of sides in the language of the page, where it has no word of its own for them.
export function nameSides(names) {
  for (const [side, name] of Object.entries(names)) texts[`side.${side.toLowerCase()}`] ??= name;
}

export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined).map((c) => (c instanceof Node ? c : String(c))));
  return element;
}

// The text of an element, written only if it changes.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function byId(id) {
  return document.getElementById(id);
}

export function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds + 1e-6));
  const two = (value) => String(value).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

export function numberText(value, digits = 1) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) >= 1000 ? 0 : digits);
}

// A share as a percentage.
export function shareText(share, digits = 0) {
  return `${(100 * share).toFixed(digits)}%`;
}

// A text that stands alone begins with a capital letter, unless it begins with a name.
export function sentence(text, isName = false) {
  return isName ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

// A number to three digits, without decimals that say nothing.
export function figureText(value) {
  if (typeof value !== "number" || !Number.isFinite(value)) return numberText(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(1, Math.abs(value)))));
  return String(Number(value.toFixed(digits))).replace("-", "−");
}

export function bearingText(degrees) {
  return `${String(Math.round(degrees) % 360).padStart(3, "0")}°`;
}

export function degreesText(longitude, latitude) {
  const one = (value, plus, minus) => `${Math.abs(value).toFixed(4)}°${value < 0 ? minus : plus}`;
  return `${one(latitude, "N", "S")} ${one(longitude, "E", "W")}`;
}
