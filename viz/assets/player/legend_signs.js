// The signs of the legend: lines and marks as the layers of the map draw them, in a small box.

import { addGhost } from "./ghost.js";
import { STYLES } from "./reach.js";
import { addBrokenLink, addWreck } from "./unit_layer.js";

function stroke(context, ink, width = 2, dash = []) {
  context.strokeStyle = ink;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

function level(context, wide, high) {
  context.beginPath();
  context.moveTo(3, high / 2);
  context.lineTo(wide - 3, high / 2);
}

// A line across the box, of a width and with dashes.
function across(width, dash) {
  return (context, ink, inks, wide, high) => {
    level(context, wide, high);
    stroke(context, ink ?? inks.jammed, width, dash);
  };
}

function area(dash, hatch) {
  return (context, ink, _, wide, high) => {
    context.beginPath();
    context.rect(5, 4, wide - 10, high - 8);
    context.fillStyle = ink;
    context.globalAlpha = 0.12;
    context.fill();
    context.globalAlpha = 1;
    stroke(context, ink, 1.5, dash);
    if (!hatch) return;
    context.save();
    context.beginPath();
    context.rect(5, 4, wide - 10, high - 8);
    context.clip();
    context.beginPath();
    for (let x = -high; x < wide; x += 8) {
      context.moveTo(x, hatch > 0 ? high : 0);
      context.lineTo(x + high, hatch > 0 ? 0 : high);
    }
    context.globalAlpha = 0.5;
    stroke(context, ink, 1);
    context.restore();
    context.globalAlpha = 1;
  };
}

export const LINES = {
  plain: across(1.6, []),
  trail: across(2, []),
  link: across(1.8, []),
  hidden: across(4, []),
  jammed: across(2, [9, 4]),
  ...Object.fromEntries(Object.entries(STYLES).map(([kind, { width, dash }]) => [kind, across(width, dash)])),
  rain: across(4, [4, 4]),
  night: across(4, []),
  zone: area([8, 4], 0),
  heat(context, ink, _, wide, high) {
    context.fillStyle = ink;
    [0.12, 0.35, 0.6, 0.8].forEach((alpha, at) => {
      context.globalAlpha = alpha;
      context.fillRect(4 + (at * (wide - 8)) / 4, 6, (wide - 8) / 4, high - 12);
    });
    context.globalAlpha = 1;
  },
  grid(context, ink, _, wide, high) {
    level(context, wide, high);
    context.moveTo(wide / 2, 2);
    context.lineTo(wide / 2, high - 2);
    stroke(context, ink, 1.4);
  },
  noFire: area([2, 4], 1),
  mines: area([], -1),
  footprint: area([], 0),
  jammerRing: area([2, 5], 0),
  arrow(context, ink, _, wide, high) {
    level(context, wide, high);
    context.moveTo(wide - 11, high / 2 - 4);
    context.lineTo(wide - 3, high / 2);
    context.lineTo(wide - 11, high / 2 + 4);
    stroke(context, ink, 1.6);
  },
  shot(context, ink, _, wide, high) {
    level(context, wide - 6, high);
    stroke(context, ink, 1.5);
    context.beginPath();
    context.arc(wide - 9, high / 2, 3.5, 0, 2 * Math.PI);
    context.fillStyle = ink;
    context.fill();
  },
  lanes(context, ink, inks, wide, high) {
    context.fillStyle = ink;
    context.fillRect(12, high / 2 - 6, 2, 5);
    context.fillStyle = inks.hostile;
    context.fillRect(24, high / 2 + 1, 2, 5);
  },
  chapter(context, ink, _, wide, high) {
    polygon(context, wide, high, [[0, -5], [5, 0], [0, 5], [-5, 0]]);
    stroke(context, ink, 1.5);
  },
  mark(context, ink, _, wide, high) {
    polygon(context, wide, high, [[-5, -5], [5, -5], [0, 5]]);
    context.fillStyle = ink;
    context.fill();
  },
  advice(context, ink, _, wide, high) {
    context.beginPath();
    context.arc(wide / 2, high / 2, 4, 0, 2 * Math.PI);
    context.fillStyle = ink;
    context.fill();
  },
};

function polygon(context, wide, high, points) {
  context.beginPath();
  points.forEach(([x, y], at) => (at ? context.lineTo(wide / 2 + x, high / 2 + y) : context.moveTo(wide / 2 + x, high / 2 + y)));
  context.closePath();
}

function circle(context, x, y, radius) {
  context.moveTo(x + radius, y);
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

function ring(radius, width, dash) {
  return (context, ink, _, wide, high) => {
    context.beginPath();
    circle(context, wide / 2, high / 2, radius);
    stroke(context, ink, width, dash);
  };
}

function ghost(isLost) {
  return (context, ink, _, wide, high) => {
    const path = new Path2D();
    addGhost(path, wide / 2, high / 2, isLost);
    context.lineWidth = 1.6;
    context.strokeStyle = ink;
    context.stroke(path);
  };
}

export const MARKS = {
  ghost: ghost(false),
  ghostLost: ghost(true),
  error: ring(10, 1, []),
  old: ring(10, 1, [4, 4]),
  miss: ring(8, 1.5, []),
  unseen: ring(10, 1.5, [2, 3]),
  wreck(context, ink, _, wide, high) {
    context.beginPath();
    addWreck(context, wide / 2, high / 2);
    stroke(context, ink, 2);
  },
  cut(context, _, inks, wide, high) {
    context.beginPath();
    addBrokenLink(context, wide / 2, high / 2);
    stroke(context, inks.cut, 2);
  },
  held(context, ink, _, wide, high) {
    context.beginPath();
    circle(context, 13, high / 2, 9);
    context.moveTo(10, high / 2);
    context.lineTo(16, high / 2);
    context.moveTo(13, high / 2 - 3);
    context.lineTo(13, high / 2 + 3);
    context.moveTo(13, high / 2);
    context.lineTo(wide - 3, high / 2 - 6);
    stroke(context, ink, 1);
  },
  behind(context, ink, _, wide, high) {
    context.beginPath();
    context.moveTo(5, high / 2 + 4);
    context.lineTo(wide - 8, high / 2 - 4);
    circle(context, wide - 8, high / 2 - 4, 3);
    stroke(context, ink, 1.5);
  },
  hit(context, ink, _, wide, high) {
    context.beginPath();
    for (let ray = 0; ray < 8; ray += 1) {
      const angle = (ray * Math.PI) / 4;
      context.moveTo(wide / 2 + 3 * Math.cos(angle), high / 2 + 3 * Math.sin(angle));
      context.lineTo(wide / 2 + 9 * Math.cos(angle), high / 2 + 9 * Math.sin(angle));
    }
    circle(context, wide / 2, high / 2, 9);
    stroke(context, ink, 2);
  },
  intercept(context, ink, _, wide, high) {
    level(context, wide - 14, high);
    polygon(context, 2 * (wide - 14), high, [[-6, 0], [0, -6], [6, 0], [0, 6]]);
    stroke(context, ink, 2);
    level(context, wide - 18, high);
    stroke(context, ink, 2);
  },
  softKill(context, ink, _, wide, high) {
    level(context, wide - 16, high);
    context.moveTo(wide - 4, high / 2);
    context.arc(wide - 12, high / 2, 8, 0, 2 * Math.PI);
    stroke(context, ink, 2, [2, 4]);
  },
  down(context, _, inks, wide, high) {
    polygon(context, wide, high, [[-5, -4], [5, -4], [0, 5]]);
    context.fillStyle = inks.cut;
    context.fill();
  },
  work(context, _, inks, wide, high) {
    context.beginPath();
    context.arc(wide / 2 + 2, high / 2 - 2, 2.6, 0.2, 1.5 * Math.PI);
    context.moveTo(wide / 2, high / 2);
    context.lineTo(wide / 2 - 4, high / 2 + 4);
    stroke(context, inks.cut, 2);
  },
  load(context, ink, _, wide, high) {
    context.beginPath();
    context.rect(wide / 2 - 6, high / 2 - 6, 12, 12);
    stroke(context, ink, 1);
    context.fillStyle = ink;
    context.fillRect(wide / 2 - 5, high / 2, 10, 5);
  },
  waiting(context, _, inks, wide, high) {
    context.fillStyle = inks.cut;
    context.fillRect(wide / 2 - 9, high / 2 - 7, 18, 14);
    context.fillStyle = inks.halo;
    context.fillRect(wide / 2 - 5, high / 2 - 1, 10, 2);
    context.fillRect(wide / 2 - 1, high / 2 - 5, 2, 10);
  },
  aboard(context, ink, _, wide, high) {
    context.beginPath();
    context.rect(wide / 2 - 9, high / 2 - 7, 18, 14);
    stroke(context, ink, 1);
    context.fillStyle = ink;
    context.fillRect(wide / 2 - 5, high / 2 - 1, 10, 2);
    context.fillRect(wide / 2 - 1, high / 2 - 5, 2, 10);
  },
};
