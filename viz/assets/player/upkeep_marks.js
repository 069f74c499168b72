// Small marks beside units that are down, in repair or loaded.

import { code } from "./codes.js";
import { isInWork, loadKg, NO_READINESS } from "./sustainment.js";

const SIDE = 5; // half of a mark [px]

// "down", "work" or null: the mark of a unit by its readiness and its jobs.
export function markOf(sustainment, ready, unit, time) {
  if (ready === NO_READINESS || ready === undefined) return null;
  const { fmc, lost, depot } = code.readiness;
  if (ready === lost) return null;
  const jobs = sustainment.jobsOf.get(unit);
  const inWork = jobs?.some((job) => isInWork(job, time));
  if (inWork || ready === depot) return "work";
  return ready === fmc || ready === code.readiness.pmc ? null : "down";
}

export function drawUpkeep(context, { positions, sample, source, colours, layers, size, time }) {
  const { sustainment } = source;
  if (!sustainment || !layers.upkeep) return;
  const { x, y, shown } = positions;
  const at = sample.i * sample.a.units;
  const plate = (cx, cy, stroke) => {
    context.beginPath();
    context.rect(cx - SIDE - 1.5, cy - SIDE - 1.5, 2 * SIDE + 3, 2 * SIDE + 3);
    context.fillStyle = colours.halo;
    context.fill();
    context.strokeStyle = stroke;
    context.lineWidth = 1;
    context.stroke();
  };
  for (let k = 0; k < shown.length; k += 1) {
    if (shown[k] !== 1) continue;
    const mark = markOf(sustainment, sample.a.ready?.[at + k], k, time);
    const cy = y[k] + size * 0.5;
    if (mark) {
      const cx = x[k] + size * 0.78;
      plate(cx, cy, colours.cut);
      context.beginPath();
      if (mark === "down") {
        context.moveTo(cx - SIDE + 1, cy - SIDE + 2);
        context.lineTo(cx + SIDE - 1, cy - SIDE + 2);
        context.lineTo(cx, cy + SIDE - 1);
        context.closePath();
        context.fillStyle = colours.cut;
        context.fill();
      } else {
        context.arc(cx + 2, cy - 2, 2.6, 0.2, 1.5 * Math.PI);
        context.moveTo(cx, cy);
        context.lineTo(cx - 4, cy + 4);
        context.strokeStyle = colours.cut;
        context.lineWidth = 2;
        context.stroke();
      }
    }
    const carrier = sustainment.carrierOf.get(k);
    if (!carrier) continue;
    const share = Math.min(1, loadKg(sustainment, k, time) / Math.max(1e-9, carrier.load_kg));
    if (share <= 0) continue;
    const cx = x[k] - size * 0.78;
    plate(cx, cy, colours.ink);
    context.fillStyle = colours.ink;
    context.fillRect(cx - SIDE, cy + SIDE - 2 * SIDE * share, 2 * SIDE, 2 * SIDE * share); // filled by its load
  }
}
