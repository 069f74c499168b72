// Plots over the time of the run: their canvas, margins and scale of time, and the place of a time in a curve.

import { clockText } from "./text.js";

const LEFT = 34;
const RIGHT = 8;

// The area of a plot of a width, between its margins, and the clock's times on it.
export function timeScale({ duration }, width) {
  const span = width - LEFT - RIGHT;
  return {
    left: LEFT,
    right: width - RIGHT,
    xOf: (time) => LEFT + (time / duration) * span,
    timeOf: (x) => ((x - LEFT) / span) * duration,
  };
}

export function seekAt(event, plot, clock) {
  const box = plot.getBoundingClientRect();
  clock.seek(timeScale(clock, box.width).timeOf(event.clientX - box.left));
}

// Fit a canvas to the width of its plot; return its context, empty, for lengths in pixels of the page.
export function openCanvas(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.font = '11px "Noto Sans KR", sans-serif';
  return context;
}

// First and last time, at the foot of a plot.
export function drawEnds(context, { duration }, scale, height) {
  context.textBaseline = "bottom";
  context.textAlign = "left";
  context.fillText(clockText(0), scale.left, height);
  context.textAlign = "right";
  context.fillText(clockText(duration), scale.right, height);
}

// Index of the last of the sorted times that is not after a time, -1 if all are.
export function lastAt(times, time) {
  let low = -1;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle] <= time + 1e-6) low = middle;
    else high = middle - 1;
  }
  return low;
}
