// Small marks beside units with casualties who wait, and beside transports with casualties aboard.

import { burden } from "./medical.js";

const HIGH = 13; // of a mark [px]

export function drawCasualties(context, { positions, source, colours, layers, size, time }) {
  const { medical } = source;
  if (!medical || !layers.casualties) return;
  const { x, y, shown } = positions;
  context.save();
  context.font = '600 10px "Noto Sans KR", sans-serif';
  context.textBaseline = "middle";
  context.textAlign = "left";
  for (const unit of medical.casesOf.keys()) {
    if (shown[unit] !== 1 && shown[unit] !== 2) continue;
    const { waiting, held } = burden(medical, unit, time);
    const aboard = held.filter(({ step }) => step.step === "aboard").length;
    const cy = y[unit] - size * 0.62;
    if (waiting.length) mark(context, colours, x[unit] + size * 0.42, cy, waiting.length, true);
    if (aboard) mark(context, colours, x[unit] - size * 0.42 - 26, cy, aboard, false);
  }
  context.restore();
}

// A plate with a cross and a number: filled where casualties wait, outlined where they are carried.
function mark(context, colours, left, cy, count, isWaiting) {
  const text = String(count);
  const width = 16 + context.measureText(text).width;
  const ink = isWaiting ? colours.halo : colours.ink;
  context.beginPath();
  context.rect(left, cy - HIGH / 2, width, HIGH);
  context.fillStyle = isWaiting ? colours.cut : colours.halo;
  context.fill();
  context.strokeStyle = isWaiting ? colours.cut : colours.ink;
  context.lineWidth = 1;
  context.stroke();
  context.fillStyle = ink;
  context.fillRect(left + 3, cy - 1, 8, 2);
  context.fillRect(left + 6, cy - 4, 2, 8);
  context.fillText(text, left + 13, cy + 0.5);
}
