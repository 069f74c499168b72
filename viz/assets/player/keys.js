// The keyboard: keys as in video players and Tacview. Fields and buttons keep their own keys.

const NATIVE = "input, textarea, select, [contenteditable]";
const PRESSED = "button, a, summary, [role=tab]";

export function listenKeys(actions) {
  window.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.key === "Escape") {
      actions.escape();
      if (target.matches(NATIVE)) target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || target.matches(NATIVE)) return;
    if (target.matches(PRESSED) && [" ", "Enter"].includes(event.key)) return;
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    const action = find(event, actions);
    if (!action) return;
    event.preventDefault();
    action();
  });
  // Release the focus of a clicked button, so that Space plays instead of pressing it again.
  document.addEventListener("pointerup", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button && !button.closest("dialog")) setTimeout(() => button.blur());
  });
}

// Letters by the place of their key: a Hangul keyboard or Caps Lock types others. Where the letter of another layout is
// on another key, as with Dvorak, the letter counts.
function letterOf({ key, code, shiftKey }) {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  if (/^Key[A-Z]$/.test(code)) return code.slice(3).toLowerCase();
  return key === "Process" ? PLACES[code]?.[Number(shiftKey)] ?? code.replace(/^Digit/, "") : key;
}

const PLACES = { BracketLeft: ["[", "{"], BracketRight: ["]", "}"], Comma: [",", "<"], Period: [".", ">"], Slash: ["/", "?"], Minus: ["-", "_"], Equal: ["=", "+"] };

function find(event, actions) {
  const frames = event.shiftKey ? 10 : event.altKey ? 60 : 1;
  const way = event.shiftKey ? "chapter" : "event";
  switch (letterOf(event)) {
    case " ":
      return actions.toggle;
    case "ArrowRight":
      return () => actions.step(frames);
    case "ArrowLeft":
      return () => actions.step(-frames);
    case "Home":
      return actions.start;
    case "End":
      return actions.end;
    case "[":
      return () => actions.speed(0.5);
    case "]":
      return () => actions.speed(2);
    case "n":
      return () => actions[way](1);
    case "p":
      return () => actions[way](-1);
    case "b":
      return actions.mark;
    case ",":
    case "<":
      return () => actions.toMark(-1);
    case ".":
    case ">":
      return () => actions.toMark(1);
    case "r":
      return actions.loop;
    case "z":
      return () => actions.zoomTime(event.shiftKey ? 2 : 0.5);
    case "u":
      return actions.unseen;
    case "v":
      return actions.film;
    case "q":
      return actions.units;
    case "g":
      return actions.legend;
    case "c":
      return actions.class;
    case "k":
      return actions.grid;
    case "e":
      return actions.envelope;
    case "h":
      return actions.heat;
    case "d":
      return actions.difference;
    case "x":
      return actions.ghost;
    case "f":
      return actions.follow;
    case "m":
      return actions.measure;
    case "l":
      return actions.labels;
    case "o":
      return actions.routes;
    case "+":
    case "=":
      return () => actions.zoom(1);
    case "-":
      return () => actions.zoom(-1);
    case "0":
      return actions.fit;
    case "?":
      return actions.help;
    default:
      return /^[1-9]$/.test(event.key) ? () => actions.view(Number(event.key) - 1) : null;
  }
}

export const HELP = [
  ["Space", "help.play"],
  ["←  →", "help.step"],
  ["Shift + ←  →", "help.step_10"],
  ["Alt + ←  →", "help.step_60"],
  ["Home / End", "help.ends"],
  ["[  ]", "help.speed"],
  ["n / p", "help.event"],
  ["Shift + n / p", "help.chapter"],
  ["b", "help.mark"],
  [", / .", "help.to_mark"],
  ["r", "help.loop"],
  ["z / Shift + z", "help.zoom_time"],
  ["f", "help.follow"],
  ["m", "help.measure"],
  ["l", "help.labels"],
  ["o", "help.routes"],
  ["u", "help.unseen"],
  ["g", "help.legend"],
  ["d", "help.difference"],
  ["x", "help.ghost"],
  ["c", "help.class"],
  ["k", "help.grid"],
  ["e", "help.envelope"],
  ["q", "help.units"],
  ["v", "help.film"],
  ["h", "help.heat"],
  ["1 – 4", "help.view"],
  ["+ / −", "help.zoom"],
  ["0", "help.fit"],
  ["Esc", "help.escape"],
  ["?", "help.help"],
];
