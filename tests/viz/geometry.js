// Faults of a page that its geometry shows; the body of a function that returns them as lines of text.

const [width, height] = [innerWidth, innerHeight];
const found = [];
const CONTROLS = "button, a[href], input, select, textarea, summary, [role=tab], [role=slider]";
const FLOATING = "dialog, #layers, #legend-box, #sight-box, #message, .tooltip, .menu";
const isShown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && e.getClientRects().length > 0;
const nameOf = (e) => (e.id ? `#${e.id}` : `${e.tagName.toLowerCase()}.${String(e.className?.baseVal ?? e.className).split(" ").join(".")}`);
const textOf = (e) => [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.textContent).join("").trim();
const say = (kind, e, more = "") => found.push(`${kind}: ${nameOf(e.parentElement ?? e)} > ${nameOf(e)} "${(textOf(e) || e.value || e.title || "").slice(0, 50)}" ${more}`);
const scrolls = (style, axis) => ["auto", "scroll"].includes(style[`overflow${axis}`]);

function textRect(e) {
  const range = document.createRange();
  let box = null;
  for (const node of e.childNodes) {
    if (node.nodeType !== 3 || !node.textContent.trim()) continue;
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) {
      if (!r.width) continue;
      box = box ? { left: Math.min(box.left, r.left), top: Math.min(box.top, r.top), right: Math.max(box.right, r.right), bottom: Math.max(box.bottom, r.bottom) } : { left: r.left, top: r.top, right: r.right, bottom: r.bottom };
    }
  }
  return box;
}

// Whether what lies beyond the edges can be scrolled to, and where it is cut.
function checkBox(e, box, kind) {
  let [seesX, seesY] = [true, true];
  for (let up = e; up && up !== document.body; up = up.parentElement) {
    const style = getComputedStyle(up);
    const r = up.getBoundingClientRect();
    if (scrolls(style, "X") && up.scrollWidth > up.clientWidth) seesX = false;
    if (scrolls(style, "Y") && up.scrollHeight > up.clientHeight) seesY = false;
    const [cutsX, cutsY] = ["X", "Y"].map((axis) => ["hidden", "clip"].includes(style[`overflow${axis}`]));
    if (seesX && cutsX && (box.right > r.right + 1.5 || box.left < r.left - 1.5)) return say(`${kind} cut`, e, `by ${nameOf(up)}: ${Math.round(box.left)}..${Math.round(box.right)} in ${Math.round(r.left)}..${Math.round(r.right)}`);
    if (seesY && cutsY && (box.bottom > r.bottom + 3 || box.top < r.top - 3)) return say(`${kind} cut`, e, `by ${nameOf(up)}: ${Math.round(box.top)}..${Math.round(box.bottom)} in ${Math.round(r.top)}..${Math.round(r.bottom)}`);
    if (style.position === "fixed") break;
  }
  if (seesX && (box.left < -1 || box.right > width + 1)) say(`${kind} outside`, e, `x ${Math.round(box.left)}..${Math.round(box.right)} of ${width}`);
  if (seesY && (box.top < -1 || box.bottom > height + 1)) say(`${kind} outside`, e, `y ${Math.round(box.top)}..${Math.round(box.bottom)} of ${height}`);
}

// The head of a list that stays while its rows scroll under it.
function staysOnTop(e) {
  for (let up = e; up && up !== document.body; up = up.parentElement) if (getComputedStyle(up).position === "sticky") return true;
  return false;
}

// What is in sight of a control within all that scroll or cut it.
function visible(e) {
  const r = e.getBoundingClientRect();
  const box = { left: r.left, top: r.top, right: r.right, bottom: r.bottom };
  for (let up = e.parentElement; up && up !== document.body; up = up.parentElement) {
    const style = getComputedStyle(up);
    const outer = up.getBoundingClientRect();
    if (style.overflowX !== "visible") [box.left, box.right] = [Math.max(box.left, outer.left), Math.min(box.right, outer.right)];
    if (style.overflowY !== "visible") [box.top, box.bottom] = [Math.max(box.top, outer.top), Math.min(box.bottom, outer.bottom)];
    if (style.position === "fixed") break;
  }
  return box;
}

for (const e of document.body.querySelectorAll("*")) {
  if (["SCRIPT", "STYLE", "NOSCRIPT", "OPTION", "svg", "path"].includes(e.tagName) || e.closest("svg, noscript, .leaflet-pane") || !isShown(e)) continue;
  const box = textRect(e);
  if (box) checkBox(e, box, "text");
  if (e.matches("select")) {
    const style = getComputedStyle(e);
    const canvas = (window.__measure ??= document.createElement("canvas").getContext("2d"));
    canvas.font = style.font;
    const wide = canvas.measureText(e.selectedOptions[0]?.textContent ?? "").width;
    const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 18;
    if (wide > room + 1 && !e.title) say("choice cut", e, `${Math.round(wide)} in ${Math.round(room)}`);
  }
}

const controls = [...document.body.querySelectorAll(CONTROLS)].filter((e) => isShown(e) && !e.disabled && !e.closest(".leaflet-control-attribution"));
const modal = document.querySelector("dialog[open]");
for (const e of controls) {
  const r = e.getBoundingClientRect();
  if (!r.width || !r.height) continue;
  checkBox(e, { left: r.left, top: r.top, right: r.right, bottom: r.bottom }, "control");
  if (modal && !modal.contains(e)) continue;
  const [x, y] = [(r.left + r.right) / 2, (r.top + r.bottom) / 2];
  if (x < 0 || y < 0 || x >= width || y >= height) continue;
  const top = document.elementFromPoint(x, y);
  if (!top || top === e || e.contains(top) || top.contains(e) || top.closest("label")?.contains(e)) continue;
  if (top.closest(FLOATING) && !e.closest(FLOATING)) continue;
  if (staysOnTop(top)) continue;
  const inSight = visible(e);
  if (x < inSight.left + 2 || x > inSight.right - 2 || y < inSight.top + 2 || y > inSight.bottom - 2) continue;
  say("control covered", e, `by ${nameOf(top)}`);
}
const seen = controls.map(visible);
for (let a = 0; a < controls.length; a += 1) {
  for (let b = a + 1; b < controls.length; b += 1) {
    if (controls[a].contains(controls[b]) || controls[b].contains(controls[a])) continue;
    if (controls[a].closest(FLOATING) !== controls[b].closest(FLOATING)) continue;
    const wide = Math.min(seen[a].right, seen[b].right) - Math.max(seen[a].left, seen[b].left);
    const high = Math.min(seen[a].bottom, seen[b].bottom) - Math.max(seen[a].top, seen[b].top);
    if (wide > 1.5 && high > 1.5) say("controls overlap", controls[a], `${nameOf(controls[b])} by ${Math.round(wide)} x ${Math.round(high)}`);
  }
}
if (document.documentElement.scrollWidth > width + 1) found.push(`page: scrolls sideways, ${document.documentElement.scrollWidth} in ${width}`);
return [...new Set(found)];
