// Colours of the canvas, by theme. Sides have the colour of their standard identity, like the symbols; blue, red and green
// are reserved for sides.

const THEMES = {
  light: {
    friend: "#0b63c4",
    hostile: "#c8202f",
    neutral: "#1f8a3b",
    unknown: "#8a6d00",
    mine: "#6b3fa0",
    road: "rgba(70,58,46,0.75)",
    jammer: "#a64200",
    ink: "#16202a",
    halo: "rgba(255,255,255,0.92)",
    heading: "#22303c",
    lost: "#59636d",
    cut: "#c25e00",
    jammed: "#a64200",
    select: "#7a2be0",
    shot: "#d97a00",
    hit: "#16202a",
    stopped: "#7a4b1f",
    radio: "#5d6b78",
    grid: "rgba(20,30,40,0.3)",
    ground: "#e9edf0",
    measure: "#7a2be0",
  },
  dark: {
    friend: "#6db4ff",
    hostile: "#ff7a80",
    neutral: "#6edc8c",
    unknown: "#f2d64b",
    mine: "#cfa8ff",
    road: "rgba(214,196,170,0.7)",
    jammer: "#ff8f3d",
    ink: "#eef3f7",
    halo: "rgba(8,14,20,0.9)",
    heading: "#e6edf3",
    lost: "#9aa7b3",
    cut: "#ffab4a",
    jammed: "#ff8f3d",
    select: "#d0a6ff",
    shot: "#ffc04d",
    hit: "#ffffff",
    stopped: "#e0b080",
    radio: "#a9b6c2",
    grid: "rgba(220,230,240,0.3)",
    ground: "#10181f",
    measure: "#d0a6ff",
  },
};

const BY_DIGIT = { 1: "unknown", 3: "friend", 4: "neutral", 6: "hostile" };

export function colours(theme) {
  return THEMES[theme] ?? THEMES.light;
}

export function sideColour(theme, meta, side) {
  const index = typeof side === "number" ? side : meta.sides.indexOf(side);
  return identityColour(theme, meta.affiliation[index]);
}

// Standard identity of a side of a source, empty for none.
export function affiliation(source, side) {
  return source.meta.affiliation[source.meta.sides.indexOf(side)] ?? "";
}

// Name of a standard identity, the fourth digit of a symbol code.
export function identityName(digit) {
  return BY_DIGIT[digit] ?? "none";
}

export function identityColour(theme, digit) {
  return colours(theme)[BY_DIGIT[digit] ?? "ink"];
}
